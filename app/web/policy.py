"""Who may ask for a route. Every view carries one of these marks; a test fails for one without."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., object])


class Policy(StrEnum):
    """The first gate of a request. The second is the fetch, which finds only what is theirs."""

    PUBLIC = "public"
    LINK = "link"  # a mailed link, or the reviewer's cookie that Start swapped it for
    SIGNED_IN = "signed_in"
    HR = "hr"


def _mark(policy: Policy) -> Callable[[View], View]:
    def marked(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return marked


public = _mark(Policy.PUBLIC)
link = _mark(Policy.LINK)
signed_in = _mark(Policy.SIGNED_IN)
hr_only = _mark(Policy.HR)


def from_anywhere(view: View) -> View:
    """Let other sites send requests that change something, as a webmail program does at a press of
    "unsubscribe" (RFC 8058). Only for a view that asks no cookie: its address is all its proof.
    """
    view.from_anywhere = True  # type: ignore[attr-defined]
    return view


def is_from_anywhere() -> bool:
    """Whether the view that this request is for may be asked by other sites."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "from_anywhere", False))


def policy_of(view: Callable[..., object]) -> Policy | None:
    """The declared policy of a view function, or None where it was forgotten."""
    found: Policy | None = getattr(view, "policy", None)
    return found


def policy_asked_for() -> Policy | None:
    """The policy of the view that this request is for; None where there is no such view."""
    view = current_app.view_functions.get(request.endpoint or "")
    return None if view is None else policy_of(view)
