"""Figures about the forms in words."""

from app.feedback.measuring.rules import Haste, Measure
from app.feedback.quality.rules import Band
from app.people.groups import PersonKind
from app.web.language import gettext as _


def measure_names() -> dict[Measure, str]:
    """What each duration is about."""
    return {
        Measure.FIRST_FORM: _("A reviewer's first form"),
        Measure.LATER_FORM: _("Every further form"),
        Measure.CUSTOMER_FORM: _("A customer's form"),
    }


def kind_names() -> dict[PersonKind, str]:
    return {
        PersonKind.EMPLOYEE: _("Reviewers inside"),
        PersonKind.CUSTOMER: _("Customers asked"),
    }


def ease_names() -> dict[int, str]:
    """The answers to the ease question, hardest first."""
    return {
        1: _("Very hard"),
        2: _("Rather hard"),
        3: _("So-so"),
        4: _("Rather easy"),
        5: _("Very easy"),
    }


def clock(seconds: int) -> str:
    """Minutes and seconds, as 4:10."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def haste_in_words(haste: Haste, *, k: int) -> str:
    """The share of hasty forms; no number where it would point at few."""
    if haste.band is Band.FEW:
        return str(_("fewer than %(count)s forms", count=k))
    if haste.band is Band.MANY:
        return str(_("nearly all forms"))
    return str(_("about %(share)s %% of the forms", share=haste.share))
