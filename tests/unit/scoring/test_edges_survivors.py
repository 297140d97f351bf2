"""Small things in documents, printed forms, roll-ups and statistics that must not slip."""

from fractions import Fraction
from typing import Any

import pytest

from app.scoring.distribution import Guideline, distribute
from app.scoring.document import read_example
from app.scoring.errors import ScoringError
from app.scoring.numbers import Rounding, decimal_text, exact
from app.scoring.output import as_json
from app.scoring.periods import NamedSpan, PeriodScore, RollUpRule, Weighing, roll_up
from app.scoring.results import TermKind
from app.scoring.scales import Scale
from app.scoring.seating import Share
from app.scoring.standings import Standing
from app.scoring.statistics.consistency import standardised_alpha
from app.scoring.statistics.raters.cutoffs import Cutoffs
from app.scoring.statistics.raters.cycle import CycleForm, flags_of_cycle
from app.scoring.statistics.raters.outliers import modified_z, outliers
from app.scoring.statistics.raters.quality import RaterFlag
from app.scoring.statistics.raters.straight_lining import RawAnswer
from app.scoring.statistics.self_other import is_hidden_strength
from app.scoring.time_spans import PeriodKind, periods_of_year
from app.scoring.workings import Formula
from tests.unit.scoring.rounds import competency, each, groups, round_of
from tests.unit.scoring.worked import rating_of

[YEAR] = periods_of_year(2024, PeriodKind.YEAR)
WHOLE = NamedSpan(id="2024", span=YEAR)
HALVES = periods_of_year(2024, PeriodKind.HALF_YEAR)
SCALE = Scale(lowest=Fraction(1), highest=Fraction(5), anchors={})


def _goals(*goals: dict[str, Any], **changes: Any) -> dict[str, Any]:
    listed = [{"id": f"G{place}", **goal} for place, goal in enumerate(goals)]
    return round_of({}, {"id": "E", "weight": 100, "goals": listed}, **changes)


