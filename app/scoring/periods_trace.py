"""Sentences about roll-ups, merged figures and pro rata, in zh and en, to be checked by hand."""

from collections.abc import Iterable

from app.scoring.kpi_merging import MergedFigure
from app.scoring.numbers import decimal_text, fixed_text
from app.scoring.periods import RollUp, Weighing
from app.scoring.pro_rata import Nature, ProRata
from app.scoring.results import Status
from app.scoring.trace import SCORE_PLACES, percent_text
from app.scoring.weights import HUNDRED
from app.scoring.workings import Explanation

WEIGHED_BY = {
    Weighing.TIME: Explanation(zh="按在岗天数加权", en="weighted by days in post"),
    Weighing.TARGET: Explanation(zh="按目标值加权", en="weighted by target"),
    Weighing.EQUAL: Explanation(zh="各期权重相同", en="every period weighs the same"),
    Weighing.LAST: Explanation(zh="以最后一期为准", en="the last period stands for the whole"),
}
NO_ROLL_UP = Explanation(
    zh="没有任何一期可以计入，无法得出总分", en="No period counts, so there is no total"
)
LEFT_OUT = Explanation(
    zh="；{name} 无得分，不计入，其余各期按比例分担其权重",
    en="; {name} has no score and does not count, the others share its weight",
)
TOO_SHORT = Explanation(
    zh="；有得分的天数只占 {share}，不足 {least}，不评定等级",
    en="; only {share} of the days have a score, {least} are needed for a grade",
)
MERGED = {
    Nature.SUM: Explanation(zh="各期之和", en="sum of the periods"),
    Nature.LAST: Explanation(zh="取最后一期", en="figure of the last period"),
    Nature.MEAN: Explanation(zh="各期平均", en="mean of the periods"),
    Nature.MEAN_BY_DAYS: Explanation(zh="按天数加权平均", en="mean by days"),
}
NOT_IN_POST = Explanation(
    zh="该期 {days_of_period} 天均不在岗，该指标不适用",
    en="not in post on any of the {days_of_period} days, so the KPI is not applicable",
)
SHRUNK = Explanation(
    zh="{target} = {whole} × 在岗 {days} 天 ÷ {days_of_period} 天",
    en="{target} = {whole} × {days} days in post ÷ {days_of_period} days",
)
KEPT = Explanation(
    zh="{target}：该指标的目标值不随天数折算",
    en="{target}: this target does not shrink with the days",
)
ABSENT = Explanation(zh="（已扣除缺勤 {absent} 天）", en=" ({absent} days of absence left out)")


def explain_roll_up(result: RollUp) -> Explanation:
    """``92.16 = Q1 36.04 (40% × 90.10) + Q2 56.12 (60% × 93.53), weighted by days in post``.

    Then which periods are left out, and whether too few days have a score.
    """
    sentence = NO_ROLL_UP
    if result.computed is not None:
        places = result.rule.places
        terms = [
            (
                term.period.name or term.period.id,
                fixed_text(term.shown, places),
                f"{percent_text(term.weight)} × {fixed_text(term.period.total, SCORE_PLACES)}",
            )
            for term in result.terms
            if term.period.total is not None and term.weight
        ]
        sentence = _sum(
            fixed_text(result.computed, places), terms, WEIGHED_BY[result.rule.weighing]
        )
    for term in result.terms:
        if term.period.total is None:
            sentence = _followed(sentence, LEFT_OUT, name=term.period.name or term.period.id)
    if result.computed is not None and result.status is not Status.RATED:
        share, least = percent_text(result.time_share), percent_text(result.rule.min_time_share)
        sentence = _followed(sentence, TOO_SHORT, share=share, least=least)
    return sentence


def explain_figure(figure: MergedFigure, *, nature: Nature) -> Explanation:
    """``1200.00 = Q1 300.00 + Q2 900.00, sum of the periods``; a mean with each share."""
    terms = [
        (
            term.period.name or term.period.id,
            fixed_text(term.shown, SCORE_PLACES),
            ""
            if term.factor == 1
            else f"{percent_text(HUNDRED * term.factor)} × {decimal_text(term.figure)}",
        )
        for term in figure.terms
        if term.factor
    ]
    return _sum(fixed_text(figure.shown, SCORE_PLACES), terms, MERGED[nature])


def explain_pro_rata(result: ProRata) -> Explanation:
    """``301.64 = 1200 × 92 days in post ÷ 366 days``, or why the target stays or falls away."""
    facts = {
        "target": fixed_text(result.target, SCORE_PLACES),
        "whole": decimal_text(result.whole_target),
        "days": result.days,
        "days_of_period": result.days_of_period,
    }
    if not result.applies:
        return NOT_IN_POST.filled(**facts)
    sentence = (SHRUNK if result.nature is Nature.SUM else KEPT).filled(**facts)
    if not result.absent_days:
        return sentence
    return _followed(sentence, ABSENT, absent=result.absent_days)


def _sum(total: str, terms: Iterable[tuple[str, str, str]], way: Explanation) -> Explanation:
    """A shown sum, its shown terms with how each comes about, and by what rule."""
    zh = en = ""
    for name, shown, detail in terms:
        sign, size = (" − ", shown[1:]) if shown.startswith("-") else (" + ", shown)
        zh += f"{sign}{name} {size}" + (f"（{detail}）" if detail else "")
        en += f"{sign}{name} {size}" + (f" ({detail})" if detail else "")
    return Explanation(
        zh=f"{total} = {zh.removeprefix(' + ').strip()}，{way.zh}",
        en=f"{total} = {en.removeprefix(' + ').strip()}, {way.en}",
    )


def _followed(sentence: Explanation, more: Explanation, **facts: object) -> Explanation:
    added = more.filled(**facts)
    return Explanation(zh=sentence.zh + added.zh, en=sentence.en + added.en)
