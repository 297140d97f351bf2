"""What may be counted of how forms are filled in, and when a count may be read. Pure.

A form's duration falls into a bucket of ten seconds and becomes one of a number; neither the form
nor the moment is kept with it.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from itertools import accumulate

from app.feedback.quality.rules import Band, band_of
from app.questionnaires.rules import Audience

BUCKET_SECONDS = 10
LAST_BUCKET = 180  # half an hour, or longer
# Seconds: whatever is faster than the one was not read, and says nothing of how long reading takes;
# whatever is faster than the other was hardly read.
FASTEST_PER_ITEM, HASTY_PER_ITEM = 1, 2
LEAST_FORMS = 10  # before any figure about durations is read
LEAST_REVIEWERS = 10  # before any figure about their letters is
LEAST_WAITING = 10  # before it is told how many of those who wait have begun
AIM_MEDIAN, AIM_MOST = 2, 5  # letters to one reviewer in a round
KEPT = timedelta(days=90)  # after the close
EASE = range(1, 6)  # 1 is very hard, 5 very easy
HALF, NINE_IN_TEN = Fraction(1, 2), Fraction(9, 10)


class Measure(StrEnum):
    FIRST_FORM = "first_form"  # of a reviewer inside
    LATER_FORM = "later_form"
    CUSTOMER_FORM = "customer_form"
    HASTY_FORM = "hasty_form"  # its buckets are those of Pace
    EASE = "ease"


class Pace(IntEnum):
    """How fast a hasty form was; one that nobody can have read is counted as nothing else."""

    UNREAD = 0
    HARDLY_READ = 1


FORMS = (Measure.FIRST_FORM, Measure.LATER_FORM, Measure.CUSTOMER_FORM)
Counts = Mapping[int, int]  # bucket → how many


@dataclass(frozen=True, kw_only=True, slots=True)
class Durations:
    """Both figures are the ends of buckets, in seconds: “at most so long”."""

    measure: Measure
    median: int
    ninety: int  # nine in ten forms took no longer


@dataclass(frozen=True, kw_only=True, slots=True)
class Haste:
    """How many forms were filled in in under two seconds an item."""

    band: Band
    share: int | None  # in per cent of the forms, to the next 5; only where the band is exact


@dataclass(frozen=True, kw_only=True, slots=True)
class Ease:
    mean: Decimal  # one decimal
    answered: int  # reviewers, in per cent of those who finished, to the next 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Letters:
    """How many letters reviewers had in a round."""

    median: int  # half had no more
    most: int


def measure_of(audience: Audience, *, done_before: int) -> Measure:
    """Which measure a form counts for."""
    if audience is Audience.CUSTOMER:
        return Measure.CUSTOMER_FORM
    return Measure.LATER_FORM if done_before else Measure.FIRST_FORM


def bucket_of(seconds: int, *, items: int) -> int | None:
    """The bucket of a form that took so long; None for a time in which nobody reads the items."""
    if seconds < FASTEST_PER_ITEM * max(1, items):
        return None
    return min(seconds // BUCKET_SECONDS, LAST_BUCKET)


def pace_of(seconds: int, *, items: int) -> Pace | None:
    """How hasty a form was that took so long; None for one that was not, and for a wrong clock."""
    if seconds < 0 or seconds >= HASTY_PER_ITEM * items:
        return None
    return Pace.UNREAD if bucket_of(seconds, items=items) is None else Pace.HARDLY_READ


def quantile(counts: Counts, share: Fraction) -> int:
    """The end of the bucket, in seconds, within which this share of all lies. Needs a count."""
    return (_bucket_within(counts, share) + 1) * BUCKET_SECONDS


def _bucket_within(counts: Counts, share: Fraction) -> int:
    ordered = sorted(counts)
    reached = list(accumulate(counts[bucket] for bucket in ordered))
    needed = math.ceil(reached[-1] * share)
    return ordered[bisect_left(reached, needed)]


def durations_to_show(counts: Mapping[Measure, Counts]) -> list[Durations]:
    """The figures of those measures that rest on enough forms."""
    return [
        Durations(
            measure=measure,
            median=quantile(counts[measure], HALF),
            ninety=quantile(counts[measure], NINE_IN_TEN),
        )
        for measure in FORMS
        if sum(counts.get(measure, {}).values()) >= LEAST_FORMS
    ]


def haste_to_show(counts: Mapping[Measure, Counts], *, k: int) -> Haste | None:
    """The share of hasty forms; None for too few forms.

    Fewer than k are told as such, and all but k as most: whoever knows of one of the few could
    tell the others.
    """
    hasty = counts.get(Measure.HASTY_FORM, {})
    timed = sum(sum(counts.get(measure, {}).values()) for measure in FORMS)
    measured, fast = timed + hasty.get(Pace.UNREAD, 0), sum(hasty.values())
    if measured < LEAST_FORMS:
        return None
    band = band_of(fast, judged=measured, k=k)
    return Haste(band=band, share=_to_next_five(fast, measured) if band is Band.EXACT else None)


def ease_to_show(counts: Counts, *, finished: int, k: int) -> Ease | None:
    """The answers to the ease question; None for fewer than 2k of them."""
    number = sum(counts.values())
    if number < 2 * k:
        return None
    total = Decimal(sum(level * count for level, count in counts.items()))
    return Ease(
        mean=(total / number).quantize(Decimal("0.1"), ROUND_HALF_UP),
        answered=_to_next_five(number, max(finished, number)),
    )


def _to_next_five(part: int, whole: int) -> int:
    """A share in per cent."""
    share = Decimal(100 * part) / whole
    return int((share / 5).quantize(Decimal(1), ROUND_HALF_UP)) * 5


def letters_to_show(counts: Counts) -> Letters | None:
    """Letters → how many reviewers had so many; None for too few reviewers."""
    if sum(counts.values()) < LEAST_REVIEWERS:
        return None
    return Letters(median=_bucket_within(counts, HALF), most=max(counts))


def shows_begun(*, waiting: int, begun: int) -> bool:
    """Whether it may be told how many of those that wait have begun: it must point at nobody, so
    many wait and not all have begun; or none waits."""
    return waiting == 0 or (waiting >= LEAST_WAITING and begun < waiting)


def counts_are_gone(*, closed_at: datetime, now: datetime) -> bool:
    """Whether the figures have been kept for as long as they are of use."""
    return now - closed_at >= KEPT


def seconds_usual(counts: Mapping[Measure, Counts]) -> dict[Measure, int]:
    """What a form usually takes, where enough have been measured."""
    return {row.measure: row.median for row in durations_to_show(counts)}
