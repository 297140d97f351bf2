"""Where every figure of a rating comes from, level by level, one sentence each in zh and en.

No sentence tells a count of raters. They do tell the figures of rater groups, as exactly as the
rating holds them: whoever shows less of a group shows no sentence of it either.
"""

from collections.abc import Iterable
from fractions import Fraction

from app.scoring.averages import Aggregate
from app.scoring.kpi import Kpi
from app.scoring.numbers import decimal_text, fixed_text
from app.scoring.results import (
    DimensionResult,
    ElementResult,
    ElementStatus,
    GoalResult,
    GroupResult,
    Rating,
    Status,
)
from app.scoring.trace import NO_SCORE, NO_TOTAL, SCORE_PLACES, percent_text
from app.scoring.weights import HUNDRED
from app.scoring.workings import MINUS, Explanation, Working, rounded_text, signed_text

DIMENSION_LEAVES = Explanation(
    zh="没有可计分的要素，该维度退出计算，其权重由其他维度按比例分担",
    en="nothing could be scored, so the dimension leaves and the others share its weight",
)
DIMENSION_WAITS = Explanation(
    zh="有能力项暂不计分，该维度须等待", en="a competency waits, and the dimension with it"
)
ZERO = Explanation(zh="{score}：认定为零分", en="{score}: set to zero")
AT_CAP = Explanation(zh="{score}：封顶；{points}", en="{score}: the cap; {points}")
AT_FLOOR = Explanation(zh="{score}：保底；{points}", en="{score}: the floor; {points}")
NOBODY = Explanation(zh="", en="")
APPROVED = Explanation(zh="（批准人：{by}）", en=" (approved by {by})")
GOAL_LEAVES = Explanation(
    zh="不适用，其权重由其他目标按比例分担", en="not applicable; the other goals share its weight"
)
LEAVES = Explanation(zh="不计入，权重为 0", en="left out, so it weighs nothing")
GRADED = Explanation(
    zh="{grade}：最终得分 {final} 对应的等级", en="{grade}: the grade of the final score {final}"
)
LIMITED = Explanation(
    zh="{final} = {computed} {calibration}，以量表范围和否决为限",
    en="{final} = {computed} {calibration}, within the scale and any veto",
)
NO_GRADE = {
    Status.INCOMPLETE: Explanation(
        zh="可计分维度的权重仅为 {weight}，不足以评定等级",
        en="dimensions weighing only {weight} could be scored, too little for a grade",
    ),
    Status.INSUFFICIENT: Explanation(
        zh="作答的评价人过少，无法评定等级", en="too few raters answered for a grade"
    ),
    Status.HELD: Explanation(
        zh="按方案规定等待更多作答，暂不评定等级",
        en="the scheme waits for more answers, so there is no grade yet",
    ),
}


AVERAGES = {
    Aggregate.MEAN: Explanation(
        zh="{score}：各评价人得分的平均（量表均值 {mean}）",
        en="{score}: the mean over the raters ({mean} on the scale)",
    ),
    Aggregate.MEDIAN: Explanation(
        zh="{score}：各评价人得分的中位数（量表上 {mean}）",
        en="{score}: the median of the raters ({mean} on the scale)",
    ),
    Aggregate.TRIMMED: Explanation(
        zh="{score}：两端各去掉 {share} 后的平均，不足五人时取全部平均（量表均值 {mean}）",
        en="{score}: the mean without {share} on each side, over everybody where they are fewer"
        " than five ({mean} on the scale)",
    ),
    Aggregate.DROP_K_EACH_SIDE: Explanation(
        zh="{score}：最高、最低各去掉 {count} 个后的平均，不足五人时取全部平均（量表均值 {mean}）",
        en="{score}: the mean without the {count} highest and lowest, over everybody where they"
        " are fewer than five ({mean} on the scale)",
    ),
    Aggregate.CONTACT_WEIGHTED: Explanation(
        zh="{score}：按接触频率（{words}）加权的平均（量表均值 {mean}）",
        en="{score}: the mean weighted by contact ({words}; {mean} on the scale)",
    ),
}


def explain_score(element: ElementResult) -> Explanation:
    """Where an element's score comes from: its KPI's working, its rater groups or its goals."""
    if element.kpi is not None:
        return explain_kpi(element.kpi)
    if element.score is None:
        return NO_SCORE[element.status]
    if element.goals:
        parts = [(one.effective_weight, one.result.score) for one in element.goals]
        return _mean_of(element.score, parts)
    return _mean_of(element.score, [(one.weight, one.score) for one in element.groups])


def explain_kpi(kpi: Kpi, *, leaves: Explanation | None = None) -> Explanation:
    """``94.50 = 100 × 1134 ÷ 1200``, with cap or floor where they bite; or why there is none."""
    if kpi.points is None or kpi.score is None:
        reason = leaves or NO_SCORE[ElementStatus.NOT_APPLICABLE]
        approved = APPROVED.filled(by=kpi.approved_by) if kpi.approved_by else NOBODY
        return Explanation(zh=reason.zh + approved.zh, en=reason.en + approved.en)
    if kpi.working is None:
        return ZERO.filled(score=_score(kpi.score))
    how, points = kpi.working.text(), _score(kpi.points)
    is_sum = kpi.working.formula.is_arithmetic
    worked = Explanation(
        zh=f"{points} = {how.zh}" if is_sum else f"{points}：{how.zh}",
        en=f"{points} = {how.en}" if is_sum else f"{points}: {how.en}",
    )
    if kpi.score == kpi.points:
        return worked
    bites = AT_CAP if kpi.score < kpi.points else AT_FLOOR
    score = _score(kpi.score)
    return Explanation(
        zh=bites.zh.format(score=score, points=worked.zh),
        en=bites.en.format(score=score, points=worked.en),
    )


