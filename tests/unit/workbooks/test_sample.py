"""The sample is a believable company of any size, and always the same one."""

import json
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.kpi.rules import read_parameters
from app.workbooks.layout import Part
from app.workbooks.reading import read_workbook
from app.workbooks.sample import write_sample
from app.workbooks.sample_raters import DEFAULT_REQUESTS
from app.workbooks.tables import Row, read_tables

EXAMPLES = Path(__file__).parents[2] / "data" / "worked_input.json"


@cache
def rows(part: Part, people: int = 40, requests: float = DEFAULT_REQUESTS) -> list[Row]:
    content = write_sample(people=people, requests_per_person=requests)
    tables = read_tables(read_workbook(content))
    table = next(table for table in tables if table.part is part)
    assert table.errors == []
    return table.rows


def employees() -> list[Row]:
    return [row for row in rows(Part.PEOPLE) if row.get("kind") == "employee"]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert write_sample(people=20, seed=3) == write_sample(people=20, seed=3)
    assert write_sample(people=20, seed=3) != write_sample(people=20, seed=4)


def test_forty_people_give_about_250_requests_for_26_reviewed() -> None:
    relations = rows(Part.RELATIONS)

    assert len(employees()) == 40
    assert len({row.get("subject_number") for row in relations}) == 26
    assert 235 <= len(relations) <= 265


@pytest.mark.no_cover  # a hundred times the same lines; measured it takes twice as long
def test_a_launch_of_two_thousand_has_twelve_thousand_requests() -> None:
    relations = rows(Part.RELATIONS, 4000, 6.0)

    assert len({row.get("subject_number") for row in relations}) == 2000
    assert 11_800 <= len(relations) <= 12_200


def test_nobody_is_asked_about_more_than_eight_people() -> None:
    asked = Counter(
        row.get("reviewer") for row in rows(Part.RELATIONS) if row.get("relation") != "self"
    )

    assert max(asked.values()) <= 8


def test_the_company_is_international_and_its_names_are_hard_to_print() -> None:
    names = "".join(row.get("name") for row in rows(Part.PEOPLE, 400))

    assert set("喆玥璟祎") <= set(names)
    assert {"zh", "en"} == {row.get("locale") for row in rows(Part.PEOPLE)}
    assert len({row.get("time_zone") for row in rows(Part.PEOPLE)}) >= 3
    assert all(row.get("email").endswith(".example") for row in rows(Part.PEOPLE))


def test_some_groups_are_too_small_on_purpose() -> None:
    groups = Counter(
        (row.get("subject_number"), row.get("relation")) for row in rows(Part.RELATIONS)
    )

    assert any(n < 3 for (_, group), n in groups.items() if group == "customer")


@pytest.mark.parametrize(("job", "example"), [("大客户经理", 0), ("区域销售代表", 1)])
def test_the_first_of_each_job_has_the_figures_and_raters_of_the_worked_example(
    job: str, example: int
) -> None:
    wanted = json.loads(EXAMPLES.read_text(encoding="utf-8"))["examples"][example]
    first = next(row for row in employees() if row.get("job") == job).get("staff_number")
    lines = [row for row in rows(Part.KPI) if row.get("staff_number") == first]
    raters = Counter(
        row.get("relation") for row in rows(Part.RELATIONS) if row.get("subject_number") == first
    )

    kpis = [e for d in wanted["dimensions"] for e in d["elements"] if "kpi" in e]
    assert [int(row.get("weight")) for row in lines] == [element["weight"] for element in kpis]
    assert [read_row(row) for row in lines] == [plain(element["kpi"]) for element in kpis]
    assert raters == Counter(rater["group"] for rater in wanted["raters"])


def read_row(row: Row) -> Any:
    return plain(
        read_parameters(
            row.get("method"),
            row.get("parameters"),
            target=row.get("target"),
            actual=row.get("actual"),
        )
    )


def plain(value: Any) -> Any:
    """Figures as decimals and bands in one order, so that two spellings of one rule are equal."""
    if isinstance(value, dict):
        kept = {key: plain(item) for key, item in value.items() if key not in {"actual", "lo_inc"}}
        return {**kept, "actual": plain(value["actual"])} if value.get("actual") else kept
    if isinstance(value, list):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, int | str) and not isinstance(value, bool):
        try:
            return Decimal(str(value)).normalize()
        except ArithmeticError:
            return value
    return value


@pytest.mark.parametrize(("people", "requests"), [(19, 9.0), (40, 3.0)])
def test_a_company_too_small_to_review_is_refused(people: int, requests: float) -> None:
    with pytest.raises(ValueError, match="a sample needs"):
        write_sample(people=people, requests_per_person=requests)
