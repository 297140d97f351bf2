"""The words for what the rules of a record find."""

from flask_babel import gettext as _

from app.interviews.models import Decision
from app.interviews.parts import FieldFault
from app.interviews.rules import Caution, Gap, Lack, RecordState


def gap_sentence(gap: Gap) -> str:
    """What is missing, for the list before the freeze."""
    row, name = gap.about, gap.about
    sentences: dict[Lack, str] = {
        Lack.NOT_SHARED: _("Share the record with the employee before you freeze it."),
        Lack.DAY: _("A9: the day of the interview."),
        Lack.TIMES: _("A9: when the interview began and ended."),
        Lack.END_BEFORE_START: _("A9: the interview must end after it began."),
        Lack.PLACE: _("A9: the place or the mode."),
        Lack.EVIDENCE: _(
            "B6, %(name)s: state the evidence (source and date); the record cannot be finalised "
            "without it.",
            name=name,
        ),
        Lack.VARIANCE: _(
            "B7, %(name)s: why the actual missed the target by more than 10 %%.", name=name
        ),
        Lack.ACHIEVEMENT: _("D, entry %(row)s: an achievement as a fact.", row=row),
        Lack.EFFECT: _("D, entry %(row)s: its effect.", row=row),
        Lack.SHORTCOMING: _("E, entry %(row)s: a shortcoming as a fact with its date.", row=row),
        Lack.ADJECTIVES: _(
            "E, entry %(row)s: write observable facts, e.g. “20 minutes late twice in September”, "
            "not just “poor attitude”.",
            row=row,
        ),
        Lack.CAUSE: _("E, entry %(row)s: at least one cause.", row=row),
        Lack.SUPPORT: _("G, request %(row)s: an answer, and by when or for what reason.", row=row),
        **_plan_sentences(row),
        Lack.GOAL_WEIGHTS: _("I: the weights must sum to 100."),
        Lack.COMMENT: _("K3: a comment of 30 to 300 characters."),
    }
    return sentences[gap.lack]


def _plan_sentences(row: str) -> dict[Lack, str]:
    return {
        Lack.PLAN: _("H: at least one row of the plan, or the reason why there is none."),
        Lack.PLAN_GOAL: _("H, row %(row)s: the goal.", row=row),
        Lack.PLAN_ACTION: _("H, row %(row)s: the action, as “if … then …”.", row=row),
        Lack.PLAN_MEASURE: _("H, row %(row)s: the measure, from and to.", row=row),
        Lack.PLAN_DUE: _("H, row %(row)s: the deadline.", row=row),
        Lack.PLAN_DUE_PAST: _("H, row %(row)s: a deadline after the interview.", row=row),
        Lack.PLAN_OWNER: _("H, row %(row)s: the owner.", row=row),
        Lack.PLAN_CHECK: _("H, row %(row)s: at least one check-in date.", row=row),
        Lack.PLAN_CHECK_OUTSIDE: _(
            "H, row %(row)s: check-in dates lie between the interview and the deadline.", row=row
        ),
        Lack.OWN_DUTY: _("H: you agreed to give support, so at least one row must be yours."),
    }


def caution_sentence(caution: Caution) -> str:
    sentences: dict[Caution, str] = {
        Caution.SHORT_TALK: _("The interview took less than 30 minutes."),
        Caution.LATE_MATERIAL: _("The employee had the material for less than 24 hours before."),
        Caution.ADJECTIVES: _(
            "Write observable facts, e.g. “20 minutes late twice in September”, not just "
            "“poor attitude”."
        ),
    }
    return sentences[caution]


def fault_sentence(fault: FieldFault) -> str:
    """What is wrong with one field."""
    sentences: dict[FieldFault, str] = {
        FieldFault.TOO_LONG: _(
            "This text is too long. Texts may have 2,000 characters, lines 200."
        ),
        FieldFault.NOT_A_DAY: _("Write the day as 2026-12-20."),
        FieldFault.NOT_A_CLOCK: _("Write the time as 14:05."),
        FieldFault.NOT_A_PERCENTAGE: _("Write a number above 0 and up to 100."),
        FieldFault.NOT_A_CHOICE: _("Choose one of the answers given."),
    }
    return sentences[fault]


def state_name(state: RecordState) -> str:
    names: dict[RecordState, str] = {
        RecordState.PREPARED: _("Prepared"),
        RecordState.DRAFT: _("Manager is writing"),
        RecordState.SHARED: _("Shared for reading"),
        RecordState.TO_ANSWER: _("Waiting for the employee"),
        RecordState.TO_SIGN: _("Waiting for the manager"),
        RecordState.TO_COUNTERSIGN: _("Waiting for HR"),
        RecordState.FILED: _("Filed"),
    }
    return names[state]


def decision_name(decision: Decision | str) -> str:
    names: dict[Decision, str] = {
        Decision.AGREE: _("Agree"),
        Decision.PARTLY: _("Partly disagree"),
        Decision.DISAGREE: _("Disagree"),
    }
    return names[Decision(decision)]
