"""The signed session cookie, read only where somebody asks for the session.

Nobody does so behind a mailed link. What checks the signature is made once, not for every request.
"""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


class LateSession(SessionMixin):
    """Flask's own session, read from its cookie when it is first asked for anything."""

    def __init__(self, read: Callable[[], SecureCookieSession]) -> None:
        self._read = read
        self.found: SecureCookieSession | None = None  # None as long as nobody has asked

    def _now(self) -> SecureCookieSession:
        if self.found is None:
            self.found = self._read()
        return self.found

    def __getitem__(self, key: str) -> Any:
        return self._now()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._now()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._now()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


class KeptSerializer(SecureCookieSessionInterface):
    """Flask's own sessions, for one application whose key never changes."""

    _kept: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._kept is None:
            self._kept = super().get_signing_serializer(app)
        return self._kept

    def open_session(  # type: ignore[override]  # what is late is a session all the same
        self, app: Flask, request: Request
    ) -> LateSession:
        read = super().open_session
        return LateSession(lambda: read(app, request) or self.session_class())

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """What nobody has asked for is as it was."""
        if isinstance(session, LateSession) and session.found is not None:
            session.found.accessed = True
            super().save_session(app, session.found, response)
