"""Security headers on every answer."""

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from flask import Response, g, request

from app.config import ROOT

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SELF_ONLY = (
    "default-src 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)

NOBODY = "'none'"
SECRET_PLACES = ("/i/", "/o/")  # what follows is a mailed link's secret
COMMENTS = {
    ".css": re.compile(r"\s*/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"^\s*//.*\n", re.MULTILINE),
}


@cache
def inline_hash(source: str) -> str:
    """The CSP source that allows exactly this inline style or script."""
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def read_inline(name: str) -> str:
    """The text of a file under static/ that a page carries inline, under its hash.

    Its comments stay here: comments of style sheets, and of scripts those that have their own line.
    """
    path = ROOT / "static" / name
    return COMMENTS[path.suffix].sub("", path.read_text(encoding="utf-8")).strip()


def allow_inline(*, styles: Iterable[str] = (), scripts: Iterable[str] = ()) -> None:
    """Let this answer carry these inline texts, and no others."""
    g.inline_styles = [inline_hash(source) for source in styles]
    g.inline_scripts = [inline_hash(source) for source in scripts]


def show_in_frame() -> None:
    """Let a page of ours hold this answer in a frame; no other site ever may."""
    g.frame_ancestors = "'self'"


def hold_frames() -> None:
    """Let this answer hold frames with pages of ours."""
    g.frame_sources = "'self'"


def hide_secret_addresses() -> None:
    """Before every request, also one that never reaches a page: what follows says nothing of a
    secret in its address."""
    if request.path.startswith(SECRET_PLACES):
        no_referrer()


def no_referrer() -> None:
    """Send no address of this page anywhere: it may hold a link's secret."""
    g.no_referrer = True


class GuardedResponse(Response):
    """Every answer of ours. What guards it is the same for many answers, and is not copied."""

    guards: tuple[tuple[str, str], ...] = ()

    def get_wsgi_response(
        self, environ: "WSGIEnvironment"
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        content, status, headers = super().get_wsgi_response(environ)
        return content, status, [*headers, *self.guards]


def add_security_headers(response: Response) -> Response:
    """Applied to every response; pages that people see are never stored by caches."""
    said = vars(g._get_current_object())  # asked five times for what few answers have
    guards = _fixed_headers(
        " ".join(["'self'", *said.get("inline_styles", ())]),
        " ".join(["'self'", *said.get("inline_scripts", ())]),
        said.get("frame_sources", NOBODY),
        said.get("frame_ancestors", NOBODY),
        "no-referrer" if said.get("no_referrer") else "same-origin",
    )
    if isinstance(response, GuardedResponse):
        response.guards = guards
    else:
        response.headers.extend(guards)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "Cookie")
    return response


@lru_cache(64)
def _fixed_headers(
    styles: str, scripts: str, frames: str, ancestors: str, referrer: str
) -> tuple[tuple[str, str], ...]:
    policy = (
        *SELF_ONLY,
        f"style-src {styles}",
        f"script-src {scripts}",
        f"frame-src {frames}",
        f"frame-ancestors {ancestors}",
    )
    return (
        ("Content-Security-Policy", "; ".join(policy)),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Referrer-Policy", referrer),
        ("X-Robots-Tag", "noindex"),
    )
