"""Bringing KPI sheets from a workbook into the tables, set by set."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import bindparam, delete, insert, select, update

from app.db import db
from app.kpi.models import KpiLine
from app.kpi.rows import KpiRow
from app.people.models import Person
from app.people.queries import ids_by_key, in_chunks
from app.people.rows import Directory
from app.workbooks.changes import Change, ChangeKind, Counts, FieldChange, count
from app.workbooks.tables import Table

LINES = cast(SqlTable, KpiLine.__table__)
COLUMNS = (
    "position",
    "target",
    "actual",
    "weight",
    "method",
    "parameters",
    "status",
    "source",
    "evidence",
)
UNSHOWN = frozenset({"position", "parameters", "status"})
"""Parameters follow from the columns shown; the others are no columns of the sheet."""

Key = tuple[str, str, str]
Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class KpisPlan:
    """KPI lines to add by staff number, dimension and name, lines to change, ids to remove."""

    added: Mapping[Key, Values]
    changed: Mapping[int, Values]
    removed: Sequence[int]
    changes: Sequence[Change]
    counts: Counts


def plan_kpis(table: Table, rows: Sequence[KpiRow], directory: Directory) -> KpisPlan:
    """Compare a checked KPI sheet with what is stored for the people that it names."""
    wanted = _wanted(rows)
    stored = _stored({row.staff_number for row in rows})
    added: dict[Key, Values] = {}
    changed: dict[int, Values] = {}
    changes: list[Change] = []
    for key, values in wanted.items():
        if key not in stored:
            added[key] = values
            changes.append(_change(ChangeKind.ADDED, key, directory))
            continue
        line_id, before = stored[key]
        after = before | {name: values[name] for name in values if _is_given(name, table)}
        if before != after:
            changed[line_id] = after
            changes.append(_change(ChangeKind.CHANGED, key, directory, before, after))
    removed = [key for key in stored if key not in wanted]
    changes += [_change(ChangeKind.REMOVED, key, directory) for key in removed]
    return KpisPlan(
        added=added,
        changed=changed,
        removed=[stored[key][0] for key in removed],
        changes=changes,
        counts=count(changes, unchanged=len(wanted) - len(added) - len(changed)),
    )


def apply_kpis(plan: KpisPlan) -> None:
    """Write the plan. The people it names must be stored by now."""
    for ids in in_chunks(str(key) for key in plan.removed):
        db.session.execute(delete(LINES).where(LINES.c.id.in_([int(key) for key in ids])))
    if plan.changed:
        columns: Values = {name: bindparam(f"new_{name}") for name in COLUMNS}
        db.session.execute(
            update(LINES).where(LINES.c.id == bindparam("key")).values(columns),
            [
                {"key": key, **{f"new_{name}": values[name] for name in COLUMNS}}
                for key, values in plan.changed.items()
            ],
        )
    if plan.added:
        ids_of = ids_by_key()
        db.session.execute(
            insert(LINES),
            [
                {"person_id": ids_of[number], "dimension": dimension, "name": name, **values}
                for (number, dimension, name), values in plan.added.items()
            ],
        )
    db.session.expire_all()


def _wanted(rows: Iterable[KpiRow]) -> dict[Key, Values]:
    positions: dict[str, int] = defaultdict(int)
    wanted: dict[Key, Values] = {}
    for row in rows:
        positions[row.staff_number] += 1
        wanted[row.staff_number, row.dimension, row.name] = {
            "position": positions[row.staff_number],
            "target": row.target,
            "actual": row.actual,
            "weight": row.weight,
            "method": row.method,
            "parameters": dict(row.parameters),
            "status": row.status,
            "source": row.evidence_source,
            "evidence": row.evidence,
        }
    return wanted


def _stored(numbers: Iterable[str]) -> dict[Key, tuple[int, Values]]:
    query = select(
        Person.staff_number,
        KpiLine.dimension,
        KpiLine.name,
        KpiLine.id,
        *(LINES.c[name] for name in COLUMNS),
    ).join(Person, KpiLine.person_id == Person.id)
    return {
        (number or "", dimension, name): (line_id, dict(zip(COLUMNS, values, strict=True)))
        for chunk in in_chunks(numbers)
        for number, dimension, name, line_id, *values in db.session.execute(
            query.where(Person.staff_number.in_(chunk))
        )
    }


def _is_given(name: str, table: Table) -> bool:
    """Whether the sheet says something about this value; columns it lacks stay as they are."""
    return name in table.places or name in UNSHOWN


def _change(
    kind: ChangeKind,
    key: Key,
    directory: Directory,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Change:
    number, dimension, name = key
    person = directory.by_key.get(number)
    return Change(
        kind=kind,
        key=number,
        title=f"{person.name if person else number} · {dimension} · {name}",
        fields=tuple(
            FieldChange(column=column, before=str(before[column]), after=str(after[column]))
            for column in COLUMNS
            if before and after and column not in UNSHOWN and before[column] != after[column]
        ),
    )
