"""The sentences for a scoring rule that cannot be read, in the reader's language."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from app.kpi.problems import ParameterError
from app.kpi.problems import ParameterProblem as P

SENTENCES: dict[P, LazyString] = {
    P.UNKNOWN_METHOD: _("“%(found)s” is not a scoring method."),
    P.COMPETENCY: _("A row with the method %(found)s is a competency and has no KPI result."),
    P.BAD_NUMBER: _("“%(found)s” is not a plain number such as 1200 or 18.7."),
    P.NOT_A_PAIR: _("“%(found)s” needs an equals sign, as in 15=60."),
    P.UNKNOWN_KEY: _("“%(found)s” is not a part of this scoring method."),
    P.TWICE: _("“%(found)s” says something that was said before."),
    P.MISSING_KEY: _("The parameters lack “%(key)s”."),
    P.NOT_POSITIVE: _("“%(key)s” is %(found)s; it must be above 0."),
    P.UNEXPECTED: _("This scoring method takes no parameters; found “%(found)s”."),
    P.TARGET_MISSING: _("This scoring method needs a target."),
    P.TARGET_ZERO: _("The target is 0, so no ratio to it exists."),
    P.TARGET_NEGATIVE: _("The target %(found)s is below 0; only ratio_signed takes that."),
    P.ACTUAL_NEGATIVE: _("The actual figure %(found)s is below 0."),
    P.ACTUAL_NOT_POSITIVE: _("The actual figure is %(found)s; it must be above 0."),
    P.STATUS_CONFLICT: _("The parameters say there is no figure, but it is given: “%(found)s”."),
    P.KNOTS_TOO_FEW: _("Interpolation needs at least two points, as in 15=60; 18=100."),
    P.KNOTS_NOT_MONOTONE: _("The points must all rise or all fall along the figures."),
    P.BAD_RANGE: _("“%(found)s” is not a band such as 40-50=60 or >=60=100."),
    P.BAND_GAP: _("The bands leave a gap at %(found)s."),
    P.BAND_OVERLAP: _("At %(found)s two bands apply."),
    P.BAND_EMPTY: _("The band from %(lo)s to %(hi)s holds no figure."),
    P.STEPS_UNSTATED: _("Say whether only full steps count (full) or parts too (proportional)."),
    P.NO_EVENTS: _("Name at least one event and what it costs, as in overdue:10x2."),
    P.BAD_EVENT: _("“%(found)s” is not an event with points and count, as in overdue:10x2."),
    P.BAD_COUNT: _("“%(found)s” is not a whole number of events."),
    P.COUNT_MISSING: _("Say how often “%(found)s” happened, as in overdue:10x2."),
    P.COUNT_CONFLICT: _("The events sum to %(found)s, but the actual figure is %(actual)s."),
    P.REASON_MISSING: _("A manual score needs its reason."),
    P.UNWRITABLE: _("“%(found)s” cannot be written in a cell."),
}


def explain(error: ParameterError) -> str:
    """Say in the reader's language what is wrong with the row."""
    return str(SENTENCES[error.problem]) % error.params


@dataclass(frozen=True, slots=True)
class ParameterSentence:
    """The sentence of a refusal, worded when it is shown and so in its reader's language."""

    error: ParameterError

    def __str__(self) -> str:
        return explain(self.error)
