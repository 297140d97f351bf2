"""What the check of a workbook rests on, to see later whether somebody else has changed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, select

from app.db import db, take_turns
from app.kpi.models import KpiLine
from app.people.accounts import list_numbers_with_account, list_unlinked_addresses
from app.people.models import Relation
from app.people.queries import PersonRecord, list_records
from app.schemes.models import Scheme

IMPORTS_LOCK = 7_310_002  # one import is written at a time


@dataclass(frozen=True, kw_only=True)
class StoredRows:
    """Everything stored that a check compares a workbook with; equal while nothing changed."""

    people: Sequence[PersonRecord]
    relations: Sequence[tuple[Any, ...]]
    kpis: Sequence[tuple[Any, ...]]
    schemes: Sequence[tuple[Any, ...]]
    unlinked: frozenset[str]
    with_account: frozenset[str]


def load_stored() -> StoredRows:
    """The rows as they stand now, in one query for each table."""
    return StoredRows(
        people=sorted(list_records(), key=lambda record: record.id),
        relations=_rows(cast(Table, Relation.__table__)),
        kpis=_rows(cast(Table, KpiLine.__table__)),
        schemes=_rows(cast(Table, Scheme.__table__)),
        unlinked=list_unlinked_addresses(),
        with_account=list_numbers_with_account(),
    )


def wait_for_other_imports() -> None:
    """Hold off other imports until the transaction ends."""
    take_turns(IMPORTS_LOCK)


def _rows(table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.execute(select(table).order_by(table.c.id))]
