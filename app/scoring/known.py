"""What documents of one scheme share is read once for all of them."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.scoring.node import Node

Part = TypeVar("Part")
MOST_PARTS = 1_000


class Known:
    """Parts read before. A part that is the very same object is not read again.

    Only for documents that nobody changes between one reading and the next.
    """

    def __init__(self) -> None:
        self._parts: dict[tuple[Callable[[Node], Any], int], tuple[object, Any]] = {}

    def read(self, reader: Callable[[Node], Part], node: Node) -> Part:
        """What the reader makes of this part; a refusal is not remembered."""
        key = reader, id(node.value)
        if key not in self._parts:
            if len(self._parts) >= MOST_PARTS:
                self._parts.clear()
            # The value is kept too: as long as it lives, no other object has its identity.
            self._parts[key] = node.value, reader(node)
        part: Part = self._parts[key][1]
        return part
