"""The fields of a form: what a body holds, what is wrong with it, how drafts merge. Pure.

A rating travels in the field `a-<item code>` as a level of the scale or `na` (not observed), a
comment in `c-<box code>`. An item may have a box of its own, for an example: what stands in it
counts only beside the answer that asks for it, and beside any other it waits in the draft.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.questionnaires.rules import example_box

NOT_OBSERVED = "na"
MOST_CHARACTERS = 1_000
# All control characters but the line break; some databases refuse NUL, no reader wants the rest.
# Half characters (surrogates), which JSON lets through, cannot be stored at all.
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")
BLANK_LINES = re.compile(r"\n{3,}")


class FieldProblem(StrEnum):
    UNKNOWN_FIELD = "unknown_field"  # not on this form
    UNKNOWN_LEVEL = "unknown_level"  # not a level of the scale
    TOO_LONG = "too_long"  # a comment of more than MOST_CHARACTERS


@dataclass(frozen=True, kw_only=True, slots=True)
class FormShape:
    """Which fields a form has, in the order of the page."""

    items: tuple[str, ...]
    boxes: tuple[str, ...]
    levels: frozenset[str]
    examples: tuple[tuple[str, str], ...] = ()  # item code, and the level that asks for an example

    @property
    def item_fields(self) -> tuple[str, ...]:
        return tuple(f"a-{code}" for code in self.items)

    @property
    def box_fields(self) -> tuple[str, ...]:
        return tuple(f"c-{code}" for code in self.boxes)

    @property
    def example_fields(self) -> tuple[str, ...]:
        return tuple(f"c-{example_box(code)}" for code, _level in self.examples)

    @property
    def text_fields(self) -> tuple[str, ...]:
        return (*self.example_fields, *self.box_fields)


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """What was sent: field → text, cleaned, and what cannot be taken as it is."""

    values: Mapping[str, str]
    problems: Mapping[str, FieldProblem]

    def missing(self, shape: FormShape) -> tuple[str, ...]:
        """The rating fields without an answer, in the order of the page."""
        return missing_fields(shape, self.values)


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftState:
    """Values with the revision at which each was last changed, and by which copy of the form.

    `revision` is the newest. A copy is one form in one window; its name means nothing.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0


def read_body(shape: FormShape, fields: Iterable[tuple[str, str]]) -> Body:
    """Take the rating and comment fields of a body; others (`action`, tokens) are not ours."""
    values: dict[str, str] = {}
    problems: dict[str, FieldProblem] = {}
    ratings = frozenset(shape.item_fields)
    comments = frozenset(shape.text_fields)
    for name, text in fields:
        if not name.startswith(("a-", "c-")):
            continue
        value = clean(text)
        if name in ratings:
            known = value in shape.levels or value == NOT_OBSERVED
            problem = None if known else FieldProblem.UNKNOWN_LEVEL
        elif name in comments:
            problem = FieldProblem.TOO_LONG if len(value) > MOST_CHARACTERS else None
        else:
            problem = FieldProblem.UNKNOWN_FIELD
        if problem is not None:
            problems[name] = problem
        if problem in {None, FieldProblem.TOO_LONG}:
            values[name] = value
    return Body(values=values, problems=problems)


def clean(text: str) -> str:
    """One kind of line break, no control characters, no space around, no towers of blank lines."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return BLANK_LINES.sub("\n\n", CONTROLS.sub(" ", unified)).strip()


def missing_fields(shape: FormShape, values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in shape.item_fields if not values.get(name))


def answers_of(shape: FormShape, values: Mapping[str, str]) -> dict[str, int | None]:
    """Item code → level; None for "not observed", and for what was left out on purpose."""
    chosen = {code: values.get(f"a-{code}", NOT_OBSERVED) for code in shape.items}
    return {
        code: None if value in {"", NOT_OBSERVED} else int(value) for code, value in chosen.items()
    }


def comments_of(shape: FormShape, values: Mapping[str, str]) -> dict[str, str]:
    """Box code → text, only where something was written and is asked for by the answer given."""
    asked = [
        example_box(code) for code, level in shape.examples if values.get(f"a-{code}") == level
    ]
    return {code: values[f"c-{code}"] for code in (*asked, *shape.boxes) if values.get(f"c-{code}")}


def newer_than(
    draft: DraftState, known: Mapping[str, str], *, base: int, copy: str = ""
) -> dict[str, str]:
    """What other copies changed after revision `base`, where `known` does not say the same.

    A copy never lags behind itself: the answer to its last save may have been lost on the way. A
    copy without a name is told of everything.
    """
    return {
        name: draft.values[name]
        for name, revision in draft.revisions.items()
        if revision > base
        and not (copy and draft.copies.get(name) == copy)
        and known.get(name) != draft.values[name]
    }


def merge(
    draft: DraftState, changes: Mapping[str, str], *, base: int, copy: str = ""
) -> tuple[DraftState, dict[str, str]]:
    """Take changes made on a copy that knew the draft up to revision `base`.

    The last write of each field wins, but a copy that did not know the newest value of a field
    never overwrites it. The second value holds all that is newer than the copy knows, also in
    fields that it did not send: whoever takes it over knows the draft up to its revision.
    """
    newer = newer_than(draft, changes, base=base, copy=copy)
    changed = {
        name: value
        for name, value in changes.items()
        if name not in newer and draft.values.get(name, "") != value
    }
    if not changed:
        return draft, newer
    revision = draft.revision + 1
    merged = DraftState(
        values={**draft.values, **changed},
        revisions={**draft.revisions, **dict.fromkeys(changed, revision)},
        copies={**draft.copies, **dict.fromkeys(changed, copy)},
        revision=revision,
    )
    return merged, newer
