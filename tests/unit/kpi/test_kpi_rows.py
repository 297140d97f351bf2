"""Every fault of the KPI sheet is found, and weights make 100 with the competencies included."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from app.kpi.models import KpiStatus
from app.kpi.rows import KpiRow, SchemeOutline, check_kpis, outline_scheme
from app.kpi.rules import method_of
from app.people.groups import PersonKind
from app.people.rows import Directory, KnownPerson
from app.schemes.packs import list_schemes
from app.workbooks.layout import KPI, Part
from app.workbooks.problems import RowError, RowProblem
from tests.workbook_files import Record, kpi, make_table, speaking

DIRECTORY = Directory(
    [
        KnownPerson(kind=PersonKind.EMPLOYEE, staff_number="2", email="", name="李喆"),
        KnownPerson(kind=PersonKind.CUSTOMER, staff_number="", email="7", name="客户"),
    ]
)
SCHEME = SchemeOutline(
    dimension_names={"业绩": "业绩", "results": "业绩", "能力": "能力", "ability": "能力"},
    competencies={"业绩": {"客户关系": Decimal(15)}, "能力": {"协作": Decimal(100)}},
    kpis={("业绩", "利润率"): {"method": "ratio", "target": "18"}},
)


def check(
    *rows: Record, schemes: Mapping[str, SchemeOutline] | None = None
) -> tuple[list[KpiRow], list[RowError]]:
    table = make_table(Part.KPI, rows)
    read, findings = check_kpis(
        table, directory=DIRECTORY, jobs={"2": "经理"}, schemes=schemes or {}
    )
    return read, table.errors + findings


def summary(findings: Sequence[RowError]) -> list[tuple[int, str, RowProblem]]:
    return [(finding.row, finding.column_letter, finding.problem) for finding in findings]


def test_a_sound_sheet_has_no_findings() -> None:
    rows, findings = check(kpi("2", "销售额", "60"), kpi("2", "回款", "40"))

    assert findings == []
    assert rows[0].weight == Decimal(60)
    assert rows[0].parameters == {"method": "ratio", "target": "100", "actual": "95"}


@pytest.mark.parametrize(
    ("changes", "letter", "problem"),
    [
        ({"staff_number": "3"}, "A", RowProblem.UNKNOWN_STAFF_NO),
        ({"staff_number": "7"}, "A", RowProblem.NOT_AN_EMPLOYEE),
        ({"staff_number": ""}, "A", RowProblem.REQUIRED),
        ({"dimension": ""}, "B", RowProblem.REQUIRED),
        ({"name": ""}, "C", RowProblem.REQUIRED),
        ({"target": ""}, "D", RowProblem.BAD_PARAMETERS),
        ({"target": "0"}, "D", RowProblem.BAD_PARAMETERS),
        ({"actual": "-1"}, "E", RowProblem.BAD_PARAMETERS),
        ({"weight": "0"}, "F", RowProblem.BAD_WEIGHT),
        ({"weight": "101"}, "F", RowProblem.BAD_WEIGHT),
        ({"weight": "-5"}, "F", RowProblem.BAD_WEIGHT),
        ({"weight": "many"}, "F", RowProblem.BAD_NUMBER),
        ({"weight": "99"}, "F", RowProblem.WEIGHTS_NOT_100),
        ({"method": "看心情"}, "G", RowProblem.BAD_METHOD),
        ({"method": ""}, "G", RowProblem.REQUIRED),
        ({"parameters": "x=1"}, "H", RowProblem.BAD_PARAMETERS),
        ({"target": "x" * 61}, "D", RowProblem.TOO_LONG),
    ],
)
def test_a_fault_is_found_in_its_cell(
    changes: dict[str, str], letter: str, problem: RowProblem
) -> None:
    _, findings = check({**kpi("2", "销售额", "100"), **changes})

    assert summary(findings) == [(2, letter, problem)]


def test_the_reason_of_a_refused_parameter_is_a_sentence_in_the_readers_language() -> None:
    _, findings = check(kpi("2", "销售额", "100", target="0"))

    with speaking("zh"):
        chinese = str(findings[0].params["reason"])
    with speaking("en"):
        english = str(findings[0].params["reason"])
    assert chinese.startswith("目标为 0")
    assert english.startswith("The target is 0")


def test_the_schemes_competencies_count_towards_100() -> None:
    schemes = {"经理": SCHEME}

    assert check(kpi("2", "销售额", "85"), schemes=schemes)[1] == []
    finding = check(kpi("2", "销售额", "100"), schemes=schemes)[1][0]
    assert finding.problem is RowProblem.WEIGHTS_NOT_100
    assert finding.params["total"] == "115"
    assert finding.params["competencies"] == "15"


def test_competencies_in_the_sheet_take_the_place_of_the_schemes() -> None:
    rows, findings = check(
        kpi("2", "销售额", "80"),
        kpi("2", "客户关系", "20", method="360", target="", actual=""),
        schemes={"经理": SCHEME},
    )

    assert findings == []
    assert rows[1].method == "360"
    assert rows[1].parameters == {}


def test_a_dimension_may_be_named_in_english_and_is_kept_in_chinese() -> None:
    rows, findings = check(kpi("2", "销售额", "85", dimension="Results"), schemes={"经理": SCHEME})

    assert findings == []
    assert rows[0].dimension == "业绩"


def test_a_dimension_or_competency_that_the_scheme_lacks_is_refused() -> None:
    schemes = {"经理": SCHEME}
    unknown = check(kpi("2", "销售额", "85", dimension="士气"), schemes=schemes)[1]
    competency = check(kpi("2", "唱歌", "100", method="360"), schemes=schemes)[1]
    nothing = check(kpi("2", "唱歌", "100", method="360", dimension="士气"), schemes=schemes)[1]

    assert summary(unknown) == [(2, "B", RowProblem.UNKNOWN_DIMENSION)]
    assert unknown[0].params["known"] == "业绩、能力"
    assert summary(competency) == [(2, "C", RowProblem.UNKNOWN_COMPETENCY)]
    assert summary(nothing) == [(2, "B", RowProblem.UNKNOWN_DIMENSION)]


def test_an_empty_target_takes_that_of_the_scheme() -> None:
    rows, findings = check(kpi("2", "利润率", "85", target=""), schemes={"经理": SCHEME})

    assert findings == []
    assert rows[0].parameters["target"] == "18"


SURVEYED = replace(
    SCHEME, from_feedback={"业绩": {("客户满意度", "Customer satisfaction"): Decimal(25)}}
)


def test_a_kpi_read_from_the_feedback_counts_towards_100_without_a_row() -> None:
    schemes = {"经理": SURVEYED}
    named = kpi("2", "客户关系", "15", method="360", target="", actual="")

    assert check(kpi("2", "销售额", "60"), schemes=schemes)[1] == []
    assert check(kpi("2", "销售额", "60"), named, schemes=schemes)[1] == []
    finding = check(kpi("2", "销售额", "85"), schemes=schemes)[1][0]
    assert (finding.problem, finding.params["competencies"]) == (RowProblem.WEIGHTS_NOT_100, "40")


@pytest.mark.parametrize("name", ["客户满意度", "customer Satisfaction"])
def test_a_row_for_a_kpi_read_from_the_feedback_is_refused_and_that_alone(name: str) -> None:
    rows = [kpi("2", "销售额", "60"), kpi("2", name, "25")]
    findings = check(*rows, schemes={"经理": SURVEYED})[1]

    assert summary(findings) == [(3, "C", RowProblem.FROM_FEEDBACK)]
    assert check(*rows, kpi("2", "回款", "15"))[1] == []


def test_one_kpi_is_given_once() -> None:
    _, findings = check(kpi("2", "销售额", "50"), kpi("2", "销售额", "50"))

    assert summary(findings) == [(3, "C", RowProblem.DUPLICATE_KPI)]


@pytest.mark.parametrize(
    ("actual", "status"),
    [
        ("95", KpiStatus.SCORED),
        ("", KpiStatus.PENDING),
        ("不适用", KpiStatus.NOT_APPLICABLE),
        ("0", KpiStatus.SCORED),
    ],
)
def test_a_row_without_a_figure_says_why(actual: str, status: KpiStatus) -> None:
    rows, findings = check(kpi("2", "销售额", "100", actual=actual))

    assert findings == []
    assert rows[0].status is status


def test_the_ready_schemes_have_an_outline() -> None:
    outlines = {scheme.code: outline_scheme(scheme.definition()) for scheme in list_schemes()}

    assert sum(outlines["kam"].competencies["团队协作与发展指标"].values()) == 100
    assert outlines["rep"].kpis["销售业绩指标", "新增客户数"]["target"] == "18"
    assert outlines["rep"].dimension_names["sales results"] == "销售业绩指标"
    assert outlines["csm"].from_feedback["客户价值与满意度指标"] == {
        ("客户满意度", "Customer satisfaction"): 40
    }


def test_every_method_that_the_template_offers_is_understood() -> None:
    codes = [method_of(word) for word in KPI.column("method").shown_choices]

    assert codes.count(None) == 1
    assert len(set(codes)) == len(codes)
