"""Bringing people and relations from a workbook into the tables, set by set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import bindparam, delete, insert, select, update

from app.db import db
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person, Relation
from app.people.queries import (
    PersonRecord,
    RelationRecord,
    ids_by_key,
    in_chunks,
    list_relations_of,
)
from app.people.rows import Directory, PersonRow, RelationRow
from app.workbooks.changes import Change, ChangeKind, Counts, FieldChange, count
from app.workbooks.tables import Table

PEOPLE = cast(SqlTable, Person.__table__)
DEPARTMENTS = cast(SqlTable, Department.__table__)
RELATIONS = cast(SqlTable, Relation.__table__)
OWN_COLUMNS = (
    "kind",
    "staff_number",
    "name",
    "email",
    "job",
    "job_level",
    "locale",
    "time_zone",
    "joined_on",
    "company",
)

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PeoplePlan:
    """Whom an import adds and whom it changes, with all values that they will have then."""

    added: Sequence[Values]
    changed: Sequence[tuple[PersonRecord, Values]]
    changes: Sequence[Change]
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class RelationsPlan:
    """Relations to add and to change, by subject and reviewer, and ids to remove."""

    added: Mapping[tuple[str, str], RaterGroup]
    changed: Mapping[int, RaterGroup]
    removed: Sequence[int]
    changes: Sequence[Change]
    counts: Counts


def plan_people(
    table: Table, rows: Iterable[PersonRow], records: Iterable[PersonRecord]
) -> PeoplePlan:
    """Compare a checked people sheet with what is stored; columns it lacks stay as they are."""
    stored = {record.key: record for record in records}
    added: list[Values] = []
    changed: list[tuple[PersonRecord, Values]] = []
    changes: list[Change] = []
    unchanged = 0
    for row in rows:
        wanted = _values(row)
        key = wanted["staff_number"] or wanted["email"]
        record = stored.get(key)
        if record is None:
            added.append(wanted)
            changes.append(Change(kind=ChangeKind.ADDED, key=key, title=row.name))
            continue
        values = _stored_values(record)
        values |= {name: wanted[name] for name in wanted if name in table.places}
        differences = _differences(_stored_values(record), values)
        if differences:
            changed.append((record, values))
            changes.append(
                Change(kind=ChangeKind.CHANGED, key=key, title=row.name, fields=differences)
            )
        else:
            unchanged += 1
    return PeoplePlan(
        added=added, changed=changed, changes=changes, counts=count(changes, unchanged=unchanged)
    )


def apply_people(plan: PeoplePlan) -> None:
    """Write the plan: departments, new people, changed people, then who leads and owns whom."""
    if not plan.counts.is_change:
        return
    everybody = [*plan.added, *(values for _, values in plan.changed)]
    departments = _department_ids(values["department"] for values in everybody)
    _free_emails(plan.changed)
    if plan.added:
        db.session.execute(insert(PEOPLE), [_row(values, departments) for values in plan.added])
    if plan.changed:
        names = (*OWN_COLUMNS, "department_id")
        columns: Values = {name: bindparam(f"new_{name}") for name in names}
        db.session.execute(
            update(PEOPLE).where(PEOPLE.c.id == bindparam("key")).values(columns),
            [
                {"key": record.id, **_prefixed(_row(values, departments))}
                for record, values in plan.changed
            ],
        )
    _link(everybody)
    db.session.expire_all()


def plan_relations(rows: Iterable[RelationRow], directory: Directory) -> RelationsPlan:
    """Compare a checked relations sheet with what is stored for the subjects that it names."""
    wanted = {
        (row.subject_number, reviewer.key): row.group
        for row in rows
        if row.group is not None and (reviewer := directory.find(row.reviewer)) is not None
    }
    subjects = dict.fromkeys(subject for subject, _ in wanted)
    stored = {
        (record.subject_number, record.reviewer): record for record in list_relations_of(subjects)
    }
    added = {pair: group for pair, group in wanted.items() if pair not in stored}
    moved = {
        record.id: (record, wanted[pair])
        for pair, record in stored.items()
        if pair in wanted and wanted[pair] != record.group
    }
    removed = [record for pair, record in stored.items() if pair not in wanted]
    changes = [
        *(
            _relation_change(ChangeKind.ADDED, pair, directory, after=g)
            for pair, g in added.items()
        ),
        *(
            _relation_change(ChangeKind.CHANGED, _pair(record), directory, record.group, group)
            for record, group in moved.values()
        ),
        *(
            _relation_change(ChangeKind.REMOVED, _pair(record), directory, record.group)
            for record in removed
        ),
    ]
    return RelationsPlan(
        added=added,
        changed={key: group for key, (_, group) in moved.items()},
        removed=[record.id for record in removed],
        changes=changes,
        counts=count(changes, unchanged=len(wanted) - len(added) - len(moved)),
    )


def apply_relations(plan: RelationsPlan) -> None:
    """Write the plan. The people it names must be stored by now."""
    for ids in in_chunks(str(key) for key in plan.removed):
        db.session.execute(delete(RELATIONS).where(RELATIONS.c.id.in_([int(key) for key in ids])))
    if plan.changed:
        db.session.execute(
            update(RELATIONS)
            .where(RELATIONS.c.id == bindparam("key"))
            .values(rater_group=bindparam("group")),
            [{"key": key, "group": group} for key, group in plan.changed.items()],
        )
    if plan.added:
        ids_of = ids_by_key()
        db.session.execute(
            insert(RELATIONS),
            [
                {
                    "subject_id": ids_of[subject],
                    "reviewer_id": ids_of[reviewer],
                    "rater_group": group,
                }
                for (subject, reviewer), group in plan.added.items()
            ],
        )
    db.session.expire_all()


def _values(row: PersonRow) -> Values:
    is_employee = row.kind is PersonKind.EMPLOYEE
    return {
        "kind": PersonKind.EMPLOYEE if is_employee else PersonKind.CUSTOMER,
        "staff_number": row.staff_number if is_employee else None,
        "name": row.name,
        "email": row.email or None,
        "department": row.department or None,
        "manager_number": row.manager_number or None,
        "job": row.job,
        "job_level": row.job_level,
        "locale": row.locale,
        "time_zone": row.time_zone,
        "joined_on": row.joined_on,
        "company": row.company,
        "owner_number": row.owner_number or None,
    }


def _stored_values(record: PersonRecord) -> Values:
    return {
        field.name: getattr(record, field.name) for field in fields(record) if field.name != "id"
    }


def _differences(before: Values, after: Values) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(column=name, before=str(before[name] or ""), after=str(after[name] or ""))
        for name in before
        if before[name] != after[name]
    )


def _row(values: Values, departments: Mapping[str, int]) -> Values:
    own = {name: values[name] for name in OWN_COLUMNS}
    return {**own, "department_id": departments.get(values["department"] or "")}


def _prefixed(values: Values) -> Values:
    return {f"new_{name}": value for name, value in values.items()}


def _department_ids(names: Iterable[str | None]) -> dict[str, int]:
    """Ids by name, after adding the departments that are new."""
    wanted = {name for name in names if name}
    stored = _stored_departments()
    missing = sorted(wanted - stored.keys())
    if missing:
        db.session.execute(insert(DEPARTMENTS), [{"name": name} for name in missing])
        stored = _stored_departments()
    return stored


def _stored_departments() -> dict[str, int]:
    rows = db.session.execute(select(Department.name, Department.id))
    return dict(rows.all())


def _free_emails(changed: Sequence[tuple[PersonRecord, Values]]) -> None:
    """Two people may swap addresses: all that change are emptied before any is set."""
    moving = [record.id for record, values in changed if record.email != values["email"]]
    if moving:
        db.session.execute(
            update(PEOPLE).where(PEOPLE.c.id == bindparam("key")).values(email=None),
            [{"key": key} for key in moving],
        )


def _link(everybody: Sequence[Values]) -> None:
    """Managers and account owners by id, once everybody has one."""
    ids_of = ids_by_key()
    db.session.execute(
        update(PEOPLE)
        .where(PEOPLE.c.id == bindparam("key"))
        .values(manager_id=bindparam("manager"), account_owner_id=bindparam("owner")),
        [
            {
                "key": ids_of[values["staff_number"] or values["email"]],
                "manager": ids_of.get(values["manager_number"] or ""),
                "owner": ids_of.get(values["owner_number"] or ""),
            }
            for values in everybody
        ],
    )


def _pair(record: RelationRecord) -> tuple[str, str]:
    return record.subject_number, record.reviewer


def _relation_change(
    kind: ChangeKind,
    pair: tuple[str, str],
    directory: Directory,
    before: RaterGroup | None = None,
    after: RaterGroup | None = None,
) -> Change:
    subject, reviewer = (directory.find(key) for key in pair)
    title = " ← ".join(person.name if person else "" for person in (subject, reviewer))
    return Change(
        kind=kind,
        key=" ← ".join(pair),
        title=title,
        fields=(FieldChange(column="relation", before=before or "", after=after or ""),),
    )
