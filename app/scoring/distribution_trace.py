"""Sentences about a forced distribution, in zh and en, that anybody can count through."""

from collections.abc import Mapping

from app.scoring.distribution import FEWEST_TO_ENFORCE, Distribution, Line, Mode, Placement
from app.scoring.seating import Decision, TiePolicy, Verdict
from app.scoring.standings import Outside
from app.scoring.trace import percent_text
from app.scoring.workings import Explanation

HARD_RULE = Explanation(zh="硬上限，须全部容纳", en="a hard ceiling, which needs room for all")
RULES = {
    TiePolicy.UP: Explanation(zh="容纳一人即可", en="room for one is enough"),
    TiePolicy.DOWN: Explanation(zh="须全部容纳", en="room for all is needed"),
    TiePolicy.FAVOUR: Explanation(zh="须容纳至少一半", en="room for at least half is needed"),
}
ANSWERS = {True: Explanation(zh="是", en="yes"), False: Explanation(zh="否", en="no")}
AFTER = Explanation(
    zh="总分更高者已评为“{grade}”，其后不得更高",
    en="people with better totals stand in {grade}, so nobody behind them goes higher",
)
ONE = Explanation(zh="第 {first} 名评为“{grade}”", en="Place {first} takes {grade}")
SEVERAL = Explanation(
    zh="第 {first}–{last} 名共 {size} 人得分相同，同评“{grade}”",
    en="Places {first}–{last}, {size} equal, all take {grade}",
)
MODES = {
    Mode.ADVISORY: Explanation(
        zh="强制分布仅供参考：{people} 人中 {moved} 人的建议等级与按分数所得等级不同；等级不变。",
        en="The distribution is advisory: of {people} people, {moved} would have another grade "
        "than by score; no grade changes.",
    ),
    Mode.ENFORCED: Explanation(
        zh="按强制分布定级：{people} 人中 {moved} 人的等级与按分数所得等级不同。",
        en="Grades follow the distribution: of {people} people, {moved} have another grade than "
        "by score.",
    ),
}
SMALL = Explanation(
    zh="少于 {fewest} 人，配额参考意义有限，不得强制执行。",
    en="With fewer than {fewest} people quotas say little, and they may not be enforced.",
)
OUTSIDE = {
    Outside.UNRATED: Explanation(
        zh="{name}：没有有效评分，不参与排名，不计入人数。",
        en="{name}: not rated, so not ranked and not counted.",
    ),
    Outside.VETOED: Explanation(
        zh="{name}：等级受一票否决限制，保持不变，不参与排名，不计入人数。",
        en="{name}: a veto holds the grade, which stays; not ranked and not counted.",
    ),
}


def explain_distribution(distribution: Distribution) -> Explanation:
    """What the distribution did, and a warning where too few people make quotas say little."""
    facts = {"people": distribution.people, "moved": len(distribution.moved)}
    whole = MODES[distribution.guideline.mode].filled(**facts)
    if not distribution.is_small:
        return whole
    small = SMALL.filled(fewest=FEWEST_TO_ENFORCE)
    return Explanation(zh=whole.zh + small.zh, en=f"{whole.en} {small.en}")


def explain_line(line: Line, *, people: int) -> Explanation:
    """``A: quota 5 (20% of 27, a hard ceiling), 4 placed, 7 by score``."""
    percent = percent_text(line.share.percent)
    hard_zh, hard_en = ("，硬上限", ", a hard ceiling") if line.share.hard else ("", "")
    return Explanation(
        zh=f"{line.share.grade}：配额 {line.quota} 人（{people} 人的 {percent}{hard_zh}），"
        f"列入 {line.actual} 人，按分数应为 {line.earned} 人。",
        en=f"{line.share.grade}: quota {line.quota} ({percent} of {people}{hard_en}), "
        f"{line.actual} placed, {line.earned} by score.",
    )


def explain_placement(placement: Placement, *, people: int) -> Explanation:
    """``Place 5 of 27: B by score, A suggested; the grade is B``."""
    return Explanation(
        zh=f"{people} 人中第 {placement.rank} 名：按分数为 {placement.earned}，"
        f"分布建议 {placement.suggested}；等级为 {placement.grade}。",
        en=f"Place {placement.rank} of {people}: {placement.earned} by score, "
        f"{placement.suggested} suggested; the grade is {placement.grade}.",
    )


def explain_decision(decision: Decision, *, ties: TiePolicy) -> Explanation:
    """Which grades were asked to take a block of equals, with what room, and what came of it."""
    asked = [_verdict(one, len(decision.ids), ties) for one in decision.verdicts]
    if decision.after is not None:
        asked.append(AFTER.filled(grade=decision.after))
    who = ONE if len(decision.ids) == 1 else SEVERAL
    facts = {"first": decision.first, "last": decision.last, "grade": decision.grade}
    head = who.filled(size=len(decision.ids), **facts)
    return Explanation(
        zh=f"{head.zh}：{'；'.join(one.zh for one in asked)}。",
        en=f"{head.en}: {'; '.join(one.en for one in asked)}.",
    )


def explain_outside(names: Mapping[str, str], distribution: Distribution) -> list[Explanation]:
    """Who is not ranked and why; a missing name is the id."""
    return [
        OUTSIDE[reason].filled(name=names.get(one, one))
        for one, reason in distribution.outside.items()
    ]


def _verdict(verdict: Verdict, size: int, ties: TiePolicy) -> Explanation:
    rule = HARD_RULE if verdict.hard else RULES[ties]
    answer = ANSWERS[verdict.passed]
    return Explanation(
        zh=f"“{verdict.grade}”及以上可容纳 {verdict.room}/{size} 人（{rule.zh}）：{answer.zh}",
        en=f"{verdict.grade} or better has room for {verdict.room} of {size} ({rule.en}): "
        f"{answer.en}",
    )
