"""Forms that look copied, or sent too fast to have been read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.scoring.statistics.raters.cutoffs import USUAL, Cutoffs


@dataclass(frozen=True, kw_only=True, slots=True)
class SentForm:
    """One form: its answers in shown order, and when it was sent, in seconds from any start.

    Only forms of the same questionnaire are compared.
    """

    rater: str
    target: str
    questionnaire: str
    answers: tuple[Fraction | None, ...]
    sent_at: int | None = None

    @property
    def answered(self) -> int:
        return len(self.answers) - self.answers.count(None)


def raters_with_duplicates(forms: Iterable[SentForm], cutoffs: Cutoffs = USUAL) -> set[str]:
    """Who gave the same answers to two targets, or the same as another rater within a minute.

    Forms with fewer than ten answers are left alone: short ones are alike by chance.
    """
    alike: defaultdict[tuple[str, tuple[Fraction | None, ...]], list[SentForm]] = defaultdict(list)
    for form in forms:
        if form.answered >= cutoffs.duplicate_items:
            alike[form.questionnaire, form.answers].append(form)
    return {
        rater
        for same in alike.values()
        for rater in _repeating(same) | _at_once(same, cutoffs.duplicate_seconds)
    }


def is_too_fast(*, seconds: int, answered: int, cutoffs: Cutoffs = USUAL) -> bool:
    """Under two seconds for each answered item; never where nothing was answered."""
    return seconds < cutoffs.seconds_per_item * answered


def _repeating(same: Sequence[SentForm]) -> set[str]:
    """Raters who gave these answers to more than one target."""
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for form in same:
        targets[form.rater].add(form.target)
    return {rater for rater, rated in targets.items() if len(rated) > 1}


def _at_once(same: Sequence[SentForm], seconds: int) -> set[str]:
    """Raters beside whom another gave these answers so soon before or after.

    Looking at neighbours in time is enough: between two raters at most that far apart, some
    neighbours differ, and they lie no further apart.
    """
    timed = sorted((form.sent_at, form.rater) for form in same if form.sent_at is not None)
    near = (
        (one, other)
        for (at, one), (later, other) in pairwise(timed)
        if one != other and later - at <= seconds
    )
    return {rater for pair in near for rater in pair}
