"""A year rated anew from its own figures: merging by nature, filling in, rating."""

import copy
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.scoring.annual import annual_document, rate_year
from app.scoring.document import read_example
from app.scoring.errors import ScoringError
from app.scoring.kpi import KpiStatus
from app.scoring.kpi_merging import KpiPeriod, MergedKpi, merge_kpi
from app.scoring.numbers import exact
from app.scoring.periods_trace import explain_figure
from app.scoring.pro_rata import Nature, pro_rata
from app.scoring.rating import rate
from app.scoring.results import Status
from app.scoring.time_spans import PeriodKind, Span, TimeInPost, periods_of_year
from tests.unit.scoring.worked import KEY_ACCOUNT, rating_of, worked_input

YEAR = Span(first=date(2024, 1, 1), after=date(2025, 1, 1))
HALVES = periods_of_year(2024, PeriodKind.HALF_YEAR)
WHOLE = TimeInPost()


def _half(place: int, actual: object, target: object = None, **more: Any) -> KpiPeriod:
    return KpiPeriod(
        id=f"H{place + 1}",
        span=HALVES[place],
        actual=None if actual is None else exact(actual),
        target=None if target is None else exact(target),
        **more,
    )


def _merged(nature: Nature, *rows: tuple[object, object]) -> MergedKpi:
    return merge_kpi([_half(i, *row) for i, row in enumerate(rows)], nature=nature)


@pytest.mark.parametrize(
    ("nature", "actual", "target"),
    [
        (Nature.SUM, 70, 100),
        (Nature.LAST, 40, 60),
        (Nature.MEAN, 35, 50),
        (
            Nature.MEAN_BY_DAYS,
            Fraction(182 * 30 + 184 * 40, 366),
            Fraction(182 * 40 + 184 * 60, 366),
        ),
    ],
)
def test_figures_are_merged_by_their_nature(
    nature: Nature, actual: Fraction, target: Fraction
) -> None:
    merged = _merged(nature, (30, 40), (40, 60))

    assert merged.actual is not None
    assert merged.target is not None
    assert (merged.actual.exact, merged.target.exact) == (actual, target)
    assert sum(term.shown for term in merged.actual.terms) == merged.actual.shown


def test_the_last_figure_is_the_last_in_time() -> None:
    merged = merge_kpi([_half(1, 5), _half(0, 7)], nature=Nature.LAST)

    assert merged.actual is not None
    assert merged.actual.exact == 5


def test_a_mean_by_days_is_shown_with_two_decimals() -> None:
    halves = [_half(0, 1, days=182), _half(1, 0, days=91)]

    figure = merge_kpi(halves, nature=Nature.MEAN_BY_DAYS).actual

    assert figure is not None
    assert figure.exact == Fraction(2, 3)
    assert figure.shown == exact("0.67")
    assert explain_figure(figure, nature=Nature.MEAN_BY_DAYS).zh == (
        "0.67 = H1 0.67（66.67% × 1） + H2 0.00（33.33% × 0），按天数加权平均"
    )


def test_merged_figures_are_explained_term_by_term() -> None:
    for nature, en, zh in [
        (Nature.SUM, "70.00 = H1 30.00 + H2 40.00, sum of the periods", "各期之和"),
        (Nature.LAST, "40.00 = H2 40.00, figure of the last period", "取最后一期"),
        (Nature.MEAN, "35.00 = H1 15.00 (50% × 30) + H2 20.00 (50% × 40), mean of the", "各期平均"),
    ]:
        figure = _merged(nature, (30, 40), (40, 60)).actual
        assert figure is not None
        text = explain_figure(figure, nature=nature)
        assert text.en.startswith(en)
        assert text.zh.endswith(f"，{zh}")


