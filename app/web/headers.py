"""Security headers on every answer."""

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path

from flask import Response, g

from app.config import ROOT

SELF_ONLY = (
    "default-src 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)

NOBODY = "'none'"


def inline_hash(source: str) -> str:
    """The CSP source that allows exactly this inline style or script."""
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def read_inline(name: str) -> str:
    """The text of a file under static/ that a page carries inline, under its hash."""
    return (ROOT / "static" / Path(name)).read_text(encoding="utf-8").strip()


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


def no_referrer() -> None:
    """Send no address of this page anywhere: it may hold a link's secret."""
    g.no_referrer = True


def add_security_headers(response: Response) -> Response:
    """Applied to every response; pages that people see are never stored by caches."""
    styles = " ".join(["'self'", *getattr(g, "inline_styles", [])])
    scripts = " ".join(["'self'", *getattr(g, "inline_scripts", [])])
    headers = response.headers
    headers["Content-Security-Policy"] = "; ".join(
        [
            *SELF_ONLY,
            f"style-src {styles}",
            f"script-src {scripts}",
            f"frame-src {getattr(g, 'frame_sources', NOBODY)}",
            f"frame-ancestors {getattr(g, 'frame_ancestors', NOBODY)}",
        ]
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    no_referrer_page = getattr(g, "no_referrer", False)
    headers["Referrer-Policy"] = "no-referrer" if no_referrer_page else "same-origin"
    if not getattr(g, "is_static", False):
        headers["Cache-Control"] = "no-store"
        headers.add("Vary", "Cookie")
    headers["X-Robots-Tag"] = "noindex"
    return response
