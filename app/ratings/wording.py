"""Sentences for values: why a figure is not shown, what a state means, what was refused."""

from flask_babel import get_locale
from flask_babel import gettext as _

from app.ratings.rules import StepFault
from app.ratings.sheet import SheetError, SheetProblem
from app.ratings.shown import ResultStatus, ShownElement, ShownResult, Withheld, WithheldKind
from app.scoring.calibration import Calibration as Row
from app.scoring.calibration import StepKind
from app.scoring.errors import ScoringError
from app.scoring.numbers import exact, fixed_text


def withheld_sentence(note: Withheld) -> str:
    """Why something is not shown, in the reader's language: never an unexplained blank."""
    sentence: str
    match note.kind:
        case WithheldKind.MERGED:
            sentence = _(
                "%(groups)s are shown together (one group had fewer than %(least)s).",
                groups=_(" and ").join(note.groups),
                least=note.least,
            )
        case WithheldKind.GROUP:
            sentence = _(
                "%(group)s: fewer than %(least)s responses, so not shown separately, "
                "to protect those who answered.",
                group=note.groups[0],
                least=note.least,
            )
        case WithheldKind.COMPETENCY:
            sentence = _("Too few responses; this competency is not shown and not counted.")
        case WithheldKind.ITEM:
            sentence = _(
                "Items marked “not shown”, to protect those who answered: fewer than "
                "%(least)s rated them, or the figures together would tell what single people "
                "answered.",
                least=note.least,
            )
        case WithheldKind.COMMENTS:
            sentence = _(
                "Comments are shown when at least %(least)s people of the protected groups "
                "have answered, and several of them wrote something.",
                least=note.least,
            )
    return sentence


def answers_sentence(element: ShownElement) -> str:
    """Whose answers a KPI was read from, or why from nobody's; empty for every other element."""
    if not element.is_from_feedback:
        return ""
    if not element.answers:
        reason: str = _("From the answers of this cycle: %(reason)s.", reason=element.explain)
        return reason
    groups = [
        _("%(group)s (%(count)s people)", group=one.label, count=one.raters)
        for one in element.answers
    ]
    sentence: str = _("From the answers of %(groups)s", groups=_(" and ").join(groups))
    return sentence


def notes_of(shown: ShownResult) -> list[tuple[str, tuple[str, ...]]]:
    """Each reason once, with the competencies it is about; none where it is about all."""
    about: dict[str, list[str]] = {}
    for competency in shown.competencies:
        for note in competency.withheld:
            about.setdefault(withheld_sentence(note), []).append(competency.name)
    everywhere = len(shown.competencies)
    return [
        (sentence, () if len(names) == everywhere else tuple(names))
        for sentence, names in about.items()
    ]


def status_sentence(status: ResultStatus) -> str:
    """What a state of the result means for the person; empty for a finished one."""
    sentences: dict[ResultStatus, str] = {
        ResultStatus.RATED: "",
        ResultStatus.INCOMPLETE: _("Too little could be scored for a grade."),
        ResultStatus.INSUFFICIENT: _("Not enough responses for a result."),
        ResultStatus.PENDING: _("KPI figures are still missing."),
    }
    return sentences[status]


def status_name(status: ResultStatus) -> str:
    names: dict[ResultStatus, str] = {
        ResultStatus.RATED: _("Rated"),
        ResultStatus.INCOMPLETE: _("Incomplete"),
        ResultStatus.INSUFFICIENT: _("Too few responses"),
        ResultStatus.PENDING: _("Figures missing"),
    }
    return names[status]


def sheet_sentence(fault: SheetError) -> str:
    """What is wrong with somebody's KPI sheet."""
    sentences: dict[SheetProblem, str] = {
        SheetProblem.UNKNOWN_DIMENSION: _(
            "the scheme has no dimension “%(found)s”.", found=fault.found
        ),
        SheetProblem.UNKNOWN_COMPETENCY: _(
            "the questionnaire has no competency “%(found)s”.", found=fault.found
        ),
    }
    return sentences[fault.problem]


def engine_sentence(fault: ScoringError) -> str:
    """The engine's own sentence in the reader's language."""
    locale = get_locale()
    is_english = locale is not None and locale.language == "en"
    return fault.message_en if is_english else fault.message_zh


def step_words(row: Row) -> str:
    """What a step of calibration decided, in a word: points or a grade."""
    if row.kind is StepKind.GRADE:
        return str(_("Grade %(grade)s", grade=row.grade))
    sign = "−" if row.delta < 0 else "+"
    return f"{sign}{fixed_text(abs(row.delta))}"


def step_change(row: Row) -> str:
    """What stood before and after a step when it was decided; empty for one that changed nothing.

    Steps from before there were chains do not tell.
    """
    if row.kind is StepKind.LAPSE or row.before is None or row.after is None:
        return ""
    if row.kind is StepKind.GRADE:
        return f"{row.before} → {row.after}"
    return f"{fixed_text(exact(row.before))} → {fixed_text(exact(row.after))}"


def step_state_name(state: str) -> str:
    names: dict[str, str] = {
        "stands": _("in force"),
        "stale": _("to be decided again"),
        "replaced": _("settled by a later step"),
        "lapse": _("lapse"),
    }
    return names[state]


def step_sentence(fault: StepFault, *, found: str) -> str:
    """Why a calibration step is refused."""
    sentences: dict[StepFault, str] = {
        StepFault.NOT_A_NUMBER: _(
            "“%(found)s” is not a number with at most two decimals, such as -0.50.", found=found
        ),
        StepFault.NOTHING: _("A calibration of 0 changes nothing."),
        StepFault.TOO_FAR: _("All calibration together may move a result by 5 points at most."),
        StepFault.NO_REASON: _("Give the reason in at least 10 characters."),
        StepFault.NO_GRADE: _("Choose one of the grades that may be set."),
        StepFault.UNDECIDED: _(
            "Figures have changed since. Decide for every earlier step whether it holds."
        ),
    }
    return sentences[fault]
