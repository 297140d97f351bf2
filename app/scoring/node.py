"""Walking through read JSON while remembering the way, so that a refusal can point to its place."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import exact, is_on_grid
from app.scoring.weights import require_not_negative

Choice = TypeVar("Choice", bound=StrEnum)


class Node:
    """A value of the document; knows the JSON pointer (RFC 6901) that leads to it.

    The pointer is put together when somebody asks, which is only when something is refused: a
    round has millions of nodes.
    """

    __slots__ = ("_parent", "_place", "value")

    def __init__(self, value: object, where: str = "") -> None:
        self.value = value
        self._place: str | int = where
        self._parent: Node | None = None

    @property
    def where(self) -> str:
        if self._parent is None:
            return str(self._place)
        return f"{self._parent.where}/{_escaped(str(self._place))}"

    def field(self, name: str) -> "Node":
        """The member of that name; refuses with ``missing_field`` where there is none."""
        members = self.table()
        if name not in members:
            place = f"{self.where}/{_escaped(name)}"
            raise ScoringError(Complaint.MISSING_FIELD, place, found=name)
        return self._below(members[name], name)

    def optional(self, name: str) -> "Node | None":
        """The member of that name, or None where it is absent or null."""
        value = self.table().get(name)
        return None if value is None else self._below(value, name)

    def has(self, name: str) -> bool:
        return name in self.table()

    def members(self) -> dict[str, "Node"]:
        return {name: self._below(value, name) for name, value in self.table().items()}

    def items(self) -> list["Node"]:
        if not isinstance(self.value, list | tuple):
            raise self._wrong_kind("A list", "列表")
        return [self._below(value, index) for index, value in enumerate(self.value)]

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
        try:
            return exact(self.value)
        except ScoringError as refusal:
            raise refusal.under(self.where) from None

    def weight(self) -> Fraction:
        weight = self.number()
        if weight.numerator < 0:
            require_not_negative(weight, self.where)
        return weight

    def whole(self) -> int:
        """A whole number of 0 or more."""
        number = self.number()
        if number.denominator != 1 or number.numerator < 0:
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

    def _below(self, value: object, place: str | int) -> "Node":
        node = Node(value)
        node._place, node._parent = place, self
        return node

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
        name = node.text()
        if name in seen:
            raise ScoringError(complaint, node.where, found=name)
        seen.add(name)


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
