"""All signs over all forms of one cycle: what the close counts before it cuts the links."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.averages import mean
from app.scoring.scales import Scale
from app.scoring.statistics.raters.cutoffs import USUAL, Cutoffs
from app.scoring.statistics.raters.differentiation import is_central, is_halo
from app.scoring.statistics.raters.duplicates import SentForm, is_too_fast, raters_with_duplicates
from app.scoring.statistics.raters.leniency import Judgement, severities
from app.scoring.statistics.raters.outliers import outliers
from app.scoring.statistics.raters.quality import RaterFlag
from app.scoring.statistics.raters.straight_lining import RawAnswer, straight_line

Signs = Iterator[tuple[str, RaterFlag]]


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleForm:
    """One submitted form: raw answers in shown order, each with its item's competency.

    ``sent_at`` counts seconds from any start, ``seconds`` how long the form was worked on; None
    where that is not known.
    """

    rater: str
    target: str
    group: str
    questionnaire: str
    answers: tuple[RawAnswer, ...]
    competencies: tuple[str, ...]
    sent_at: int | None = None
    seconds: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """A form with the means of its competencies, reversed items turned round."""

    form: CycleForm
    means: Mapping[str, Fraction]


def flags_of_cycle(
    forms: Sequence[CycleForm], scale: Scale, cutoffs: Cutoffs = USUAL
) -> dict[str, set[RaterFlag]]:
    """Which signs each rater of the cycle shows; every rater is named, most with none.

    For ``count_flags`` only: it must be neither stored nor shown.
    """
    found: dict[str, set[RaterFlag]] = {form.rater: set() for form in forms}
    read = [_Read(form=form, means=_means(form, scale)) for form in forms]
    for rater, flag in (
        *_signs_of_forms(forms, cutoffs),
        *_signs_of_raters(read, scale, cutoffs),
        *_signs_among_raters(read, cutoffs),
    ):
        found[rater].add(flag)
    return found


def _means(form: CycleForm, scale: Scale) -> dict[str, Fraction]:
    given: defaultdict[str, list[Fraction]] = defaultdict(list)
    for answer, competency in zip(form.answers, form.competencies, strict=True):
        if answer.value is not None:
            turned = scale.reversed_answer(answer.value) if answer.is_reversed else answer.value
            given[competency].append(turned)
    return {competency: mean(answers) for competency, answers in given.items()}


def _signs_of_forms(forms: Iterable[CycleForm], cutoffs: Cutoffs) -> Signs:
    """What one form shows by itself."""
    for form in forms:
        answered = sum(answer.value is not None for answer in form.answers)
        if straight_line(form.answers, cutoffs).is_flagged:
            yield form.rater, RaterFlag.STRAIGHT_LINE
        if form.seconds is not None and is_too_fast(
            seconds=form.seconds, answered=answered, cutoffs=cutoffs
        ):
            yield form.rater, RaterFlag.TOO_FAST


def _signs_of_raters(read: Sequence[_Read], scale: Scale, cutoffs: Cutoffs) -> Signs:
    """What all of somebody's forms show together."""
    answers: defaultdict[str, list[Fraction | None]] = defaultdict(list)
    for one in read:
        answers[one.form.rater] += [answer.value for answer in one.form.answers]
    for rater, given in answers.items():
        if is_central(given, scale, cutoffs):
            yield rater, RaterFlag.CENTRAL_TENDENCY
    sent = [
        SentForm(
            rater=one.form.rater,
            target=one.form.target,
            questionnaire=one.form.questionnaire,
            answers=tuple(answer.value for answer in one.form.answers),
            sent_at=one.form.sent_at,
        )
        for one in read
    ]
    for rater in raters_with_duplicates(sent, cutoffs):
        yield rater, RaterFlag.DUPLICATE


def _signs_among_raters(read: Sequence[_Read], cutoffs: Cutoffs) -> Signs:
    """What only shows beside others who rated the same target as members of the same group."""
    judgements = [
        Judgement(
            rater=one.form.rater,
            target=one.form.target,
            group=one.form.group,
            score=mean(list(one.means.values())),
        )
        for one in read
        if one.means
    ]
    for rater, severity in severities(judgements, cutoffs).items():
        if severity.is_flagged:
            yield rater, RaterFlag.SEVERITY
    panels: defaultdict[tuple[str, str], list[_Read]] = defaultdict(list)
    for one in read:
        panels[one.form.target, one.form.group].append(one)
    for panel in panels.values():
        yield from _signs_in_panel(panel, cutoffs)


def _signs_in_panel(panel: Sequence[_Read], cutoffs: Cutoffs) -> Signs:
    """Halo and outliers among the raters of one group of one target."""
    competencies = sorted({competency for one in panel for competency in one.means})
    usual = []
    for competency in competencies:
        raters = [one for one in panel if competency in one.means]
        figures = [one.means[competency] for one in raters]
        usual.append(mean(figures))
        for one, is_far in zip(raters, outliers(figures, cutoffs) or [], strict=False):
            if is_far:
                yield one.form.rater, RaterFlag.OUTLIER
    for one in panel:
        if is_halo(list(one.means.values()), usual, cutoffs):
            yield one.form.rater, RaterFlag.HALO
