from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from app.feedback.measuring.rules import (
    LAST_BUCKET,
    Counts,
    Haste,
    Letters,
    Measure,
    Pace,
    bucket_of,
    counts_are_gone,
    durations_to_show,
    ease_to_show,
    haste_to_show,
    letters_to_show,
    measure_of,
    pace_of,
    quantile,
    seconds_usual,
    shows_begun,
)
from app.feedback.quality.rules import Band
from app.questionnaires.rules import Audience


@pytest.mark.parametrize(
    ("audience", "before", "measure"),
    [
        (Audience.INTERNAL, 0, Measure.FIRST_FORM),
        (Audience.INTERNAL, 1, Measure.LATER_FORM),
        (Audience.CUSTOMER, 0, Measure.CUSTOMER_FORM),
        (Audience.CUSTOMER, 2, Measure.CUSTOMER_FORM),
    ],
)
def test_a_form_counts_as_first_later_or_a_customers(
    audience: Audience, before: int, measure: Measure
) -> None:
    assert measure_of(audience, done_before=before) is measure


@pytest.mark.parametrize(
    ("seconds", "items", "bucket"),
    [
        (30, 30, 3),
        (29, 30, None),
        (-5, 30, None),
        (0, 0, None),
        (239, 30, 23),
        (240, 30, 24),
        (1_799, 30, 179),
        (1_800, 30, LAST_BUCKET),
        (90_000, 30, LAST_BUCKET),
    ],
)
def test_a_duration_falls_into_ten_seconds_unless_nobody_read_the_form(
    seconds: int, items: int, bucket: int | None
) -> None:
    assert bucket_of(seconds, items=items) == bucket


@pytest.mark.parametrize(
    ("seconds", "items", "pace"),
    [
        (-1, 30, None),
        (0, 30, Pace.UNREAD),
        (29, 30, Pace.UNREAD),
        (30, 30, Pace.HARDLY_READ),
        (59, 30, Pace.HARDLY_READ),
        (60, 30, None),
        (0, 0, None),
    ],
)
def test_a_form_is_hasty_below_two_seconds_an_item(
    seconds: int, items: int, pace: Pace | None
) -> None:
    assert pace_of(seconds, items=items) is pace


def test_the_share_of_hasty_forms_is_read_from_ten_forms_on_and_points_at_nobody() -> None:
    few = Haste(band=Band.FEW, share=None)

    def share(unread: int, hardly: int, timed: int, k: int = 3) -> Haste | None:
        hasty: Counts = {Pace.UNREAD: unread, Pace.HARDLY_READ: hardly}
        counts = {Measure.HASTY_FORM: hasty, Measure.LATER_FORM: {20: timed}}
        return haste_to_show(counts, k=k)

    assert share(1, 2, 8) is None
    assert share(1, 1, 9) == few
    assert share(1, 2, 9) == Haste(band=Band.EXACT, share=30)
    assert share(1, 2, 9, k=4) == few
    assert share(8, 0, 4) == Haste(band=Band.EXACT, share=65)
    assert share(9, 0, 3) == share(12, 0, 0) == Haste(band=Band.MANY, share=None)
    assert haste_to_show({}, k=3) is None
    assert haste_to_show({Measure.FIRST_FORM: {20: 10}}, k=3) == few


@pytest.mark.parametrize(
    ("waiting", "begun", "told"),
    [(10, 3, True), (9, 3, False), (1, 1, False), (10, 10, False), (10, 0, True), (0, 0, True)],
)
def test_how_many_have_begun_is_told_only_where_it_points_at_nobody(
    waiting: int, begun: int, told: bool
) -> None:
    assert shows_begun(waiting=waiting, begun=begun) is told


def test_a_quantile_is_the_end_of_the_bucket_in_which_it_lies() -> None:
    counts = {20: 4, 10: 5, 60: 1}

    assert quantile(counts, Fraction(1, 2)) == 110
    assert quantile(counts, Fraction(51, 100)) == 210
    assert quantile(counts, Fraction(9, 10)) == 210
    assert quantile(counts, Fraction(1)) == 610


def test_durations_are_read_from_ten_forms_on() -> None:
    counts = {Measure.FIRST_FORM: {23: 10}, Measure.LATER_FORM: {10: 9}}

    [shown] = durations_to_show(counts)

    assert (shown.measure, shown.median, shown.ninety) == (Measure.FIRST_FORM, 240, 240)
    assert seconds_usual(counts) == {Measure.FIRST_FORM: 240}
    assert seconds_usual({}) == {}


def test_the_ease_answers_are_read_from_twice_the_group_minimum_on() -> None:
    assert ease_to_show({5: 5}, finished=20, k=3) is None
    ease = ease_to_show({5: 4, 4: 2}, finished=20, k=3)
    assert ease is not None
    assert (ease.mean, ease.answered) == (Decimal("4.7"), 30)


def test_the_letters_of_reviewers_are_read_from_ten_on() -> None:
    assert letters_to_show({1: 9}) is None
    assert letters_to_show({5: 2, 1: 2, 2: 6}) == Letters(median=2, most=5)
    assert letters_to_show({1: 5, 4: 5}) == Letters(median=1, most=4)


def test_the_share_of_those_who_answered_is_never_above_all() -> None:
    ease = ease_to_show({3: 6}, finished=0, k=3)
    assert ease is not None
    assert ease.answered == 100


def test_counts_are_kept_for_ninety_days_after_the_close() -> None:
    closed_at = datetime(2026, 12, 18, 16, tzinfo=UTC)

    assert not counts_are_gone(closed_at=closed_at, now=closed_at + timedelta(days=90, seconds=-1))
    assert counts_are_gone(closed_at=closed_at, now=closed_at + timedelta(days=90))