def _printed_goals(*goals: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    printed: Any = as_json(rating_of(_goals(*goals, **changes)))
    found: list[dict[str, Any]] = printed["dimensions"][0]["elements"][0]["goals"]
    return found


def _refusal(document: dict[str, Any]) -> ScoringError:
    with pytest.raises(ScoringError) as caught:
        rating_of(document)
    return caught.value


def _figure(value: Fraction) -> dict[str, str]:
    return {"frac": str(value), "dec": decimal_text(value)}


def test_a_goal_is_printed_with_its_name_its_share_and_its_part_of_the_total() -> None:
    learn, coach, _ = _printed_goals(
        {"name": "Learn", "weight": 20, "progress": 80},
        {"name": "Coach", "weight": 40, "progress": 50},
        {"weight": 40, "status": "not_applicable"},
    )

    assert (learn["name"], coach["name"]) == ("Learn", "Coach")
    assert learn["effective_weight"] == _figure(Fraction(100, 3))
    assert learn["contribution"] == _figure(Fraction(80, 3))
    assert coach["contribution"] == _figure(Fraction(100, 3))


def test_a_goal_without_its_result_is_called_by_its_name() -> None:
    refusal = _refusal(_goals({"name": "Learn", "weight": 100}))

    assert (refusal.code.value, refusal.facts["found"]) == ("pending_kpi", "Learn")


def test_the_sentence_of_a_rated_goal_says_what_the_rating_is_worth() -> None:
    [goal] = _printed_goals({"weight": 100, "rating": 4})

    assert "the rating 4 is worth 80 points" in goal["explain_score"]["en"]


@pytest.mark.parametrize("progress", ["0", "0.5"])
def test_a_goal_hardly_begun_has_a_score(progress: str) -> None:
    assert rating_of(_goals({"weight": 100, "progress": progress})).exact == exact(progress)


def test_a_goal_stops_at_the_cap_that_the_scheme_sets() -> None:
    document = _goals({"weight": 100, "progress": 110}, kpi_cap=105)

    assert rating_of(document).exact == 105


def test_parts_of_goals_have_the_decimals_of_the_total_and_add_up_to_it() -> None:
    rating = rating_of(
        _goals(
            {"weight": 50, "progress": 81},
            {"weight": 50, "progress": 82},
            final={"dp": 0},
        )
    )
    [element] = rating.dimensions[0].elements

    assert element.shown == rating.computed == 82
    assert [goal.shown for goal in element.goals] == [41, 41]


def test_a_total_at_the_end_of_its_range_is_explained_by_the_limit_and_not_by_a_veto() -> None:
    rating = rating_of(_goals({"weight": 100, "progress": 110}, final={"max": 100}))
    workings = {one.name: one.working for one in rating.totals}
    limit = workings[TermKind.LIMIT.value]

    assert limit is not None
    assert limit.formula is Formula.LIMIT
    assert limit.text().en == "100.00 − 110.00"


def test_a_group_has_the_name_that_the_scheme_gives_it() -> None:
    named = round_of({}, groups=groups(peer={"name": "Colleagues"}))

    assert [one.name for one in read_example(named).groups if one.id == "peer"] == ["Colleagues"]


def test_satisfaction_is_not_read_from_a_group_without_weight() -> None:
    kpi = {"id": "K", "weight": 40, "kpi": {"method": "from_feedback", "group": "customer"}}
    weights = groups(supervisor={"weight": 65}, customer={"weight": 0})
    answers = {"supervisor": each("c", 4), "customer": each("c", 5, 5, 2)}
    refusal = _refusal(round_of(answers, competency("C", 60), kpi, groups=weights))

    assert refusal.code.value == "unknown_group"
    assert refusal.facts["expected"] == "supervisor, peer, subordinate"


def _halves(*totals: object, **more: Any) -> list[PeriodScore]:
    given: Any = totals
    return [
        PeriodScore(id=f"H{place}", span=HALVES[place], total=total, **more)
        for place, total in enumerate(given)
    ]


def test_totals_and_time_shares_may_be_decimal_text() -> None:
    share: Any = "49.5"
    rule = RollUpRule(weighing=Weighing.EQUAL, min_time_share=share)
    result = roll_up(_halves("72.5", "80.25"), whole=WHOLE, rule=rule)

    assert result.exact == Fraction("76.375")
    assert result.rule.min_time_share == Fraction("49.5")


def test_a_time_share_beyond_its_range_is_told_the_range() -> None:
    with pytest.raises(ScoringError) as caught:
        roll_up(_halves(70, 80), whole=WHOLE, rule=RollUpRule(min_time_share=Fraction(101)))

    assert caught.value.facts["expected"] == "0–100"


def test_a_period_without_the_target_that_weighs_it_is_told_which_field_is_missing() -> None:
    with pytest.raises(ScoringError) as caught:
        roll_up(_halves(70), whole=WHOLE, rule=RollUpRule(weighing=Weighing.TARGET))

    assert (caught.value.where, caught.value.facts["found"]) == ("/periods/0/target", "target")


@pytest.mark.parametrize(
    ("mode", "computed"), [(Rounding.HALF_UP, 71), (Rounding.HALF_EVEN, 70), (Rounding.DOWN, 70)]
)
def test_a_roll_up_is_rounded_in_the_mode_of_its_rule(mode: Rounding, computed: int) -> None:
    rule = RollUpRule(weighing=Weighing.EQUAL, places=0, mode=mode)
    result = roll_up(_halves(70, 71), whole=WHOLE, rule=rule)

    assert result.computed == computed
    assert sum(term.shown for term in result.terms) == computed


def test_quotas_may_be_decimal_text() -> None:
    best: Any = "37.5"
    rest: Any = "62.5"
    shares = (Share(grade="A", percent=best), Share(grade="B", percent=rest))
    people = [Standing(id=f"p{n}", total=Fraction(n), grade="B") for n in range(8)]
    result = distribute(people, Guideline(shares=shares))

    assert [line.quota for line in result.lines] == [3, 5]
    assert [line.share.percent for line in result.lines] == [Fraction("37.5"), Fraction("62.5")]


def test_what_counts_as_a_hidden_strength_follows_the_bound_of_the_scale() -> None:
    own, others = Fraction(2), Fraction(3)

    assert is_hidden_strength(own=own, others=others, good=Fraction(3))
    assert not is_hidden_strength(own=own, others=others)


def test_a_rater_exactly_at_the_cut_off_is_no_outlier() -> None:
    """0.6745 · 7000/1349 is 3.5 to the last digit."""
    at_it = [Fraction(one) for one in (-1349, -1349, 0, 1349, 7000)]
    beyond = [*at_it[:-1], Fraction(7001)]

    assert modified_z(at_it)[-1] == Fraction("3.5")
    assert outliers(at_it) == [False] * 5
    assert outliers(beyond) == [False] * 4 + [True]


def _form(target: str, *figures: int) -> CycleForm:
    return CycleForm(
        rater="a",
        target=target,
        group="peer",
        questionnaire="q",
        answers=tuple(RawAnswer(value=Fraction(figure)) for figure in figures),
        competencies=("A",) * len(figures),
    )


def test_the_length_of_a_straight_line_is_the_one_the_caller_sets() -> None:
    form = _form("x", 2, 5, 4, 4, 4, 4)

    assert flags_of_cycle([form], SCALE) == {"a": set()}
    assert flags_of_cycle([form], SCALE, Cutoffs(line_run=4)) == {"a": {RaterFlag.STRAIGHT_LINE}}


def test_a_tendency_to_the_middle_is_looked_for_in_all_forms_and_not_in_the_last() -> None:
    spread, middle = _form("x", 1, 5, 2, 4, 1, 5, 2, 4), _form("y", 3, 3, 3, 3, 4, 3, 3, 3)

    assert flags_of_cycle([middle], SCALE) == {"a": {RaterFlag.CENTRAL_TENDENCY}}
    assert flags_of_cycle([spread, middle], SCALE) == {"a": set()}


def test_two_items_that_agree_by_half_have_a_standardised_alpha_of_two_thirds() -> None:
    """2r/(1 + r) with r = 1/2: Spearman and Brown's step from one item to two."""
    rows = [[Fraction(one) for one in row] for row in ((1, 1), (-1, 0), (0, -1))]

    assert standardised_alpha(rows) == Fraction(2, 3)
