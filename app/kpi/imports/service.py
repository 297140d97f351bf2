"""Check a workbook against what is stored, and bring it in: all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.audit.service import record
from app.db import db, reading
from app.errors import DomainError
from app.kpi.imports.report import ImportReport, sum_adjustments
from app.kpi.imports.stored import StoredRows, load_stored, wait_for_other_imports
from app.kpi.rows import KpiRow, SchemeOutline, check_kpis, outline_scheme
from app.kpi.service import KpisPlan, apply_kpis, plan_kpis
from app.people.accounts import (
    keep_accounts_in_step,
    list_numbers_with_account,
    list_unlinked_addresses,
)
from app.people.queries import PersonRecord, list_records
from app.people.rows import (
    Directory,
    PersonRow,
    RelationRow,
    people_after_import,
    read_people,
    read_relations,
)
from app.people.rules import check_addresses_of_accounts, check_people, check_relations
from app.people.service import (
    PeoplePlan,
    RelationsPlan,
    apply_people,
    apply_relations,
    plan_people,
    plan_relations,
)
from app.schemes import packs
from app.schemes.service import list_schemes
from app.workbooks.layout import Part
from app.workbooks.problems import RowError
from app.workbooks.reading import Sheet, read_workbook
from app.workbooks.tables import Table, read_tables

Plan = PeoplePlan | RelationsPlan | KpisPlan


@dataclass(frozen=True, kw_only=True)
class CheckedWorkbook:
    """A workbook that was read and checked; `plans` is empty when it has errors."""

    sheets: Sequence[Sheet]
    report: ImportReport
    plans: Mapping[Part, Plan]


class StaleCheckError(DomainError):
    """What is stored has changed between the check of a workbook and its import."""


@dataclass(frozen=True, kw_only=True)
class CheckedApart:
    """A check made while others could write, with all that it rests on."""

    workbook: CheckedWorkbook
    stored: StoredRows


@dataclass(frozen=True, kw_only=True)
class _Contents:
    tables: Mapping[Part, Table]
    people: Sequence[PersonRow]
    relations: Sequence[RelationRow]
    kpis: Sequence[KpiRow]
    directory: Directory
    records: Sequence[PersonRecord]
    findings: Sequence[RowError]


def ensure_readable(content: bytes) -> None:
    """Raise `WorkbookError` if the file is no workbook of ours; looks at nothing that is stored."""
    read_tables(read_workbook(content))


def check_workbook(content: bytes, *, only: Iterable[Part] = tuple(Part)) -> CheckedWorkbook:
    """Read the wanted sheets and say what is wrong and what would change. Writes nothing.

    Raises `WorkbookError` for a file that cannot be read.
    """
    sheets = read_workbook(content)
    contents = _check(read_tables(sheets, only=only))
    has_errors = any(not finding.is_warning for finding in contents.findings)
    plans = {} if has_errors else _plan(contents)
    tables = contents.tables.values()
    return CheckedWorkbook(
        sheets=sheets,
        plans=plans,
        report=ImportReport(
            counts={part: plan.counts for part, plan in plans.items()},
            changes=[(part, change) for part, plan in plans.items() for change in plan.changes],
            findings=contents.findings,
            adjusted=sum_adjustments([table.adjusted for table in tables]),
            ignored={table.sheet: table.ignored for table in tables if table.ignored},
        ),
    )


def check_apart(content: bytes, *, only: Iterable[Part] = tuple(Part)) -> CheckedApart:
    """Check a workbook while nobody is kept from writing, and leave no transaction open.

    Reading and checking take seconds for a large company, writing a fraction of one. What the
    caller has not committed is lost. Raises `WorkbookError` for a file that cannot be read.
    """
    db.session.rollback()  # whatever was read so far: it may hold the write lock
    try:
        with reading():
            stored = load_stored()  # first, so that no change during the check goes unseen
            return CheckedApart(stored=stored, workbook=check_workbook(content, only=only))
    finally:
        db.session.rollback()


def apply_apart(checked: CheckedApart, *, account_id: int | None) -> None:
    """Write what a check planned, in the caller's transaction; the caller commits.

    Raises StaleCheckError if anything that the check rests on has changed since.
    """
    wait_for_other_imports()
    if load_stored() != checked.stored:
        raise StaleCheckError(
            _(
                "People or KPIs were changed while the workbook was being checked. "
                "Nothing was imported. Please import it again."
            )
        )
    apply_checked(checked.workbook, account_id=account_id)


def import_workbook(
    content: bytes, *, only: Iterable[Part] = tuple(Part), account_id: int | None = None
) -> ImportReport:
    """Check the workbook and, unless it has errors, write all of it in the caller's transaction.

    The number of statements does not grow with the rows. Raises `WorkbookError` for a file that
    cannot be read.
    """
    checked = check_workbook(content, only=only)
    apply_checked(checked, account_id=account_id)
    return checked.report


def apply_checked(checked: CheckedWorkbook, *, account_id: int | None) -> None:
    """Write what the check planned: people, then relations, then KPI lines."""
    for plan in checked.plans.values():
        match plan:
            case PeoplePlan():
                apply_people(plan)
                if plan.counts.is_change:
                    keep_accounts_in_step()
            case RelationsPlan():
                apply_relations(plan)
            case KpisPlan():
                apply_kpis(plan)
    total = checked.report.total
    if total.is_change:
        record(
            "workbook.imported",
            "workbook",
            account_id=account_id,
            detail=f"+{total.added} ~{total.changed} -{total.removed} ={total.unchanged}",
        )


def _check(tables: Sequence[Table]) -> _Contents:
    by_part = {Part(table.part): table for table in tables}
    records = list_records()
    known = [record.known() for record in records]
    people = read_people(by_part[Part.PEOPLE]) if Part.PEOPLE in by_part else []
    relations = read_relations(by_part[Part.RELATIONS]) if Part.RELATIONS in by_part else []
    directory = people_after_import(known, people)
    findings = [finding for table in tables for finding in table.errors]
    if Part.PEOPLE in by_part:
        reviewers = frozenset(row.reviewer for row in relations)
        findings += check_people(
            by_part[Part.PEOPLE], people, known=known, directory=directory, reviewers=reviewers
        )
        findings += check_addresses_of_accounts(
            by_part[Part.PEOPLE],
            people,
            held=list_unlinked_addresses(),
            with_account=list_numbers_with_account(),
        )
    if Part.RELATIONS in by_part:
        findings += check_relations(by_part[Part.RELATIONS], relations, directory=directory)
    kpis: list[KpiRow] = []
    if Part.KPI in by_part:
        jobs = _jobs_after_import(records, people, by_part.get(Part.PEOPLE))
        kpis, refused = check_kpis(
            by_part[Part.KPI], directory=directory, jobs=jobs, schemes=_outlines()
        )
        findings += refused
    return _Contents(
        tables=by_part,
        people=people,
        relations=relations,
        kpis=kpis,
        directory=directory,
        records=records,
        findings=_in_order(findings, tables),
    )


def _in_order(findings: Iterable[RowError], tables: Sequence[Table]) -> list[RowError]:
    """By sheet and row, as one walks through the workbook to correct it."""
    place = {table.sheet: index for index, table in enumerate(tables)}
    return sorted(findings, key=lambda f: (place[f.sheet], f.row))


def _plan(contents: _Contents) -> dict[Part, Plan]:
    plans: dict[Part, Plan] = {}
    tables = contents.tables
    if Part.PEOPLE in tables:
        plans[Part.PEOPLE] = plan_people(tables[Part.PEOPLE], contents.people, contents.records)
    if Part.RELATIONS in tables:
        plans[Part.RELATIONS] = plan_relations(contents.relations, contents.directory)
    if Part.KPI in tables:
        plans[Part.KPI] = plan_kpis(tables[Part.KPI], contents.kpis, contents.directory)
    return plans


def _jobs_after_import(
    records: Iterable[PersonRecord], people: Iterable[PersonRow], table: Table | None
) -> dict[str, str]:
    jobs = {record.staff_number: record.job for record in records if record.staff_number}
    if table is not None and "job" in table.places:
        jobs |= {row.staff_number: row.job for row in people if row.staff_number}
    return {number: _plain(job) for number, job in jobs.items()}


def _outlines() -> dict[str, SchemeOutline]:
    """The scheme for each job: the stored ones, and ready ones that are not stored yet."""
    stored = list_schemes()
    codes = {scheme.code for scheme in stored}
    ready = [pack.definition() for pack in packs.list_schemes() if pack.code not in codes]
    outlines: dict[str, SchemeOutline] = {}
    for definition in [*(scheme.definition for scheme in stored), *ready]:
        outline = outline_scheme(definition)
        for job in definition["jobs"]:
            outlines.setdefault(_plain(job), outline)
    return outlines


def _plain(job: str) -> str:
    return " ".join(job.split()).casefold()
