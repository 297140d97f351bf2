"""How often one caller may ask, and how much may come through a mailed link.

Counts live in Redis where the queue does, else in the process.
"""

import logging
from collections.abc import Callable
from functools import wraps
from threading import Lock
from time import time
from typing import Any, ParamSpec, TypeVar

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage
from werkzeug.exceptions import TooManyRequests

from app.web.policy import Policy, policy_asked_for

log = logging.getLogger(__name__)

LINK_BODY = 256 * 1024  # bytes; a full form with the longest comments stays below
COUNTED = "_at_most"
BETWEEN_SWEEPS = 60  # seconds

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


COUNTED_BY_LIBRARY = "auth"  # the blueprint whose views carry `limiter.limit`


class MarkedLimiter(Limiter):
    """Counts where a view says so; the library looks for limits of whole blueprints as well."""

    def init_app(self, app: Flask) -> None:
        """Leave the library's hook after a request to the pages that need it; drop the one before.

        A view that is marked counts by itself, and before it only blueprints' limits were looked
        for.
        """
        before = app.before_request_funcs
        later: tuple[dict[str | None, list[Any]], ...] = (
            app.after_request_funcs,
            app.teardown_request_funcs,
        )
        ours = [len(hooks[None]) for hooks in (before, *later)]
        super().init_app(app)
        del before[None][ours[0] :]
        for hooks, number in zip(later, ours[1:], strict=True):
            hooks[COUNTED_BY_LIBRARY] += hooks[None][number:]
            del hooks[None][number:]


limiter = MarkedLimiter(get_remote_address, headers_enabled=False, strategy="fixed-window")


class ProcessStorage(Storage):
    """Counts in this process, each until its window ends; swept out once a minute.

    The library's own storage starts a thread at every count to walk through all of them.
    """

    STORAGE_SCHEME = ["process"]  # noqa: RUF012 - the library reads it so

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, **options: str | float | bool
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._counts: dict[str, tuple[int, float]] = {}  # key → number and end of its window
        self._lock = Lock()
        self._sweep_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        with self._lock:
            self._sweep()
            number, ends = self._now(key)
            number += amount
            self._counts[key] = (number, ends or time() + expiry)
        return number

    def get(self, key: str) -> int:
        return self._now(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._now(key)[1] or time()

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            number = len(self._counts)
            self._counts.clear()
        return number

    def clear(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)

    def _now(self, key: str) -> tuple[int, float]:
        number, ends = self._counts.get(key, (0, 0.0))
        return (number, ends) if ends > time() else (0, 0.0)

    def _sweep(self) -> None:
        if time() < self._sweep_at:
            return
        self._sweep_at = time() + BETWEEN_SWEEPS
        self._counts = {key: kept for key, kept in self._counts.items() if kept[1] > time()}


def where_to_count(queue_url: str) -> str:
    """The storage of the counts, as their library names it."""
    return queue_url if queue_url.startswith("redis") else "process://"


def at_most(
    rule: str, key: Callable[[], str] = get_remote_address
) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """How often a view may be asked for by one caller, such as "240 per minute".

    TooManyRequests beyond that, with the seconds to wait. It goes straight to the counts;
    `limiter.limit` goes a longer way, and can tell one outcome from another, as sign-in needs it.
    """
    item = parse(rule)

    def marked(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        scope = f"{view.__module__}.{view.__qualname__}"

        @wraps(view)
        def counted(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            if limiter.enabled:
                _count(item, scope, key())
            return view(*args, **kwargs)

        setattr(counted, COUNTED, rule)
        return counted

    return marked


def is_counted(view: object) -> bool:
    """Whether a view was marked with `at_most`."""
    return hasattr(view, COUNTED)


def _count(item: RateLimitItem, scope: str, caller: str) -> None:
    """What cannot be counted is served all the same."""
    try:
        if limiter.limiter.hit(item, scope, caller):
            return
        over_at = limiter.limiter.get_window_stats(item, scope, caller).reset_time
    except StorageError:
        log.exception("a request could not be counted")
        return
    raise TooManyRequests(retry_after=max(1, int(over_at - time())))


def hold_link_bodies_small() -> None:
    """Nobody has to sign in behind a link: no megabytes are taken in there, or shown again."""
    if policy_asked_for() is Policy.LINK:
        request.max_content_length = LINK_BODY
