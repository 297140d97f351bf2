"""Computed ratings on their way to the table, kept in a file so that memory does not fill up.

The file has no name, and is gone with the computation.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Self

from app.db import WrittenJson

IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One version of a rating without its documents."""

    participant_id: int
    version: int
    status: str
    final: str | None
    grade: str | None
    seal: str


class Spool:
    """Rows in the order in which they were put in. `inputs` and `result` are JSON in one line."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed by __exit__
            max_size=IN_MEMORY, mode="w+", encoding="utf-8"
        )
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._rows

    def put(self, figures: Figures, *, inputs: str, result: str) -> None:
        for line in (json.dumps(asdict(figures)), inputs, result):
            self._file.write(line + "\n")
        self._rows += 1

    def rows(self) -> Iterator[dict[str, Any]]:
        """All of them, from the first, as columns."""
        self._file.seek(0)
        lines = (line.rstrip("\n") for line in self._file)
        while three := list(islice(lines, 3)):
            figures, inputs, result = three
            yield {
                **json.loads(figures),
                "inputs": WrittenJson(inputs),
                "result": WrittenJson(result),
            }