def test_a_period_that_does_not_apply_leaves_target_and_actual_figure() -> None:
    away = _half(0, None, 40, status=KpiStatus.NOT_APPLICABLE)

    merged = merge_kpi([away, _half(1, 40, 60)], nature=Nature.SUM)

    assert merged.actual is not None
    assert merged.target is not None
    assert (merged.actual.exact, merged.target.exact) == (Fraction(40), Fraction(60))
    assert merged.left_out == ("H1",)
    assert merge_kpi([away], nature=Nature.SUM).status is KpiStatus.NOT_APPLICABLE
    assert merge_kpi([], nature=Nature.SUM).status is KpiStatus.NOT_APPLICABLE


@pytest.mark.parametrize(
    "period",
    [_half(0, None, 40), _half(0, 30, 40, status=KpiStatus.PENDING)],
)
def test_a_figure_that_is_still_to_come_blocks_the_year(period: KpiPeriod) -> None:
    merged = merge_kpi([period, _half(1, 40, 60)], nature=Nature.SUM)

    assert merged.status is KpiStatus.PENDING
    with pytest.raises(ScoringError) as refusal:
        rate_year(worked_input(KEY_ACCOUNT), {"K1": merged}, year=YEAR, post=WHOLE)
    assert refusal.value.code == "pending_kpi"


FLOATING: Any = 0.5


@pytest.mark.parametrize(
    ("periods", "code", "where"),
    [
        ([_half(0, 1), _half(0, 1)], "duplicate_id", "/periods/1/id"),
        (
            [_half(0, 1), KpiPeriod(id="x", span=YEAR, actual=exact(1))],
            "bad_value",
            "/periods/1",
        ),
        ([_half(0, None, status=KpiStatus.ZERO)], "bad_value", "/periods/0/status"),
        ([_half(0, 1, days=-1)], "bad_value", "/periods/0/days"),
        ([_half(0, 1, days=183)], "bad_value", "/periods/0/days"),
        ([_half(0, 1, 1), _half(1, 1)], "missing_field", "/periods/1/target"),
        ([_half(0, 1, days=0)], "bad_value", "/periods"),
        ([KpiPeriod(id="x", span=YEAR, actual=FLOATING)], "float_input", "/periods/0/actual"),
        (
            [KpiPeriod(id="x", span=YEAR, actual=None, target=FLOATING)],
            "float_input",
            "/periods/0/target",
        ),
    ],
)
def test_figures_that_make_no_sense_are_refused(
    periods: list[KpiPeriod], code: str, where: str
) -> None:
    with pytest.raises(ScoringError) as refusal:
        merge_kpi(periods, nature=Nature.MEAN_BY_DAYS)

    assert (refusal.value.code, refusal.value.where) == (code, where)


def _kpi_of(document: dict[str, Any], element_id: str) -> dict[str, Any]:
    elements = (one for dimension in document["dimensions"] for one in dimension["elements"])
    kpi: dict[str, Any] = next(one["kpi"] for one in elements if one["id"] == element_id)
    return kpi


def test_a_figure_split_over_the_halves_gives_the_same_year() -> None:
    document = worked_input(KEY_ACCOUNT)
    untouched = copy.deepcopy(document)
    kpi = _kpi_of(document, "K1")
    target, actual = exact(kpi["target"]), exact(kpi["actual"])
    sales = _merged(Nature.SUM, (actual / 3, target / 7), (actual * 2 / 3, target * 6 / 7))

    year = rate_year(document, {"K1": sales}, year=YEAR, post=WHOLE, min_time_share=exact(100))

    assert year.rating == rating_of(untouched)
    assert year.time_share == 100
    assert document == untouched


def test_without_targets_of_the_periods_the_years_own_stands() -> None:
    document = worked_input(KEY_ACCOUNT)
    actual = exact(_kpi_of(document, "K1")["actual"])

    filled = annual_document(document, {"K1": _merged(Nature.LAST, (1, None), (actual, None))})

    assert rate(read_example(filled)) == rating_of(document)


