"""The KPI lines of the sample's two jobs, as the two ready schemes need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

SALES = "销售业绩指标"
CUSTOMERS = "客户价值与满意度指标"
PROCESS = "销售过程与能力指标"
NOT_APPLICABLE = "不适用"


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleKpi:
    """One KPI of a job: its rule, the first person's figures, and how others' may differ."""

    dimension: str
    name: str
    weight: int
    method: str
    parameters: str = ""
    target: str = ""
    actual: str
    """The figure of the first person of this job."""
    low: str = "0"
    high: str = "0"
    """Between these lie the figures of everybody else."""
    falling: bool = False
    """Whether less is better, as with days until payment."""
    places: int = 0
    counted: Sequence[tuple[str, str]] = ()
    """Or one of these pairs of parameters and figure, where several events are counted."""
    source: str
    evidence: str


KAM_KPIS = (
    SampleKpi(
        dimension=SALES,
        name="营业额与利润贡献·销售额达成率",
        weight=40,
        method="比率法",
        target="1200",
        actual="1134",
        low="930",
        high="1410",
        source="财务系统",
        evidence="2026年度销售台账，财务部 10 月 8 日导出",
    ),
    SampleKpi(
        dimension=SALES,
        name="重点客户拓展",
        weight=30,
        method="比率法",
        target="5",
        actual="4",
        low="3",
        high="7",
        source="CRM系统",
        evidence="新签大客户合同清单（合同编号见附件）",
    ),
    SampleKpi(
        dimension=SALES,
        name="利润率",
        weight=15,
        method="线性插值",
        parameters="15=60; 18=100; 20=120; 低于=0",
        target="18",
        actual="18.7",
        low="15",
        high="20.5",
        places=1,
        source="财务系统",
        evidence="季度毛利核算表",
    ),
    SampleKpi(
        dimension=SALES,
        name="回款周期控制",
        weight=15,
        method="线性插值",
        parameters="35=120; 45=100; 60=60; 高于=0",
        target="45",
        actual="48",
        low="36",
        falling=True,
        high="62",
        source="财务系统",
        evidence="应收账款账龄表",
    ),
    SampleKpi(
        dimension=CUSTOMERS,
        name="客户满意度",
        weight=35,
        method="线性插值",
        parameters="80=60; 90=100; 95=120; 低于=0",
        target="90",
        actual="91.4",
        low="81",
        high="96",
        places=1,
        source="客户调研",
        evidence="第三季度客户满意度调研报告",
    ),
    SampleKpi(
        dimension=CUSTOMERS,
        name="客户复购率/续约率",
        weight=25,
        method="比率法",
        target="92",
        actual="95",
        low="80",
        high="99",
        source="CRM系统",
        evidence="续约合同清单",
    ),
    SampleKpi(
        dimension=CUSTOMERS,
        name="客户投诉处理及时率",
        weight=15,
        method="扣分法",
        parameters="基本分=100; 超时=10",
        actual="2",
        high="3",
        source="客服系统",
        evidence="投诉工单处理记录",
    ),
    SampleKpi(
        dimension=CUSTOMERS,
        name="客户回访",
        weight=10,
        method="非此即彼",
        target="24",
        actual="24",
        low="22",
        high="27",
        source="CRM系统",
        evidence="回访记录与客户签字",
    ),
    SampleKpi(
        dimension=PROCESS,
        name="有效拜访数",
        weight=35,
        method="层差法",
        parameters="<40=0; 40-50=60; 50-60=80; >=60=100",
        target="60",
        actual="57",
        low="38",
        high="68",
        source="CRM系统",
        evidence="拜访签到记录",
    ),
    SampleKpi(
        dimension=PROCESS,
        name="商机转化率",
        weight=35,
        method="比率法",
        target="30",
        actual="27.6",
        low="22",
        high="35",
        places=1,
        source="CRM系统",
        evidence="商机漏斗报表",
    ),
)
REP_KPIS = (
    SampleKpi(
        dimension=SALES,
        name="销售额达成率",
        weight=40,
        method="加减分",
        parameters="基本分=100; 每=3; 加扣=1; 最多加=20; 最多扣=20; 整步",
        target="860",
        actual="934.5",
        low="690",
        high="1010",
        places=1,
        source="财务系统",
        evidence="2026年度销售台账，财务部 1 月 6 日导出",
    ),
    SampleKpi(
        dimension=SALES,
        name="新增客户数",
        weight=20,
        method="比率法",
        target="18",
        actual="23",
        low="12",
        high="24",
        source="CRM系统",
        evidence="首单合同清单",
    ),
    SampleKpi(
        dimension=SALES,
        name="回款周期控制",
        weight=20,
        method="反向线性",
        target="60",
        actual="66",
        low="48",
        falling=True,
        high="78",
        source="财务系统",
        evidence="应收账款账龄表",
    ),
    SampleKpi(
        dimension=SALES,
        name="产品线覆盖均衡度",
        weight=10,
        method="线性插值",
        parameters="5=60; 12=100; 15=120; 低于=0",
        target="12",
        actual="9.8",
        low="5",
        high="15",
        places=1,
        source="ERP系统",
        evidence="各产品线出货统计",
    ),
    SampleKpi(
        dimension=SALES,
        name="重点产品/战略产品销售额占比",
        weight=10,
        method="比率法",
        target="20",
        actual=NOT_APPLICABLE,
        low="14",
        high="25",
        places=1,
        source="ERP系统",
        evidence="战略产品出货统计；当年未上市的区域不适用",
    ),
    SampleKpi(
        dimension=CUSTOMERS,
        name="客户满意度",
        weight=50,
        method="线性插值",
        parameters="80=60; 90=100; 95=120; 低于=0",
        target="90",
        actual="87.25",
        low="80",
        high="96",
        places=2,
        source="客户调研",
        evidence="年度客户满意度调研报告",
    ),
    SampleKpi(
        dimension=CUSTOMERS,
        name="续约率",
        weight=30,
        method="比率法",
        target="85",
        actual="79.9",
        low="70",
        high="95",
        places=1,
        source="CRM系统",
        evidence="续约合同清单",
    ),
    SampleKpi(
        dimension=CUSTOMERS,
        name="客户投诉",
        weight=20,
        method="扣分法",
        parameters="基本分=100; 一般投诉=5x3; 重大投诉=20x1",
        actual="4",
        counted=(
            ("基本分=100; 一般投诉=5x0; 重大投诉=20x0", "0"),
            ("基本分=100; 一般投诉=5x1; 重大投诉=20x0", "1"),
            ("基本分=100; 一般投诉=5x2; 重大投诉=20x0", "2"),
            ("基本分=100; 一般投诉=5x4; 重大投诉=20x0", "4"),
            ("基本分=100; 一般投诉=5x1; 重大投诉=20x1", "2"),
        ),
        source="客服系统",
        evidence="投诉登记与回复记录",
    ),
    SampleKpi(
        dimension=PROCESS,
        name="销售周期",
        weight=30,
        method="反比",
        target="75",
        actual="81",
        low="62",
        falling=True,
        high="95",
        source="CRM系统",
        evidence="商机起止日期统计",
    ),
    SampleKpi(
        dimension=PROCESS,
        name="线索转化率",
        weight=30,
        method="比率法",
        target="12",
        actual="15.1",
        low="9",
        high="16",
        places=1,
        source="CRM系统",
        evidence="线索漏斗报表",
    ),
)


def vary_figures(kpi: SampleKpi, random: Random, *, good_year: int) -> tuple[str, str]:
    """Somebody's parameters and actual figure, pulled by how good their year was (0 to 1000)."""
    if kpi.counted:
        return random.choice(kpi.counted)
    low, high = Decimal(kpi.low), Decimal(kpi.high)
    throw = good_year + random.randrange(1001)
    share = Decimal(2000 - throw if kpi.falling else throw) / 2000
    step = Decimal(1).scaleb(-kpi.places)
    figure = (low + (high - low) * share).quantize(step, rounding=ROUND_HALF_UP)
    return kpi.parameters, format(figure.normalize(), "f")
