"""What must hold of every roll-up, merged figure and pro rata, tried on random periods."""

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.kpi_merging import KpiPeriod, merge_kpi
from app.scoring.periods import (
    NamedSpan,
    PeriodScore,
    RollUp,
    RollUpRule,
    Weighing,
    roll_up,
    roll_up_each,
)
from app.scoring.pro_rata import Nature, pro_rata
from app.scoring.time_spans import PeriodKind, Span, TimeInPost, periods_of_year

many = settings(max_examples=300, deadline=None)

START = date(2023, 7, 1)
WHOLE = NamedSpan(id="whole", span=Span(first=START, after=START + timedelta(days=8 * 256)))
WEIGHINGS = st.sampled_from(Weighing)


def _periods(raw: bytes) -> list[PeriodScore]:
    """A period for every four bytes: how long, its total, its target, its days in post."""
    days = [1 + one for one in raw[::4]]
    starts = [START + timedelta(days=sum(days[:place])) for place in range(len(days) + 1)]
    rows = zip(pairwise(starts), raw[1::4], raw[2::4], raw[3::4], strict=False)
    return [
        PeriodScore(
            id=f"p{place}",
            span=Span(first=first, after=after),
            total=None if total % 5 == 0 else Fraction(total, 7),
            target=Fraction(target),
            days=min(in_post, (after - first).days),
        )
        for place, ((first, after), total, target, in_post) in enumerate(rows)
    ]


PERIODS = st.binary(min_size=4, max_size=24).map(_periods)


def _rolled(periods: list[PeriodScore], weighing: Weighing) -> RollUp:
    return roll_up(periods, whole=WHOLE, rule=RollUpRule(weighing=weighing))


@many
@given(PERIODS, WEIGHINGS)
def test_a_roll_up_lies_between_its_worst_and_its_best_period(
    periods: list[PeriodScore], weighing: Weighing
) -> None:
    result = _rolled(periods, weighing)
    weighed = [t.period.total for t in result.terms if t.weight and t.period.total is not None]

    assert (result.exact is None) == (not weighed)
    if result.exact is not None:
        assert min(weighed) <= result.exact <= max(weighed)


@many
@given(PERIODS, WEIGHINGS)
def test_shown_terms_add_up_to_the_shown_figure_and_weights_to_one_hundred(
    periods: list[PeriodScore], weighing: Weighing
) -> None:
    result = _rolled(periods, weighing)

    assert sum(term.shown for term in result.terms) == (result.computed or 0)
    assert sum(term.contribution for term in result.terms) == (result.exact or 0)
    assert sum(term.weight for term in result.terms) == (0 if result.exact is None else 100)
    assert all(abs(term.shown - term.contribution) < Fraction(1, 100) for term in result.terms)


@many
@given(PERIODS, WEIGHINGS, st.randoms(use_true_random=False))
def test_the_order_in_which_periods_are_given_never_matters(
    periods: list[PeriodScore], weighing: Weighing, chance: random.Random
) -> None:
    before = _rolled(periods, weighing)
    chance.shuffle(periods)

    assert _rolled(periods, weighing) == before


@many
@given(PERIODS, st.integers(1, 99), st.integers(1, 99))
def test_only_the_proportion_of_targets_counts(
    periods: list[PeriodScore], up: int, down: int
) -> None:
    scaled = [replace(one, target=(one.target or 0) * Fraction(up, down)) for one in periods]
    one, other = _rolled(periods, Weighing.TARGET), _rolled(scaled, Weighing.TARGET)

    assert [term.weight for term in one.terms] == [term.weight for term in other.terms]
    assert one.exact == other.exact


@many
@given(PERIODS, WEIGHINGS)
def test_one_period_is_itself_and_equal_periods_are_what_each_is(
    periods: list[PeriodScore], weighing: Weighing
) -> None:
    same = [replace(one, total=Fraction(250, 3), target=Fraction(1), days=1) for one in periods]

    assert _rolled(same[:1], weighing).exact == Fraction(250, 3)
    assert _rolled(same, weighing).exact == Fraction(250, 3)


@many
@given(PERIODS, WEIGHINGS)
def test_a_period_without_a_total_is_as_good_as_absent(
    periods: list[PeriodScore], weighing: Weighing
) -> None:
    present = [one for one in periods if one.total is not None]
    one, other = _rolled(periods, weighing), _rolled(present, weighing)

    assert (one.exact, one.computed, one.time_share, one.status) == (
        other.exact,
        other.computed,
        other.time_share,
        other.status,
    )


def _whole_days(periods: list[PeriodScore]) -> list[PeriodScore]:
    return [replace(one, days=None) for one in periods]


@many
@given(PERIODS, st.integers(0, 10**6))
def test_splitting_a_period_at_any_day_changes_nothing(
    periods: list[PeriodScore], where: int
) -> None:
    periods = _whole_days(periods)
    chosen = periods[where % len(periods)]
    inside = where % chosen.span.days
    middle = chosen.span.first + timedelta(days=inside)
    rest = [one for one in periods if one is not chosen]
    if inside:
        rest.append(replace(chosen, span=Span(first=chosen.span.first, after=middle)))
    rest.append(replace(chosen, id="x", span=Span(first=middle, after=chosen.span.after)))
    one, other = _rolled(periods, Weighing.TIME), _rolled(rest, Weighing.TIME)

    assert (one.exact, one.computed, one.status) == (other.exact, other.computed, other.status)


