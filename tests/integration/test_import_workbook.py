"""The whole workbook comes in at once or not at all, and a second time changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app.audit.models import AuditEvent
from app.db import db
from app.kpi.imports.report import ImportReport
from app.kpi.imports.service import import_workbook
from app.kpi.models import KpiLine
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person, Relation
from app.people.queries import list_records
from app.schemes.service import install_packs
from app.workbooks.changes import ChangeKind, Counts, FieldChange
from app.workbooks.layout import Part
from app.workbooks.problems import RowProblem
from app.workbooks.sample import write_sample
from tests.workbook_files import (
    KPIS,
    PEOPLE,
    RELATIONS,
    contact,
    kpi,
    make_workbook,
    person,
    relation,
)

pytestmark = pytest.mark.usefixtures("app")


def bring_in(content: bytes, *, only: tuple[Part, ...] = tuple(Part)) -> ImportReport:
    report = import_workbook(content, only=only)
    db.session.commit()
    return report


def find(number: str) -> Person:
    return db.session.scalars(select(Person).where(Person.staff_number == number)).one()


def snapshot() -> list[tuple[object, ...]]:
    """Every row of every table that an import may write, ids included."""
    tables = (Department, Person, Relation, KpiLine, AuditEvent)
    return [
        tuple(row)
        for table in tables
        for row in db.session.execute(select(*table.__table__.columns).order_by("id"))
    ]


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_everybody_is_stored_with_manager_department_and_account_owner() -> None:
    report = bring_in(make_workbook())

    assert report.errors == []
    assert find("2").manager is find("1")
    assert find("2").department == find("3").department
    customer = db.session.scalars(select(Person).where(Person.kind == PersonKind.CUSTOMER)).one()
    assert (customer.name, customer.company, customer.staff_number) == ("周祎", "恒信机械", None)
    assert customer.account_owner is find("2")
    assert str(find("1").joined_on) == "2020-05-01"


def test_relations_and_kpi_lines_are_stored() -> None:
    bring_in(make_workbook())

    groups = db.session.execute(
        select(Person.name, Relation.rater_group).join(Person, Relation.reviewer_id == Person.id)
    )
    assert {name: RaterGroup(group) for name, group in groups} == {
        "李喆": RaterGroup.SELF,
        "王璟": RaterGroup.SUPERVISOR,
        "张玥": RaterGroup.PEER,
        "周祎": RaterGroup.CUSTOMER,
    }
    line = db.session.scalars(select(KpiLine).order_by(KpiLine.position)).first()
    assert line is not None
    assert (line.name, str(line.weight), line.method, line.position) == ("销售额", "60", "ratio", 1)
    assert line.parameters == {"method": "ratio", "target": "100", "actual": "95"}


def test_a_second_import_changes_nothing() -> None:
    install_packs()
    content = write_sample()
    first = bring_in(content)
    before = snapshot()

    second = bring_in(content)

    assert first.total.added > 600
    assert second.total == Counts(unchanged=first.total.added)
    assert second.changes == []
    assert snapshot() == before


def test_one_bad_row_anywhere_keeps_everything_out() -> None:
    bring_in(make_workbook(people=[person("9", "先到")], relations=None, kpis=None))
    before = snapshot()

    report = bring_in(make_workbook(kpis=[*KPIS, kpi("77", "x", "100")]))

    assert [error.problem for error in report.errors] == [RowProblem.UNKNOWN_STAFF_NO]
    assert report.counts == {}
    assert snapshot() == before


def test_every_bad_row_of_every_sheet_is_reported_in_the_order_of_the_workbook() -> None:
    report = bring_in(
        make_workbook(
            people=[*PEOPLE, person("5", "", locale="fr")],
            relations=[*RELATIONS, relation("2", "5O", "上级"), relation("2", "1", "朋友")],
            kpis=[kpi("2", "销售额", "60"), kpi("2", "回款", "30")],
        )
    )

    assert [(e.sheet, e.row, e.problem) for e in report.errors] == [
        ("人员", 6, RowProblem.REQUIRED),
        ("人员", 6, RowProblem.BAD_LOCALE),
        ("评价关系", 6, RowProblem.UNKNOWN_STAFF_NO),
        ("评价关系", 7, RowProblem.BAD_RELATION),
        ("评价关系", 7, RowProblem.DUPLICATE_RELATION),
        ("指标", 2, RowProblem.WEIGHTS_NOT_100),
    ]


def test_what_changed_is_written_and_told_field_by_field() -> None:
    bring_in(make_workbook())
    moved = person("3", "张玥", manager_number="2", department="华南大区", job="大客户经理")

    report = bring_in(
        make_workbook(
            people=[*PEOPLE[:2], moved, PEOPLE[3]],
            relations=[*RELATIONS[:2], relation("2", "3", "下级"), RELATIONS[3]],
            kpis=[kpi("2", "销售额", "50"), kpi("2", "回款", "50")],
        )
    )

    assert report.counts == {
        Part.PEOPLE: Counts(changed=1, unchanged=3),
        Part.RELATIONS: Counts(changed=1, unchanged=3),
        Part.KPI: Counts(changed=2),
    }
    change = report.changes[0][1]
    assert (change.kind, change.key, change.title) == (ChangeKind.CHANGED, "3", "张玥")
    assert change.fields == (
        FieldChange(column="department", before="华东大区", after="华南大区"),
        FieldChange(column="manager_number", before="1", after="2"),
        FieldChange(column="job", before="销售总监", after="大客户经理"),
    )
    assert report.changes[1][1].fields == (
        FieldChange(column="relation", before="peer", after="subordinate"),
    )
    assert report.changes[2][1].fields == (FieldChange(column="weight", before="60", after="50"),)
    assert find("3").manager is find("2")


def test_relations_and_kpi_lines_that_left_the_sheet_are_removed_for_its_people_only() -> None:
    people = [*PEOPLE, person("4", "别人")]
    others = [relation("4", "1", "上级")]
    bring_in(
        make_workbook(
            people=people, relations=[*RELATIONS, *others], kpis=[*KPIS, kpi("4", "x", "100")]
        )
    )

    report = bring_in(
        make_workbook(people=people, relations=RELATIONS[:3], kpis=[kpi("2", "销售额", "100")])
    )

    assert report.counts[Part.RELATIONS] == Counts(removed=1, unchanged=3)
    assert report.counts[Part.KPI] == Counts(changed=1, removed=1)
    assert db.session.scalar(select(func.count()).select_from(Relation)) == 4
    assert db.session.scalar(select(func.count()).select_from(KpiLine)) == 2


def test_two_people_may_swap_their_addresses() -> None:
    bring_in(make_workbook())
    swapped = [
        PEOPLE[0],
        person("2", "李喆", manager_number="1", email="p3@firm.example"),
        person("3", "张玥", manager_number="1", email="p2@firm.example"),
        PEOPLE[3],
    ]

    report = bring_in(make_workbook(people=swapped))

    assert report.counts[Part.PEOPLE].changed == 2
    assert find("2").email == "p3@firm.example"


def test_a_column_that_the_file_lacks_leaves_what_is_stored() -> None:
    bring_in(make_workbook())

    report = bring_in("工号,姓名,邮箱\n2,李喆喆,p2@firm.example\n".encode())

    assert report.counts == {Part.PEOPLE: Counts(changed=1)}
    assert find("2").name == "李喆喆"
    assert find("2").manager is find("1")
    assert find("2").job == "销售总监"


def test_relations_alone_may_name_people_of_the_database() -> None:
    bring_in(make_workbook(relations=None, kpis=None))

    report = bring_in(make_workbook(people=None, kpis=None), only=(Part.RELATIONS,))

    assert report.counts == {Part.RELATIONS: Counts(added=4)}


def test_the_sheets_that_are_not_wanted_are_left_out() -> None:
    report = bring_in(make_workbook(), only=(Part.PEOPLE,))

    assert report.counts == {Part.PEOPLE: Counts(added=4)}
    assert db.session.scalar(select(func.count()).select_from(Relation)) == 0


def test_a_new_person_may_take_an_address_that_another_gives_up() -> None:
    bring_in(make_workbook())
    people = [
        *PEOPLE[:2],
        person("3", "张玥", manager_number="1", email="new@firm.example"),
        PEOPLE[3],
        person("5", "新人", email="p3@firm.example"),
    ]

    assert bring_in(make_workbook(people=people)).errors == []
    assert find("5").email == "p3@firm.example"


def test_the_number_of_statements_does_not_grow_with_the_rows() -> None:
    counts = []
    for people in (20, 200):
        with counted() as statements:
            import_workbook(write_sample(people=people))
            db.session.flush()
        counts.append(len(statements))
        db.session.rollback()

    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_a_check_that_finds_nothing_new_writes_nothing() -> None:
    content = write_sample(people=20)
    bring_in(content)

    with counted() as statements:
        import_workbook(content)
        db.session.flush()

    assert {statement.split()[0] for statement in statements} <= {"SELECT", "BEGIN"}


def test_names_of_all_kinds_come_through_unchanged() -> None:
    names = ["欧阳玥", "𠮷田", "O'Brien", "<b>&amp;", "Robert'); DROP TABLE people;--", "=1+1"]
    people = [person(str(number), name) for number, name in enumerate(names, start=1)]

    bring_in(make_workbook(people=people, relations=None, kpis=None))

    assert [record.name for record in sorted(list_records(), key=lambda r: r.key)] == names


def test_an_import_is_written_into_the_log_once() -> None:
    bring_in(make_workbook())
    bring_in(make_workbook())

    entries = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "workbook.imported"))
    assert [entry.detail for entry in entries] == ["+10 ~0 -0 =0"]


def test_a_customer_is_known_by_address_and_may_change_hands() -> None:
    bring_in(make_workbook())
    handed_over = contact("ZHOU@customer.example", "周祎", owner_number="3")

    report = bring_in(make_workbook(people=[*PEOPLE[:3], handed_over]))

    assert report.counts[Part.PEOPLE] == Counts(changed=1, unchanged=3)
    assert report.changes[0][1].key == "zhou@customer.example"


def test_a_workbook_of_many_departments_adds_each_once(app: Flask) -> None:
    people = [person(str(n), "某人", department=f"部门{n % 3}") for n in range(1, 10)]

    bring_in(make_workbook(people=people, relations=None, kpis=None))

    assert db.session.scalar(select(func.count()).select_from(Department)) == 3
