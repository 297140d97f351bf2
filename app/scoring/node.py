"""Walking through read JSON while remembering the way, so that a refusal can point to its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import exact, is_on_grid
from app.scoring.weights import require_not_negative

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document and the JSON pointer (RFC 6901) that leads to it."""

    value: object
    where: str = ""

    def field(self, name: str) -> "Node":
        """The member of that name; refuses with ``missing_field`` where there is none."""
        members = self.table()
        place = f"{self.where}/{_escaped(name)}"
        if name not in members:
            raise ScoringError(Complaint.MISSING_FIELD, place, found=name)
        return Node(members[name], place)

    def optional(self, name: str) -> "Node | None":
        """The member of that name, or None where it is absent or null."""
        value = self.table().get(name)
        return None if value is None else Node(value, f"{self.where}/{_escaped(name)}")

    def has(self, name: str) -> bool:
        return name in self.table()

    def members(self) -> dict[str, "Node"]:
        return {
            name: Node(value, f"{self.where}/{_escaped(name)}")
            for name, value in self.table().items()
        }

    def items(self) -> list["Node"]:
        if not isinstance(self.value, list | tuple):
            raise self._wrong_kind("A list", "列表")
        return [Node(value, f"{self.where}/{index}") for index, value in enumerate(self.value)]

    def row(self, length: int) -> list["Node"]:
        """The items of a list that has exactly so many."""
        cells = self.items()
        if len(cells) != length:
            raise self._wrong_kind(f"A list of {length}", f"含 {length} 项的列表")
        return cells

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self._wrong_kind("Some text", "非空文字")
        return self.value

    def number(self) -> Fraction:
        return exact(self.value, self.where)

    def weight(self) -> Fraction:
        weight = self.number()
        require_not_negative(weight, self.where)
        return weight

    def whole(self) -> int:
        """A whole number of 0 or more."""
        number = self.number()
        if number.denominator != 1 or number < 0:
            raise ScoringError(Complaint.NOT_WHOLE, self.where, found=self.value)
        return int(number)

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self._wrong_kind("true or false", "true 或 false")
        return self.value

    def choice(self, kind: type[Choice]) -> Choice:
        text = self.text()
        if text not in list(kind):
            expected = ", ".join(kind)
            raise ScoringError(Complaint.NOT_A_CHOICE, self.where, found=text, expected=expected)
        return kind(text)

    def text_or(self, name: str, *, default: str = "") -> str:
        member = self.optional(name)
        return default if member is None else member.text()

    def number_or_none(self, name: str) -> Fraction | None:
        member = self.optional(name)
        return None if member is None else member.number()

    def weight_or_none(self, name: str) -> Fraction | None:
        member = self.optional(name)
        return None if member is None else member.weight()

    def weight_or(self, name: str, *, default: Fraction) -> Fraction:
        member = self.optional(name)
        return default if member is None else member.weight()

    def number_or(self, name: str, *, default: Fraction) -> Fraction:
        member = self.optional(name)
        return default if member is None else member.number()

    def flag_or(self, name: str, *, default: bool) -> bool:
        member = self.optional(name)
        return default if member is None else member.flag()

    def out_of_range(self, expected: str) -> ScoringError:
        return ScoringError(Complaint.OUT_OF_RANGE, self.where, found=self.value, expected=expected)

    def table(self) -> dict[str, object]:
        """The members as they stand, for whoever reads many of one kind."""
        if not isinstance(self.value, dict):
            raise self._wrong_kind("An object", "对象")
        return self.value

    def _wrong_kind(self, expected: str, expected_zh: str) -> ScoringError:
        return ScoringError(
            Complaint.WRONG_KIND,
            self.where,
            expected=expected,
            expected_zh=expected_zh,
            found=_kind(self.value),
        )


def require_distinct(ids: Iterable[Node], complaint: Complaint = Complaint.DUPLICATE_ID) -> None:
    """Refuse the first id that was there before."""
    seen: set[str] = set()
    for node in ids:
        if node.text() in seen:
            raise ScoringError(complaint, node.where, found=node.text())
        seen.add(node.text())


def require_on_grid(node: Node, places: int) -> None:
    """Refuse a figure that the published score's decimals cannot hold."""
    if not is_on_grid(node.number(), places):
        raise ScoringError(Complaint.OFF_THE_GRID, node.where, found=node.value, places=places)


def require_filled(nodes: Sequence[Node], parent: Node) -> None:
    if not nodes:
        raise ScoringError(
            Complaint.WRONG_KIND,
            parent.where,
            expected="A list with something in it",
            expected_zh="非空列表",
            found="[]",
        )


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list | tuple):
        return "[…]"
    return f"“{str(value)[:40]}”"
