"""How KPIs are counted: each method with a tiny example, and those of the worked example."""

from dataclasses import dataclass
from typing import Any

from app.scoring.kpi import Limits
from app.scoring.kpi_document import read_kpi
from app.scoring.node import Node
from app.scoring.workings import Explanation
from tests.documents.blocks import table
from tests.documents.guide_example import Worked, shown

KNOTS = [["15", 60], ["18", 100], ["20", 120]]
BANDS = [
    {"lo": "60", "score": 100},
    {"lo": "50", "hi": "60", "score": 80},
    {"lo": "40", "hi": "50", "score": 60},
    {"hi": "40", "score": 0},
]
STEPS = {"base": 100, "unit": 3, "per": 2, "target": "100", "actual": "107.5"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """A way to count a KPI: its name, when it fits, and a KPI small enough to follow."""

    name: Explanation
    use: Explanation
    kpi: dict[str, Any]


METHODS = (
    Method(
        name=Explanation(zh="比率法 `ratio`", en="Ratio `ratio`"),
        use=Explanation(zh="实际值与目标值之比，越高越好", en="actual to target, more is better"),
        kpi={"method": "ratio", "target": "200", "actual": "188"},
    ),
    Method(
        name=Explanation(zh="负目标比率法 `ratio_signed`", en="Signed ratio `ratio_signed`"),
        use=Explanation(
            zh="目标可为负数，如减亏：目标亏 50，实亏 48",
            en="the target may be negative, as with a loss: 50 planned, 48 made",
        ),
        kpi={"method": "ratio_signed", "target": "-50", "actual": "-48"},
    ),
    Method(
        name=Explanation(zh="镜像比率法 `mirror`", en="Mirror `mirror`"),
        use=Explanation(
            zh="越低越好的指标默认用它，如回款天数",
            en="less is better, as with days; the usual one",
        ),
        kpi={"method": "mirror", "target": "45", "actual": "48"},
    ),
    Method(
        name=Explanation(zh="倒数比率法 `inverse`", en="Inverse `inverse`"),
        use=Explanation(
            zh="越低越好；实际值很小时得分陡升，要靠上限封顶",
            en="less is better; rises steeply for small figures, so it needs its cap",
        ),
        kpi={"method": "inverse", "target": "45", "actual": "48"},
    ),
    Method(
        name=Explanation(zh="线性插值法 `interpolate`", en="Interpolation `interpolate`"),
        use=Explanation(
            zh="在门槛、目标、挑战值之间按直线折算：15 得 60 分，18 得 100 分，20 得 120 分",
            en="straight lines between threshold, target and stretch: 15 = 60, 18 = 100, 20 = 120",
        ),
        kpi={"method": "interpolate", "knots": KNOTS, "below": 0, "actual": "17"},
    ),
    Method(
        name=Explanation(zh="层差法 `band`", en="Bands `band`"),
        use=Explanation(
            zh="落在哪一档得哪一档的分；各档首尾相接，不重不漏",
            en="the points of the band it lies in; bands leave no gap and do not overlap",
        ),
        kpi={"method": "band", "actual": "57", "bands": BANDS},
    ),
    Method(
        name=Explanation(zh="加减分法（整步）`step_delta`", en="Steps, whole `step_delta`"),
        use=Explanation(
            zh="每超（低）3% 加（减）2 分，不满一步不计",
            en="2 points for every 3 % above or below; an unfinished step counts nothing",
        ),
        kpi={"method": "step_delta", "full_steps": True, **STEPS},
    ),
    Method(
        name=Explanation(zh="加减分法（按比例）`step_delta`", en="Steps, in part `step_delta`"),
        use=Explanation(
            zh="同上，不满一步按比例计；方案必须写明是哪一种",
            en="the same, an unfinished step in part; the scheme must say which of the two",
        ),
        kpi={"method": "step_delta", "full_steps": False, **STEPS},
    ),
    Method(
        name=Explanation(zh="扣分法 `deduct`", en="Deduction `deduct`"),
        use=Explanation(
            zh="满分起扣，每起扣 10 分，共 2 起", en="from full points, 10 off for each of 2 cases"
        ),
        kpi={"method": "deduct", "base": 100, "events": [["x", 10, 2]]},
    ),
    Method(
        name=Explanation(zh="非此即彼法 `all_or_nothing`", en="All or nothing `all_or_nothing`"),
        use=Explanation(zh="达到得满分，差一点也是 0 分", en="full points when reached, else none"),
        kpi={"method": "all_or_nothing", "target": "24", "actual": "23"},
    ),
)


def methods(worked: Worked) -> str:
    """Every method in one line, its example counted by the engine."""
    say = worked.say
    return table(
        [
            say("计分方法", "Method"),
            say("用法", "Use"),
            say("例", "Example"),
            say("得分", "Points"),
        ],
        [
            [worked.words(one.name), worked.words(one.use), *_counted(worked, one)]
            for one in METHODS
        ],
    )


def _counted(worked: Worked, method: Method) -> list[str]:
    kpi = read_kpi(Node(method.kpi), name="", scale=worked.example.scale, limits=Limits())
    assert kpi.working is not None
    assert kpi.score is not None
    return [worked.words(kpi.working.text()), shown(kpi.score)]


def kpis(worked: Worked) -> str:
    """The KPIs of the example, each with the sum that gives its points."""
    say = worked.say
    return table(
        [say("指标", "KPI"), say("计算", "Calculation"), say("得分", "Points")],
        [
            [worked.label(one.id), worked.words(one.kpi.working.text()), shown(one.kpi.score)]
            for one in worked.results
            if one.kpi is not None and one.kpi.working is not None and one.kpi.score is not None
        ],
    )