def explain_goal(goal: GoalResult) -> Explanation:
    """``80.00: 80% done``, or why the goal does not count."""
    return explain_kpi(goal.result, leaves=GOAL_LEAVES)


def explain_goal_part(
    dimension: DimensionResult, element: ElementResult, goal: GoalResult, places: int
) -> Explanation:
    """What a goal brings to the total: ``1.44 = 20% × 30% × 40% × 60.00``."""
    score = goal.result.score
    if score is None:
        return GOAL_LEAVES
    weights = (dimension.effective_weight, element.effective_weight, goal.effective_weight)
    return _product(goal.shown, weights, score, places)


def explain_group(
    dimension: DimensionResult, element: ElementResult, group: GroupResult, places: int
) -> Explanation:
    """What a line of rater groups brings: ``1.49 = 22% × 15% × 53.33% × 85.33``."""
    weights = (dimension.effective_weight, element.effective_weight, group.weight)
    return _product(group.shown, weights, group.score, places)


def explain_group_score(group: GroupResult) -> Explanation:
    """How the raters of a line became one figure, by the rule and not by how many they were."""
    averaging = group.averaging
    return AVERAGES[averaging.kind].filled(
        score=_score(group.score),
        mean=rounded_text(group.mean, SCORE_PLACES),
        share=percent_text(averaging.trim * HUNDRED),
        count=averaging.drop_k,
        words=", ".join(f"{word} {decimal_text(weight)}" for word, weight in averaging.contact),
    )


def explain_dimension_score(dimension: DimensionResult) -> Explanation:
    """``91.65 = 40% × 94.50 + 30% × 80.00 + …``, or why there is none."""
    if dimension.score is None:
        waits = any(one.status is ElementStatus.HELD for one in dimension.elements)
        return DIMENSION_WAITS if waits else DIMENSION_LEAVES
    return _mean_of(
        dimension.score, [(one.effective_weight, one.score) for one in dimension.elements]
    )


def explain_dimension(dimension: DimensionResult, places: int) -> Explanation:
    """``50.41 = 55% × 91.65``: what the dimension brings to the total."""
    if dimension.score is None:
        return explain_dimension_score(dimension)
    return _product(dimension.shown, (dimension.effective_weight,), dimension.score, places)


def explain_weight(effective: Fraction, nominal: Fraction) -> Explanation:
    """``44.44% = 40 ÷ 90``: the share among the parts that count."""
    if effective == 0:
        return LEAVES
    alive = decimal_text(nominal * HUNDRED / effective)
    return _same(f"{percent_text(effective)} = {decimal_text(nominal)} ÷ {alive}")


def explain_term(shown: Fraction, working: Working, places: int) -> Explanation:
    """``−8.00 = (0.9 − 1) × 80.00``, for a term of the total that is no dimension."""
    how, figure = working.text(), signed_text(shown, places)
    return Explanation(zh=f"{figure} = {how.zh}", en=f"{figure} = {how.en}")


def explain_final(rating: Rating) -> Explanation:
    """``91.66 = 92.16 − 0.50``: the published figure with what calibration adds."""
    if rating.computed is None or rating.final is None:
        return NO_TOTAL
    sign = MINUS if rating.calibration < 0 else "+"
    facts = {
        "final": signed_text(rating.final, rating.places),
        "computed": rounded_text(rating.computed, rating.places),
        "calibration": f"{sign} {fixed_text(abs(rating.calibration), rating.places)}",
    }
    if rating.final == rating.computed + rating.calibration:
        return _same("{final} = {computed} {calibration}").filled(**facts)
    return LIMITED.filled(**facts)


def explain_grade(rating: Rating) -> Explanation:
    """Which score the grade belongs to, or why there is no grade."""
    if rating.status in NO_GRADE:
        weight = percent_text(rating.surviving_weight)
        return NO_GRADE[rating.status].filled(weight=weight)
    final = signed_text(rating.final or Fraction(), rating.places)
    return GRADED.filled(grade=rating.grade, final=final)


def _mean_of(score: Fraction, parts: Iterable[tuple[Fraction, Fraction | None]]) -> Explanation:
    counted = [(weight, one) for weight, one in parts if one is not None and weight > 0]
    terms = " + ".join(f"{percent_text(weight)} × {_score(one)}" for weight, one in counted)
    return _same(f"{_score(score)} = {terms}")


def _product(
    shown: Fraction, weights: Iterable[Fraction], score: Fraction, places: int
) -> Explanation:
    shares = " × ".join(percent_text(weight) for weight in weights)
    return _same(f"{signed_text(shown, places)} = {shares} × {_score(score)}")


def _score(score: Fraction) -> str:
    return rounded_text(score, SCORE_PLACES)


def _same(text: str) -> Explanation:
    """Arithmetic reads the same in both languages."""
    return Explanation(zh=text, en=text)