def test_a_kpi_that_never_applied_leaves_the_year() -> None:
    gone = merge_kpi([_half(0, None, status=KpiStatus.NOT_APPLICABLE)], nature=Nature.SUM)

    filled: Any = annual_document(worked_input(KEY_ACCOUNT), {"K1": gone})

    assert _kpi_of(filled, "K1")["status"] == "not_applicable"
    assert rate(read_example(filled)).dimensions[0].elements[0].score is None


def test_whoever_was_in_post_for_too_little_of_the_year_has_no_grade() -> None:
    joined = TimeInPost(since=date(2024, 10, 1))
    document = worked_input(KEY_ACCOUNT)

    late = rate_year(document, {}, year=YEAR, post=joined)
    allowed = rate_year(document, {}, year=YEAR, post=joined, min_time_share=exact(25))

    assert late.rating.status is Status.INCOMPLETE
    assert late.rating.grade is None
    assert late.rating.computed_grade is None
    assert late.time_share == Fraction(9200, 366)
    assert allowed.rating.grade == "A"


def test_a_joiners_year_is_measured_by_the_days_in_post() -> None:
    post = TimeInPost(since=date(2024, 10, 1))
    half = pro_rata(exact(184), nature=Nature.SUM, period=HALVES[1], post=post)
    first = _half(0, None, status=KpiStatus.NOT_APPLICABLE)
    sales = merge_kpi([first, _half(1, 46, half.target)], nature=Nature.SUM)

    year = rate_year(
        worked_input(KEY_ACCOUNT), {"K1": sales}, year=YEAR, post=post, min_time_share=exact(0)
    )

    assert year.rating.dimensions[0].elements[0].score == 50


def _with_method(method: str) -> dict[str, Any]:
    document = worked_input(KEY_ACCOUNT)
    _kpi_of(document, "K1")["method"] = method
    return document


@pytest.mark.parametrize(
    ("method", "kpis", "code", "where"),
    [
        ("ratio", {"K99": _merged(Nature.SUM, (1, 1))}, "bad_value", "/kpis/K99"),
        ("ratio", {"C1": _merged(Nature.SUM, (1, 1))}, "bad_value", "/kpis/C1"),
        ("manual", {"K1": _merged(Nature.SUM, (1, 1))}, "bad_value", "kpi/method"),
        ("deduct", {"K1": _merged(Nature.SUM, (1, 1))}, "bad_value", "kpi/method"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(
    method: str, kpis: dict[str, MergedKpi], code: str, where: str
) -> None:
    with pytest.raises(ScoringError) as refusal:
        annual_document(_with_method(method), kpis)

    assert refusal.value.code == code
    assert refusal.value.where.endswith(where)


@pytest.mark.parametrize("method", ["interpolate", "band"])
def test_an_amount_of_part_of_the_year_has_no_place_on_the_years_curve(method: str) -> None:
    away = _half(0, None, status=KpiStatus.NOT_APPLICABLE)
    amount = merge_kpi([away, _half(1, 40)], nature=Nature.SUM)
    level = merge_kpi([away, _half(1, 40)], nature=Nature.LAST)

    with pytest.raises(ScoringError) as refusal:
        annual_document(_with_method(method), {"K1": amount})
    filled: Any = annual_document(_with_method(method), {"K1": level})

    assert refusal.value.where == "/dimensions/0/elements/0/kpi/method"
    assert _kpi_of(filled, "K1")["actual"] == 40


def test_an_amount_of_part_of_the_year_needs_targets_that_can_shrink() -> None:
    away = _half(0, None, status=KpiStatus.NOT_APPLICABLE)
    amount = merge_kpi([away, _half(1, 40)], nature=Nature.SUM)

    with pytest.raises(ScoringError) as refusal:
        annual_document(worked_input(KEY_ACCOUNT), {"K1": amount})

    assert refusal.value.code == "missing_field"
    assert refusal.value.where == "/dimensions/0/elements/0/kpi/target"
