"""The signed session cookie; what checks its signature is made once, not for every request."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class KeptSerializer(SecureCookieSessionInterface):
    """Flask's own sessions, for one application whose key never changes."""

    _kept: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._kept is None:
            self._kept = super().get_signing_serializer(app)
        return self._kept