@many
@given(PERIODS, st.sampled_from([Weighing.TIME, Weighing.TARGET]), st.integers(0, 8))
def test_rolling_up_in_two_steps_is_rolling_up_in_one(
    periods: list[PeriodScore], weighing: Weighing, cut: int
) -> None:
    rule = RollUpRule(weighing=weighing)
    cut = 1 + cut % len(periods)
    middle = periods[cut - 1].span.after
    wholes = [
        NamedSpan(id="first", span=Span(first=START, after=middle)),
        NamedSpan(id="second", span=Span(first=middle, after=WHOLE.span.after)),
    ][: 2 if middle < WHOLE.span.after else 1]
    steps = [one.as_period() for one in roll_up_each(periods, wholes=wholes, rule=rule)]
    one, other = _rolled(periods, weighing), _rolled(steps, weighing)

    assert one.exact == other.exact
    # Where a step has days but no target, it has no total to pass on.
    assert weighing is Weighing.TARGET or one.time_share == other.time_share


MONTHS = periods_of_year(2024, PeriodKind.MONTH)
NATURES = st.sampled_from(Nature)


def _kpis(raw: bytes) -> list[KpiPeriod]:
    return [
        KpiPeriod(
            id=f"m{place:02}",
            span=MONTHS[place],
            actual=Fraction(one, 3),
            target=Fraction(one + 1, 7),
            days=1 + one % 28,
        )
        for place, one in enumerate(raw)
    ]


KPIS = st.binary(min_size=1, max_size=6).map(_kpis)


@many
@given(KPIS, NATURES)
def test_a_merged_figure_is_the_sum_of_its_shown_parts_and_of_its_exact_ones(
    kpis: list[KpiPeriod], nature: Nature
) -> None:
    merged = merge_kpi(kpis, nature=nature)
    for figure in (merged.actual, merged.target):
        assert figure is not None
        assert sum(term.shown for term in figure.terms) == figure.shown
        assert sum(term.contribution for term in figure.terms) == figure.exact
        assert abs(figure.shown - figure.exact) <= Fraction(1, 200)


def _actual(kpis: list[KpiPeriod], nature: Nature) -> Fraction:
    figure = merge_kpi(kpis, nature=nature).actual
    assert figure is not None
    return figure.exact


@many
@given(KPIS)
def test_means_and_the_last_lie_among_the_figures_and_a_sum_is_their_sum(
    kpis: list[KpiPeriod],
) -> None:
    figures = [one.actual for one in kpis if one.actual is not None]

    assert _actual(kpis, Nature.SUM) == sum(figures)
    assert _actual(kpis, Nature.LAST) == figures[-1]
    assert _actual(kpis, Nature.MEAN) == sum(figures) / len(figures)
    assert min(figures) <= _actual(kpis, Nature.MEAN_BY_DAYS) <= max(figures)


def _day(offset: int) -> date:
    return date(2023, 12, 1) + timedelta(days=offset)


@many
@given(st.integers(0, 10**6), st.integers(0, 400), NATURES)
def test_pro_rata_of_the_full_period_is_the_target_itself(
    target: int, offset: int, nature: Nature
) -> None:
    period = Span(first=_day(offset), after=_day(offset + 1 + target % 400))

    result = pro_rata(Fraction(target, 3), nature=nature, period=period, post=TimeInPost())

    assert result.target == Fraction(target, 3)


@many
@given(st.integers(0, 10**6), st.lists(st.integers(0, 430), max_size=4, unique=True))
def test_the_targets_of_all_posts_of_a_period_sum_to_the_whole_one(
    target: int, changes: list[int]
) -> None:
    period = Span(first=date(2024, 1, 1), after=date(2025, 1, 1))
    ends = [None, *(_day(one) for one in sorted(changes)), None]
    posts = [TimeInPost(since=since, until=until) for since, until in pairwise(ends)]
    shares = [
        pro_rata(Fraction(target), nature=Nature.SUM, period=period, post=post) for post in posts
    ]

    assert sum(one.target for one in shares) == target
    assert sum(one.days for one in shares) == 366


@many
@given(st.integers(0, 430), st.integers(1, 400), st.integers(0, 430), st.integers(1, 90))
def test_absence_counts_no_day_twice_and_none_outside_the_post(
    joined: int, stayed: int, away: int, long: int
) -> None:
    period = Span(first=date(2024, 1, 1), after=date(2025, 1, 1))
    absence = Span(first=_day(away), after=_day(away + long))
    post = TimeInPost(since=_day(joined), until=_day(joined + stayed), absences=(absence,))
    held = {one for one in range(joined, joined + stayed) if 31 <= one < 31 + 366}
    gone = held & set(range(away, away + long))

    assert post.days_in(period) == len(held - gone)
    assert post.absent_days_in(period) == len(gone)
