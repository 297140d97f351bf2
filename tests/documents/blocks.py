"""Passages of a document that are computed: each stands between two marks and is written anew.

``.venv/bin/python -m tests.documents`` rewrites them after the engine, the example or a wording
has changed; a test compares what stands there with what would be written.
"""

import re
from collections.abc import Callable, Mapping

MARKED = re.compile(r"(<!-- computed: (?P<name>[\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def rewritten(text: str, passages: Mapping[str, Callable[[], str]]) -> str:
    """The document with every marked passage as it should be.

    Raises KeyError for a mark that nobody computes, and for a passage without a mark.
    """
    marked = [found["name"] for found in MARKED.finditer(text)]
    for name in (set(marked) ^ set(passages)) | {name for name in marked if marked.count(name) > 1}:
        raise KeyError(name)
    return MARKED.sub(lambda found: f"{found[1]}{passages[found['name']]()}\n{found[4]}", text)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; a column of nothing but figures stands to the right."""
    marks = [_mark(column) for column in zip(*rows, strict=True)]
    lines = [head, marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _mark(column: tuple[str, ...]) -> str:
    filled = [text.strip("*") for text in column if text not in {"", "—"}]
    are_figures = all(re.fullmatch(r"[+−]?[\d.]+%?", text) for text in filled)
    return "---:" if filled and are_figures else "---"
