"""The papers as values: everything in them is written already, in the paper's language.

Only the printed labels are not in here; those stand in the template, in both languages. An empty
text means "nothing was entered": a dash on a finished record, room to write on a blank one.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.charts.dots import Profile
from app.charts.radar import Radar
from app.pdf.labels import N_


class InterviewKind(StrEnum):
    ANNUAL = N_("Annual")
    QUARTERLY = N_("Quarterly")
    PROBATION = N_("Probation")
    IMPROVEMENT = N_("Improvement")
    REASSESSMENT = N_("Reassessment")


class PlanOutcome(StrEnum):
    DONE = N_("Done")
    PARTLY = N_("Partly done")
    NOT_DONE = N_("Not done")


class Cause(StrEnum):
    """Why something fell short. Attitude is left out on purpose: a record describes behaviour."""

    METHOD = N_("Method")
    SKILL = N_("Skill")
    RESOURCES = N_("Resources")
    PROCESS = N_("Process")
    UNCLEAR_GOAL = N_("Unclear goal")
    EXTERNAL = N_("External")
    OTHER = N_("Other")


class SupportAnswer(StrEnum):
    AGREED = N_("Agreed")
    PARTLY = N_("Agreed in part")
    REFUSED = N_("Not agreed")


class CareerPreference(StrEnum):
    EXPERT = N_("Expert track")
    MANAGEMENT = N_("Management track")
    MOVE = N_("Change of post")
    STAY = N_("Stay")


class Decision(StrEnum):
    """What the employee thinks of the result; signing says nothing about it."""

    AGREE = N_("Agree")
    PARTLY = N_("Partly disagree")
    DISAGREE = N_("Disagree")


class SignatureRole(StrEnum):
    EMPLOYEE = N_("Employee")
    MANAGER = N_("Manager")
    SECOND_LEVEL = N_("Second-level manager")
    HR = N_("HR")


class MissingSignature(StrEnum):
    REFUSED = N_("Refused to sign")
    ABSENT = N_("Could not attend")


class Delivery(StrEnum):
    IN_PERSON = N_("In person")
    MAIL = N_("By e-mail")
    COURIER = N_("Courier")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordHead:
    """A: who spoke with whom, when and about which period. `number` is like PR-2026-00123."""

    number: str
    version: str
    check_code: str
    employee: str
    staff_no: str
    department: str
    position: str
    grade: str
    joined: str
    in_post_since: str
    period: str
    kind: InterviewKind | None
    interviewer: str
    others_present: str
    held_at: str
    place: str
    material_given_on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ElementLine:
    """B: one KPI or competency. `weight` is the effective one; `points` go into the dimension."""

    name: str
    weight: str
    target: str
    actual: str
    score: str
    points: str
    evidence: str
    variance: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DimensionBlock:
    name: str
    weight: str
    score: str
    points: str
    elements: tuple[ElementLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultsSection:
    dimensions: tuple[DimensionBlock, ...]
    weight_total: str
    points_total: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackSection:
    """C: published cells only. `raters` has one sentence part per group, with its band of n."""

    profile: Profile
    raters: tuple[str, ...]
    merge_notes: tuple[str, ...]
    highest: tuple[str, ...]
    lowest: tuple[str, ...]
    gaps: tuple[str, ...]
    radar: Radar | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Achievement:
    fact: str
    effect: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LastPlanLine:
    goal: str
    outcome: PlanOutcome | None
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AchievementsSection:
    achievements: tuple[Achievement, ...]
    last_plan: tuple[LastPlanLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcoming:
    fact: str
    causes: frozenset[Cause]
    explanation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortcomingsSection:
    shortcomings: tuple[Shortcoming, ...]
    differing_views: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EmployeeView:
    """F: written by the employee alone."""

    assessment: str
    opinion: str
    circumstances: str
    suggestions: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportLine:
    request: str
    answer: SupportAnswer | None
    terms: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanLine:
    goal: str
    action: str
    measure: str
    due: str
    resources: str
    owner: str
    check_ins: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSection:
    """H: one to three lines, or none and the reason for it."""

    lines: tuple[PlanLine, ...]
    reason_for_none: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalLine:
    goal: str
    target: str
    weight: str
    due: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalsSection:
    lines: tuple[GoalLine, ...]
    weight_total: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DevelopmentSection:
    training: str
    preference: CareerPreference | None
    target_role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultTerm:
    """One term of the sum: "销售业绩指标", "55 % × 91.65", "50.41"."""

    name: str
    formula: str
    points: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OverallSection:
    """K: `terms` add up to `total` as printed. `grade_before` is empty where nothing was moved."""

    terms: tuple[ResultTerm, ...]
    total: str
    grade: str
    grade_before: str
    calibration_reason: str
    manager_comment: str
    second_level_comment: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """`signed` says how and when it was confirmed in the system; empty leaves room for ink."""

    role: SignatureRole
    name: str
    signed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSigned:
    kind: MissingSignature
    reason: str
    witness: str
    on: str
    delivery: Delivery | None
    delivery_no: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AcknowledgementSection:
    """L: `appeal_zh` and `appeal_en` name days, addressee and way; both are always printed."""

    decision: Decision | None
    note: str
    signatures: tuple[Signature, ...]
    appeal_zh: str
    appeal_en: str
    not_signed: NotSigned | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordPaper:
    """The interview record. `language` is that of its content: "zh" or "en".

    `is_blank` prints a record before the interview, with room for handwriting in D to L.
    """

    language: str
    company: str
    head: RecordHead
    results: ResultsSection
    feedback: FeedbackSection
    achievements: AchievementsSection
    shortcomings: ShortcomingsSection
    employee_view: EmployeeView
    support: tuple[SupportLine, ...]
    plan: PlanSection
    goals: GoalsSection
    development: DevelopmentSection
    overall: OverallSection
    acknowledgement: AcknowledgementSection
    is_blank: bool = False
