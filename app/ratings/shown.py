"""What a person's result shows, as values: the only form in which pages and papers get a rating.

Everything in here has passed the rules of disclosure already: a group that is too small is not in
any figure, numbers of protected raters are bands, figures are rounded as they are published. No
value in here leads back to an answer. Texts are in one language, the one asked for; reasons why
something is not shown are values, which `app.ratings.wording` turns into sentences.

All figures are decimals with the places that are printed: `str(figure)` is the published text.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.ratings.hiding.rules import HIDDEN


class ResultStatus(StrEnum):
    """Whether there is a grade, and if not, what is missing."""

    RATED = "rated"
    INCOMPLETE = "incomplete"  # too few dimensions could be scored
    INSUFFICIENT = "insufficient"  # too few raters answered
    PENDING = "pending"  # KPI figures are still to come


class ElementKind(StrEnum):
    KPI = "kpi"
    COMPETENCY = "competency"
    GATE = "gate"


class WithheldKind(StrEnum):
    """Why a figure is not where a reader looks for it."""

    MERGED = "merged"  # groups: shown together, because one of them was too small
    GROUP = "group"  # groups: fewer than k answered
    COMPETENCY = "competency"  # too little remained; the competency is not counted
    ITEM = "item"  # fewer than k rated this item, or it would give such an item away
    COMMENTS = "comments"  # fewer than k protected raters answered


@dataclass(frozen=True, kw_only=True, slots=True)
class Withheld:
    """`groups` are names in the reader's language; `least` is the number that was not reached."""

    kind: WithheldKind
    least: int
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownTerm:
    """A signed part of the total: a dimension, or extra points, a coefficient, a cap, a veto."""

    name: str
    points: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswersBehind:
    """Whose answers a KPI read from the feedback is made of, with bands such as `3–5`."""

    label: str
    raters: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownElement:
    """A KPI or competency. `weight` is the effective one (percent of its dimension).

    `points` go into the dimension and add up to its `points`. Where `score` is None, `explain`
    says why; else it is the sum `8.13 = 22% × 35% × 105.60`. `target` and `actual` are as HR's
    sheet has them, without the `unit`. A KPI read from the feedback has no `answers` where too few
    were given.
    """

    id: str
    name: str
    kind: ElementKind
    nominal_weight: Decimal
    weight: Decimal
    score: Decimal | None
    points: Decimal
    explain: str
    target: str = ""
    actual: str = ""
    unit: str = ""
    source: str = ""
    evidence: str = ""
    is_from_feedback: bool = False  # a KPI that no sheet gives: it is read from the answers
    answers: tuple[AnswersBehind, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownDimension:
    """`weight` is effective (percent of the total); `points` is the term in the total."""

    id: str
    name: str
    weight: Decimal
    score: Decimal | None
    points: Decimal
    elements: tuple[ShownElement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownCell:
    """The finest line that is ever shown: a rater group, or groups merged into one.

    `groups` are ids (`peer`), `label` their names. `mean` lies on the answer scale, two decimals.
    `raters` is a band such as `3–5` for protected groups, the number itself for the supervisor.
    """

    groups: tuple[str, ...]
    label: str
    mean: Decimal
    raters: str
    weight: Decimal

    @property
    def is_merged(self) -> bool:
        return len(self.groups) > 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFigure:
    """`text` is `4.3`, `≤ 1.5`, a dash for "not observed", and empty where it is withheld."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownItem:
    """One behaviour. `is_reversed`: its figures are turned round, so that high is good."""

    text: str
    figures: tuple[ItemFigure, ...]
    own: str
    is_reversed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemBlock:
    """Items with figures of the same cells; `labels` head their columns."""

    labels: tuple[str, ...]
    items: tuple[ShownItem, ...]

    @property
    def has_own(self) -> bool:
        """Whether the person answered any of them; customers' items are not on the own form."""
        return any(item.own for item in self.items)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownCompetency:
    """A competency as its raters see it, on the answer scale (usually 1 to 5).

    `others` leaves the own answers out; `gap` is own minus others.
    """

    id: str
    name: str
    cells: tuple[ShownCell, ...]
    others: Decimal | None
    own: Decimal | None
    gap: Decimal | None
    items: tuple[ShownItem, ...]
    withheld: tuple[Withheld, ...]

    @property
    def item_blocks(self) -> tuple[ItemBlock, ...]:
        """The items by whom they were asked of, so that a table of each block has no gaps."""
        blocks: dict[tuple[str, ...], list[ShownItem]] = {}
        for item in self.items:
            labels = tuple(figure.label for figure in item.figures)
            blocks.setdefault(labels, []).append(item)
        return tuple(
            ItemBlock(labels=labels, items=tuple(items)) for labels, items in blocks.items()
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentList:
    """Comments under one heading, word for word, in an order that means nothing.

    An empty heading: a heading would tell who wrote them. HIDDEN stands in a text for each passage
    that HR has hidden.
    """

    heading: str
    texts: tuple[str, ...]

    @property
    def has_hidden(self) -> bool:
        return any(HIDDEN in text for text in self.texts)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownComments:
    """`colleagues` are those of all protected raters together; the others are signed by nature."""

    colleagues: tuple[CommentList, ...]
    supervisor: tuple[CommentList, ...]
    own: tuple[CommentList, ...]
    withheld: Withheld | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CalibrationStep:
    """What people decided: points, or a grade that leaves the points at 0."""

    delta: Decimal
    reason: str
    grade: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownResult:
    """One person's result in one language.

    `terms` add up exactly to `computed`, and the elements of a dimension to its points.
    `final` is `computed` after calibration (the same where nobody calibrated), `grade` is its
    grade; both are None unless `status` is rated. `missing` names the figures a pending result
    waits for; such a result has nothing else.
    """

    status: ResultStatus
    missing: tuple[str, ...] = ()
    computed: Decimal | None = None
    computed_grade: str | None = None
    final: Decimal | None = None
    grade: str | None = None
    calibration: tuple[CalibrationStep, ...] = ()
    terms: tuple[ShownTerm, ...] = ()
    dimensions: tuple[ShownDimension, ...] = ()
    competencies: tuple[ShownCompetency, ...] = ()
    highest: tuple[ShownCompetency, ...] = ()
    lowest: tuple[ShownCompetency, ...] = ()
    hidden_strengths: tuple[ShownCompetency, ...] = ()
    blind_spots: tuple[ShownCompetency, ...] = ()
    comments: ShownComments | None = None

    @property
    def is_calibrated(self) -> bool:
        return self.final != self.computed or self.grade != self.computed_grade
