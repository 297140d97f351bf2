"""The box that tells a reviewer who sees the answers, as HTML.

Everybody who is asked about the same people in the same group is told the same as long as equally
many are asked, and reads it twice: it is put together once for them all. What it says follows from
nothing but what it is kept under, so that a change of the round shows at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, render_template
from markupsafe import Markup

from app.config import Settings
from app.feedback.callers import Round
from app.feedback.notices import Notice
from app.web.language import language

KEPT_BOXES = 256  # in each process, of some 3 kB


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What the box says of the whole round, in the language of the page."""

    mode: str
    purpose: str
    company: str
    contact: str


def who_sees(notices: Sequence[Notice], cycle: Round) -> Markup:
    """The box about these people."""
    settings: Settings = current_app.extensions["settings"]
    spoken = language()
    terms = Terms(
        mode=cycle.mode,
        purpose=cycle.purpose_zh if spoken == "zh" else cycle.purpose_en,
        company=settings.company,
        contact=cycle.contact_email or settings.mail_from,
    )
    return _kept_box(tuple(notices), terms, spoken)


@lru_cache(KEPT_BOXES)
def _kept_box(notices: tuple[Notice, ...], terms: Terms, _spoken: str) -> Markup:
    shown = render_template("feedback/who_sees.html", notices=notices, terms=terms)
    return Markup(shown)  # noqa: S704 - what the template has escaped already
