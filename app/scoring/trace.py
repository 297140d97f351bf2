"""Sentences of arithmetic, in zh and en, that anybody can check with a pocket calculator."""

from collections.abc import Mapping
from fractions import Fraction

from app.scoring.cells import Event, Note
from app.scoring.numbers import fixed_text
from app.scoring.results import DimensionResult, ElementResult, ElementStatus, Rating, TermKind
from app.scoring.workings import Explanation

PERCENT_PLACES = 2
SCORE_PLACES = 2


TERM_NAMES = {
    TermKind.COEFFICIENT.value: Explanation(zh="系数", en="Coefficient"),
    TermKind.ADJUSTMENT.value: Explanation(zh="加减分", en="Extra points"),
    TermKind.LIMIT.value: Explanation(zh="封顶/封底", en="Cap or floor"),
    TermKind.GATE.value: Explanation(zh="否决", en="Veto"),
}

NO_SCORE = {
    ElementStatus.NOT_APPLICABLE: Explanation(
        zh="不适用，其权重由同一维度的其他要素按比例分担",
        en="not applicable; the others of its dimension share its weight",
    ),
    ElementStatus.INSUFFICIENT: Explanation(
        zh="作答的评价人不足，不计分；其权重由同一维度的其他要素按比例分担",
        en="too few raters answered; the others of its dimension share its weight",
    ),
    ElementStatus.HELD: Explanation(
        zh="作答的评价人不足；按方案规定暂不计分，等待更多作答",
        en="too few raters answered; the scheme waits for more of them",
    ),
    ElementStatus.GATE: Explanation(
        zh="一票否决项，本身不计分", en="a veto, which gives no points of its own"
    ),
}

NO_SURVEY = Explanation(
    zh="作答人数不足或无人作答，不适用，其权重由同一维度的其他要素按比例分担",
    en="too few or none answered, so it does not apply; the others of its dimension share its"
    " weight",
)

TOO_FEW = Explanation(
    zh="{group}：作答人数不足或无人作答，不计入任何数值；其权重由其他类别按比例分担",
    en="{group}: too few or none answered, so it enters no figure; the others share its weight",
)

TOO_FEW_FALLBACK = Explanation(
    zh="{group}：作答人数不足或无人作答，不计入任何数值；其权重转由上级承担",
    en="{group}: too few or none answered, so it enters no figure; the supervisor has its weight",
)
TOO_FEW_HELD = Explanation(
    zh="{group}：作答人数不足或无人作答；该能力项暂不计分，等待更多作答",
    en="{group}: too few or none answered; the competency waits for more answers",
)

# Absent and suppressed read the same: a page must not tell nobody from a few.
NOTES = {
    Event.ABSENT: TOO_FEW,
    Event.SUPPRESSED: TOO_FEW,
    Event.ABSENT_FALLBACK: TOO_FEW_FALLBACK,
    Event.SUPPRESSED_FALLBACK: TOO_FEW_FALLBACK,
    Event.ABSENT_HELD: TOO_FEW_HELD,
    Event.SUPPRESSED_HELD: TOO_FEW_HELD,
    Event.POOLED: Explanation(
        zh="{group}：因人数不足而合并计算", en="{group}: counted together, as one alone was too few"
    ),
    Event.INSUFFICIENT: Explanation(
        zh="作答的类别权重不足，该能力项不计分",
        en="the groups that answered weigh too little, so the competency has no score",
    ),
}

NO_TOTAL = Explanation(
    zh="没有可计分的要素，无法得出总分", en="Nothing could be scored, so there is no total"
)


def explain_element(
    dimension: DimensionResult, element: ElementResult, *, places: int = 2
) -> Explanation:
    """``8.13 = 22% × 35% × 105.60``, or why there is no score."""
    if element.score is None:
        return NO_SCORE[element.status]
    sum_text = (
        f"{fixed_text(element.shown, places)} = {percent_text(dimension.effective_weight)}"
        f" × {percent_text(element.effective_weight)} × {fixed_text(element.score, SCORE_PLACES)}"
    )
    return Explanation(zh=sum_text, en=sum_text)


def explain_total(rating: Rating) -> Explanation:
    """``92.16 = 销售业绩指标 50.41 + … + 加减分 1.50``: the shown terms, which add up exactly."""
    if rating.computed is None:
        return NO_TOTAL
    names = {
        one.id: Explanation(zh=one.name or one.id, en=one.name or one.id)
        for one in rating.dimensions
    }
    total = fixed_text(rating.computed, rating.places)
    terms = [(({**TERM_NAMES, **names})[term.name], term.shown) for term in rating.totals]
    return Explanation(
        zh=f"{total} = {_sum_text([(name.zh, shown) for name, shown in terms], rating.places)}",
        en=f"{total} = {_sum_text([(name.en, shown) for name, shown in terms], rating.places)}",
    )


def explain_note(
    note: Note, *, names_zh: Mapping[str, str], names_en: Mapping[str, str]
) -> Explanation:
    """Why a competency's groups weigh what they weigh, fit for every page: it tells no count.

    ``names_zh`` and ``names_en`` give the groups' names by their ids; a missing name is its id.
    """
    sentence = NOTES[note.event]
    zh = "、".join(names_zh.get(member, member) for member in note.members)
    en = " + ".join(names_en.get(member, member) for member in note.members)
    return Explanation(zh=sentence.zh.format(group=zh), en=sentence.en.format(group=en))


def percent_text(percentage: Fraction) -> str:
    """``22%``, ``44.44%``: at most two decimals, none that are zero."""
    return fixed_text(percentage, PERCENT_PLACES).rstrip("0").rstrip(".") + "%"


def _sum_text(terms: list[tuple[str, Fraction]], places: int) -> str:
    text = ""
    for name, shown in terms:
        sign = " − " if shown < 0 else " + "
        text += f"{sign}{name} {fixed_text(abs(shown), places)}"
    return text.removeprefix(" + ").strip()
