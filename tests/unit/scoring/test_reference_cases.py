"""The published cases: what other books, products and packages print for the same input."""

import pytest

from app.scoring.numbers import Rounding
from tests.unit.scoring.reference import (
    agreement_cases,
    kpi_cases,
    pattern_cases,
    people_cases,
    publishing_cases,
    reliability_cases,
    shrinkage_cases,
)
from tests.unit.scoring.reference.cases import Case, Solve, read_cases
from tests.unit.scoring.reference.comparing import passes

SOLVERS: dict[str, Solve] = {
    "360_with_missing": people_cases.solve_missing,
    "contribution_terms": publishing_cases.solve_terms,
    "final_coefficient": publishing_cases.solve_coefficient,
    "forced_distribution_quota": publishing_cases.solve_quota,
    "kpi_all_or_nothing": kpi_cases.solve_all_or_nothing,
    "kpi_band": kpi_cases.solve_band,
    "kpi_band_lower_better": kpi_cases.solve_band,
    "kpi_deduction_floor": kpi_cases.solve_deduction,
    "kpi_interpolation": kpi_cases.solve_interpolation,
    "kpi_piecewise_cap_floor": kpi_cases.solve_incentive,
    "kpi_ratio": kpi_cases.solve_ratio,
    "kpi_step_delta": kpi_cases.solve_steps,
    "largest_remainder": publishing_cases.solve_largest_remainder,
    "na_never_zero": people_cases.solve_na_never_zero,
    "no_double_rounding": people_cases.solve_no_double_rounding,
    "ranking_ties": publishing_cases.solve_ranks,
    "rater_groups": people_cases.solve_rater_groups,
    "rounding_binary_float_trap": publishing_cases.rounding_in(Rounding.HALF_UP),
    "rounding_directed": publishing_cases.rounding_in(None),
    "rounding_half_even": publishing_cases.rounding_in(Rounding.HALF_EVEN),
    "rounding_half_up": publishing_cases.rounding_in(Rounding.HALF_UP),
    "rounding_modes": publishing_cases.rounding_in(None),
    "scale_conversion": people_cases.solve_scale_conversion,
    "score_to_grade": publishing_cases.solve_grade,
    "trimmed_mean": people_cases.solve_trimmed_mean,
    "weighted_mean": people_cases.solve_weighted_mean,
    "ad_m": agreement_cases.solve_average_deviation,
    "ad_m_j": agreement_cases.solve_average_deviation_items,
    "ad_md": agreement_cases.solve_average_deviation_from_median,
    "cronbach_alpha": reliability_cases.solve_cronbach_alpha,
    "empirical_bayes": shrinkage_cases.solve_empirical_bayes,
    "icc": reliability_cases.solve_icc,
    "icc1_icc2": reliability_cases.solve_icc1_icc2,
    "kappa": agreement_cases.solve_kappa,
    "krippendorff_alpha": agreement_cases.solve_krippendorff,
    "outlier": pattern_cases.solve_outlier,
    "percentile": pattern_cases.solve_percentile,
    "percentile_rank": pattern_cases.solve_percentile_rank,
    "rater_severity": pattern_cases.solve_severity,
    "raters_needed": reliability_cases.solve_raters_needed,
    "reverse_scoring": reliability_cases.solve_reversed,
    "rwg": agreement_cases.solve_r_wg,
    "rwg_j": agreement_cases.solve_r_wg_items,
    "rwg_j_lindell": agreement_cases.solve_r_wg_star,
    "rwg_null_variance": agreement_cases.solve_null_variance,
    "standard_error": pattern_cases.solve_standard_error,
    "straight_lining": pattern_cases.solve_straight_lining,
}

# Groups of the file that the engine has no function for yet. Each must be named here.
NOT_YET_BUILT: frozenset[str] = frozenset()

CASES = read_cases()


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.group not in NOT_YET_BUILT], ids=lambda case: case.id
)
def test_the_engine_gives_the_published_figure(case: Case) -> None:
    answer = SOLVERS[case.group](case)

    defect = ", a known defect that it must not repeat" if case.anti else ""
    assert passes(case, answer), f"{answer}, and the case prints {case.expected}{defect}"


def test_every_group_of_the_file_is_known() -> None:
    assert {case.group for case in CASES} <= SOLVERS.keys() | NOT_YET_BUILT


def test_no_group_is_both_built_and_not_yet_built() -> None:
    assert not SOLVERS.keys() & NOT_YET_BUILT
