"""What an import would change, for the preview: counts, and the changes one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """One column's old and new text."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One row of the database that the import adds, changes or removes."""

    kind: ChangeKind
    key: str
    """What identifies the row for a person, such as a staff number."""
    title: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many rows of one part are added, changed, removed or left as they are."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def is_change(self) -> bool:
        """Whether anything would be written at all."""
        return bool(self.added or self.changed or self.removed)


def count(changes: Sequence[Change], *, unchanged: int) -> Counts:
    """Count the changes by kind."""
    kinds = [change.kind for change in changes]
    return Counts(
        added=kinds.count(ChangeKind.ADDED),
        changed=kinds.count(ChangeKind.CHANGED),
        removed=kinds.count(ChangeKind.REMOVED),
        unchanged=unchanged,
    )
