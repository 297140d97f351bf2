"""Workbooks for tests, built cell by cell, and a small company to begin with."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO

from flask import Flask

from app.web.language import init_languages
from app.workbooks.layout import LAYOUTS, Part
from app.workbooks.reading import Sheet, read_workbook
from app.workbooks.tables import Table, read_tables
from app.workbooks.writing import SheetContent, write_workbook

Record = Mapping[str, str]


def person(number: str, name: str, **changes: str) -> dict[str, str]:
    """A row of the people sheet by column key."""
    return {
        "staff_number": number,
        "name": name,
        "email": f"p{number}@firm.example",
        "department": "华东大区",
        "manager_number": "",
        "job": "销售总监",
        "job_level": "M4",
        "locale": "zh",
        "time_zone": "Asia/Shanghai",
        "joined_on": "2020-05-01",
        "kind": "员工",
        **changes,
    }


def contact(email: str, name: str, **changes: str) -> dict[str, str]:
    """A customer's contact as a row of the people sheet."""
    return {
        "name": name,
        "email": email,
        "job": "采购经理",
        "kind": "客户",
        "company": "恒信机械",
        "owner_number": "2",
        **changes,
    }


def relation(subject: str, reviewer: str, word: str) -> dict[str, str]:
    return {"subject_number": subject, "reviewer": reviewer, "relation": word}


def kpi(number: str, name: str, weight: str, **changes: str) -> dict[str, str]:
    """A row of the KPI sheet for a job without a scheme."""
    return {
        "staff_number": number,
        "dimension": "业绩",
        "name": name,
        "target": "100",
        "actual": "95",
        "weight": weight,
        "method": "比率法",
        "source": "财务系统",
        "evidence": "台账",
        **changes,
    }


PEOPLE = (
    person("1", "王璟"),
    person("2", "李喆", manager_number="1"),
    person("3", "张玥", manager_number="1"),
    contact("zhou@customer.example", "周祎"),
)
RELATIONS = (
    relation("2", "2", "本人"),
    relation("2", "1", "上级"),
    relation("2", "3", "同级"),
    relation("2", "zhou@customer.example", "客户"),
)
KPIS = (kpi("2", "销售额", "60"), kpi("2", "回款", "40"))


def make_workbook(
    *,
    people: Iterable[Record] | None = PEOPLE,
    relations: Iterable[Record] | None = RELATIONS,
    kpis: Iterable[Record] | None = KPIS,
) -> bytes:
    """An XLSX file with these rows; a sheet given as None is left out."""
    given = {Part.PEOPLE: people, Part.RELATIONS: relations, Part.KPI: kpis}
    return write_workbook(
        SheetContent(
            name=LAYOUTS[part].zh,
            header=[column.zh for column in LAYOUTS[part].columns],
            rows=[[row.get(c.key, "") for c in LAYOUTS[part].columns] for row in rows],
        )
        for part, rows in given.items()
        if rows is not None
    )


def make_table(part: Part, rows: Sequence[Record]) -> Table:
    """One sheet, written and read back."""
    names = {Part.PEOPLE: "people", Part.RELATIONS: "relations", Part.KPI: "kpis"}
    none: dict[str, Iterable[Record] | None] = {"people": None, "relations": None, "kpis": None}
    content = make_workbook(**{**none, names[part]: rows})
    return read_tables(read_workbook(content))[0]


def sheet_named(sheets: Iterable[Sheet], name: str) -> Sheet:
    return next(sheet for sheet in sheets if sheet.name == name)


def repack(content: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The same ZIP file with members replaced, added or (None) removed."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in changes:
                target.writestr(name, source.read(name))
        for name, body in changes.items():
            if body is not None:
                target.writestr(name, body)
    return buffer.getvalue()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """A request in this language, without a database."""
    with _speaker().test_request_context(f"/?lang={language}"):
        yield


@cache
def _speaker() -> Flask:
    app = Flask("texts")
    init_languages(app, lambda: None)
    return app
