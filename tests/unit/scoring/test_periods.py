"""Roll-ups by example: what each period weighs, what is left out, what is refused."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.scoring.errors import ScoringError
from app.scoring.grades import Grade
from app.scoring.numbers import exact
from app.scoring.periods import (
    NamedSpan,
    PeriodScore,
    RollUpRule,
    Weighing,
    grade_for,
    roll_up,
    roll_up_each,
)
from app.scoring.periods_trace import explain_pro_rata, explain_roll_up
from app.scoring.pro_rata import Nature, pro_rata
from app.scoring.results import Status
from app.scoring.time_spans import PeriodKind, Span, TimeInPost, periods_of_year, through

YEAR = NamedSpan(id="2024", span=through(date(2024, 1, 1), date(2024, 12, 31)))
QUARTERS = periods_of_year(2024, PeriodKind.QUARTER)
EQUAL = RollUpRule(weighing=Weighing.EQUAL)
BY_TARGET = RollUpRule(weighing=Weighing.TARGET)
GRADES = (Grade(name="A", lower=exact(90)), Grade(name="B", lower=exact(0)))


def _quarters(*totals: object, targets: tuple[object, ...] = ()) -> list[PeriodScore]:
    given = targets or (None,) * len(totals)
    return [
        PeriodScore(
            id=f"Q{place + 1}",
            span=QUARTERS[place],
            total=None if total is None else exact(total),
            target=None if target is None else exact(target),
        )
        for place, (total, target) in enumerate(zip(totals, given, strict=True))
    ]


def test_business_years_are_cut_into_their_periods() -> None:
    assert [one.days for one in QUARTERS] == [91, 91, 92, 92]
    assert [one.days for one in periods_of_year(2023, PeriodKind.MONTH)][1] == 28
    assert [str(one) for one in periods_of_year(2024, PeriodKind.HALF_YEAR, first_month=4)] == [
        "2024-04-01 – 2024-09-30",
        "2024-10-01 – 2025-03-31",
    ]
    assert periods_of_year(2024, PeriodKind.YEAR)[0].days == 366
    assert periods_of_year(2023, PeriodKind.YEAR, first_month=12)[0].first == date(2023, 12, 1)


def test_quarters_weigh_their_days() -> None:
    result = roll_up(_quarters(90, 80, 70, 60), whole=YEAR)

    assert result.exact == Fraction(91 * 90 + 91 * 80 + 92 * 70 + 92 * 60, 366)
    assert result.computed == exact("74.95")
    assert sum(term.shown for term in result.terms) == result.computed


def test_quarters_weigh_their_targets() -> None:
    result = roll_up(_quarters("90.1", "93.5", targets=(400, 600)), whole=YEAR, rule=BY_TARGET)

    assert result.exact == exact("92.14")
    assert explain_roll_up(result).en == (
        "92.14 = Q1 36.04 (40% × 90.10) + Q2 56.10 (60% × 93.50), weighted by target"
        "; only 49.73% of the days have a score, 50% are needed for a grade"
    )


def test_the_mean_of_exact_totals_is_not_the_mean_of_rounded_ones() -> None:
    quarters = _quarters("80.005", "80.005", "80.005", "80.004")
    assert roll_up(quarters, whole=YEAR, rule=EQUAL).computed == exact("80.00")


def test_a_period_without_a_total_counts_neither_way() -> None:
    result = roll_up(_quarters(90, None, 80, 70), whole=YEAR, rule=EQUAL)

    assert result.exact == 80
    assert result.status is Status.RATED
    third = Fraction(100, 3)
    assert [term.weight for term in result.terms] == [third, 0, third, third]
    assert explain_roll_up(result).zh == (
        "80.00 = Q1 30.00（33.33% × 90.00） + Q3 26.67（33.33% × 80.00）"
        " + Q4 23.33（33.33% × 70.00），各期权重相同；Q2 无得分，不计入，其余各期按比例分担其权重"
    )


def test_a_total_of_zero_is_not_a_missing_one() -> None:
    assert roll_up(_quarters(90, 0), whole=YEAR, rule=EQUAL).exact == 45
    assert roll_up(_quarters(90, None), whole=YEAR, rule=EQUAL).exact == 90


@pytest.mark.parametrize(
    ("totals", "status", "grade"),
    [
        ((90, 90, 90, 90), Status.RATED, "A"),
        ((None, None, 90, 89), Status.RATED, "B"),
        ((90, 90, None, None), Status.INCOMPLETE, None),
        ((None, None, None, None), Status.INCOMPLETE, None),
    ],
)
def test_half_of_the_years_days_must_have_a_score(
    totals: tuple[object, ...], status: Status, grade: str | None
) -> None:
    result = roll_up(_quarters(*totals), whole=YEAR)

    assert result.status is status
    assert grade_for(result, GRADES) == grade


def test_the_last_period_with_a_total_may_stand_for_the_whole() -> None:
    result = roll_up(
        _quarters(90, 80, 70, None), whole=YEAR, rule=RollUpRule(weighing=Weighing.LAST)
    )

    assert result.exact == 70
    assert result.status is Status.RATED
    assert explain_roll_up(result).zh.startswith("70.00 = Q3 70.00（100% × 70.00），以最后一期为准")


@pytest.mark.parametrize(("least", "totals"), [(0, (90,)), (100, (90, 90, 90, 90))])
def test_any_share_of_the_year_may_be_asked_for_and_reaching_it_is_enough(
    least: int, totals: tuple[object, ...]
) -> None:
    rule = RollUpRule(min_time_share=exact(least))

    assert roll_up(_quarters(*totals), whole=YEAR, rule=rule).status is Status.RATED


def test_where_nothing_counts_there_is_no_figure() -> None:
    result = roll_up(_quarters(None, None), whole=YEAR)

    assert result.exact is None
    assert result.computed is None
    assert result.time_share == 0
    assert explain_roll_up(result).en.startswith("No period counts, so there is no total; Q1 has")
    assert roll_up(_quarters(90, targets=(0,)), whole=YEAR, rule=BY_TARGET).exact is None
    assert roll_up([], whole=YEAR).exact is None


def test_months_roll_up_into_quarters_and_quarters_into_the_year() -> None:
    months = [
        PeriodScore(id=f"M{place:02}", span=span, total=Fraction(place * 7 % 50 + 40, 3))
        for place, span in enumerate(periods_of_year(2024, PeriodKind.MONTH))
    ]
    wholes = [NamedSpan(id=f"Q{place}", span=span) for place, span in enumerate(QUARTERS)]

    quarters = roll_up_each(months, wholes=wholes)
    year = roll_up([one.as_period() for one in quarters], whole=YEAR)

    assert [len(one.terms) for one in quarters] == [3, 3, 3, 3]
    assert year.exact == roll_up(months, whole=YEAR).exact


def test_a_quarter_that_lacks_a_month_speaks_for_fewer_days_and_less_target() -> None:
    months = [
        PeriodScore(id=f"M{place}", span=span, total=exact(total) if total else None, target=target)
        for place, (span, total, target) in enumerate(
            zip(
                periods_of_year(2024, PeriodKind.MONTH)[:3],
                (90, None, 60),
                (Fraction(10), None, Fraction(20)),
                strict=True,
            )
        )
    ]
    (quarter,) = roll_up_each(
        months, wholes=[NamedSpan(id="Q1", span=QUARTERS[0], name="一季度")], rule=BY_TARGET
    )

    as_one = quarter.as_period()

    assert as_one.total == 70
    assert as_one.days == 62
    assert as_one.target == 30
    assert (as_one.id, as_one.name, as_one.span) == ("Q1", "一季度", QUARTERS[0])


def test_a_whole_rated_without_targets_has_none_to_pass_on() -> None:
    assert roll_up(_quarters(90, 80), whole=YEAR).as_period().target is None


def test_a_change_of_post_weighs_both_schemes_by_the_days_in_each() -> None:
    quarter = NamedSpan(id="Q1", span=QUARTERS[0])
    posts = [
        PeriodScore(
            id="area",
            name="区域代表",
            span=through(date(2024, 1, 1), date(2024, 2, 29)),
            total=exact(90),
        ),
        PeriodScore(
            id="key",
            name="大客户经理",
            span=through(date(2024, 3, 1), date(2024, 3, 31)),
            total=exact(60),
        ),
    ]

    result = roll_up(posts, whole=quarter)

    assert result.exact == Fraction(60 * 90 + 31 * 60, 91)
    assert explain_roll_up(result).zh == (
        "79.78 = 区域代表 59.34（65.93% × 90.00）"
        " + 大客户经理 20.44（34.07% × 60.00），按在岗天数加权"
    )


def test_terms_stand_in_the_order_of_time() -> None:
    terms = roll_up(list(reversed(_quarters(1, 2, 3, 4))), whole=YEAR).terms

    assert [term.period.id for term in terms] == ["Q1", "Q2", "Q3", "Q4"]


def test_a_negative_part_stands_with_its_sign() -> None:
    result = roll_up(_quarters(-30, 90), whole=YEAR, rule=EQUAL)

    assert explain_roll_up(result).en.startswith("30.00 = − Q1 15.00 (50% × -30.00) + Q2 45.00")


FLOATING: Any = 0.5


def _first(**changes: Any) -> list[PeriodScore]:
    return [PeriodScore(**{"id": "a", "span": QUARTERS[0], "total": exact(1), **changes})]


@pytest.mark.parametrize(
    ("periods", "rule", "code", "where"),
    [
        (_first() * 2, EQUAL, "duplicate_id", "/periods/1/id"),
        ([*_quarters(1, 2), *_first(span=YEAR.span)], EQUAL, "bad_value", "/periods/2"),
        (
            _first(span=Span(first=date(2023, 12, 31), after=date(2024, 2, 1))),
            EQUAL,
            "bad_value",
            "/periods/0/span",
        ),
        (_first(days=-1), EQUAL, "bad_value", "/periods/0/days"),
        (_first(days=92), EQUAL, "bad_value", "/periods/0/days"),
        (_first(days=FLOATING), EQUAL, "float_input", "/periods/0/days"),
        (_first(total=FLOATING), EQUAL, "float_input", "/periods/0/total"),
        (_first(target=FLOATING), EQUAL, "float_input", "/periods/0/target"),
        (_first(target=exact(-1)), BY_TARGET, "negative_weight", "/periods/0/target"),
        (_first(), BY_TARGET, "missing_field", "/periods/0/target"),
        ([], RollUpRule(min_time_share=exact(101)), "bad_value", "/min_time_share"),
        ([], RollUpRule(min_time_share=exact(-1)), "bad_value", "/min_time_share"),
        ([], RollUpRule(min_time_share=FLOATING), "float_input", "/min_time_share"),
    ],
)
def test_periods_that_make_no_sense_are_refused(
    periods: list[PeriodScore], rule: RollUpRule, code: str, where: str
) -> None:
    with pytest.raises(ScoringError) as refusal:
        roll_up(periods, whole=YEAR, rule=rule)

    assert (refusal.value.code, refusal.value.where) == (code, where)


def test_an_overlap_is_found_between_neighbours_in_time_in_whatever_order() -> None:
    whole = _first(id="w", span=YEAR.span)
    for periods, where in [
        ([*_quarters(1, 2), *whole], "/periods/2"),
        ([*whole, *_quarters(1, 2)], "/periods/1"),
        ([*_quarters(1, 2), *_first(id="again")], "/periods/2"),
    ]:
        with pytest.raises(ScoringError, match="must not overlap") as refusal:
            roll_up(periods, whole=YEAR)
        assert refusal.value.where == where


def test_wholes_must_not_overlap_and_must_hold_every_period() -> None:
    wholes = [NamedSpan(id=f"{place}", span=QUARTERS[0]) for place in range(2)]
    with pytest.raises(ScoringError) as refusal:
        roll_up_each([], wholes=wholes)
    assert refusal.value.where == "/wholes/1"
    with pytest.raises(ScoringError) as refusal:
        roll_up_each(_quarters(1, 2), wholes=wholes[:1])
    assert refusal.value.where == "/periods/1/span"
    assert refusal.value.message_zh == (
        "该时段（2024-04-01 – 2024-06-30）必须位于 2024-01-01 – 2024-03-31 之内。"
    )


def test_a_stretch_of_time_has_a_day() -> None:
    for ends in [(date(2024, 1, 1), date(2024, 1, 1)), (date(2024, 1, 2), date(2024, 1, 1))]:
        with pytest.raises(ScoringError):
            Span(first=ends[0], after=ends[1])
        with pytest.raises(ScoringError) as refusal:
            TimeInPost(since=ends[0], until=ends[1])
        assert refusal.value.where == "/until"


def test_absences_must_not_overlap() -> None:
    leave = through(date(2024, 2, 1), date(2024, 2, 10))

    with pytest.raises(ScoringError) as refusal:
        TimeInPost(absences=(leave, through(date(2024, 2, 10), date(2024, 2, 12))))

    assert refusal.value.where == "/absences/1"


@pytest.mark.parametrize(
    ("post", "days"),
    [
        (TimeInPost(), 91),
        (TimeInPost(since=date(2024, 3, 1)), 31),
        (TimeInPost(until=date(2024, 3, 1)), 60),
        (TimeInPost(since=date(2024, 2, 28), until=date(2024, 3, 1)), 2),
        (TimeInPost(since=date(2024, 4, 1)), 0),
        (TimeInPost(absences=(through(date(2023, 12, 20), date(2024, 1, 10)),)), 81),
        (TimeInPost(absences=(YEAR.span,)), 0),
        (TimeInPost(since=date(2024, 3, 1), absences=(QUARTERS[1],)), 31),
    ],
)
def test_days_in_post_are_counted_by_the_calendar(post: TimeInPost, days: int) -> None:
    assert post.days_in(QUARTERS[0]) == days


def test_the_targets_of_a_joiner_shrink_with_the_days() -> None:
    result = pro_rata(
        exact(1200), nature=Nature.SUM, period=YEAR.span, post=TimeInPost(since=date(2024, 10, 1))
    )

    assert result.target == Fraction(1200 * 92, 366)
    assert explain_pro_rata(result).en == "301.64 = 1200 × 92 days in post ÷ 366 days"
    assert explain_pro_rata(result).zh == "301.64 = 1200 × 在岗 92 天 ÷ 366 天"


def test_declared_absence_shrinks_a_target_too() -> None:
    leave = through(date(2024, 1, 22), date(2024, 2, 10))
    result = pro_rata(
        exact(910), nature=Nature.SUM, period=QUARTERS[0], post=TimeInPost(absences=(leave,))
    )

    assert result.target == 710
    assert result.absent_days == 20
    assert explain_pro_rata(result).zh == "710.00 = 910 × 在岗 71 天 ÷ 91 天（已扣除缺勤 20 天）"


@pytest.mark.parametrize("nature", [Nature.LAST, Nature.MEAN, Nature.MEAN_BY_DAYS])
def test_a_rate_or_a_level_does_not_shrink(nature: Nature) -> None:
    result = pro_rata(
        exact(35), nature=nature, period=YEAR.span, post=TimeInPost(until=date(2024, 7, 1))
    )

    assert result.target == 35
    assert explain_pro_rata(result).en == "35.00: this target does not shrink with the days"


def test_a_target_of_nobody_does_not_apply() -> None:
    result = pro_rata(
        exact(35), nature=Nature.SUM, period=QUARTERS[0], post=TimeInPost(since=date(2024, 4, 1))
    )

    assert not result.applies
    assert result.absent_days == 0
    assert "不适用" in explain_pro_rata(result).zh


def test_one_day_in_post_is_enough_for_a_target() -> None:
    result = pro_rata(
        exact(91), nature=Nature.SUM, period=QUARTERS[0], post=TimeInPost(since=date(2024, 3, 31))
    )

    assert result.applies
    assert result.target == 1


def test_a_target_is_no_binary_float() -> None:
    with pytest.raises(ScoringError) as refusal:
        pro_rata(FLOATING, nature=Nature.SUM, period=YEAR.span, post=TimeInPost())

    assert (refusal.value.code, refusal.value.where) == ("float_input", "/target")
