"""What keeps a form from being submitted together with others, and what may have changed. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.feedback.answers import Body, FormShape

# Of several forms in one body. Behind a link 256 kB are taken in; a part of the body has a name, a
# separator and breaks of line around it, which take up to so many bytes.
MOST_AT_ONCE, MOST_BYTES, BYTES_AROUND = 15, 240_000, 160


class Why(StrEnum):
    """Why a form waits while others are submitted."""

    NO_QUESTIONS = "no_questions"  # it asks this reviewer nothing
    NOT_BEGUN = "not_begun"
    TOO_LONG = "too_long"  # a comment
    QUESTIONS = "questions"  # some have no answer
    TELLING = "telling"  # a comment may tell who wrote it: its own page asks for one look
    NEXT = "next"  # nothing is wrong with it, but as many as can go at once come first


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """What keeps a form back, and the first field that it concerns; empty for the whole form."""

    why: Why
    field: str = ""
    number: int = 0  # of questions without an answer


class Change(StrEnum):
    """What is otherwise than the page showed it; one such form holds all of the page back."""

    NEWER = "newer"  # its draft was changed on another page
    INCOMPLETE = "incomplete"  # an answer is missing, or is none of this form
    MOVED = "moved"  # it is asked for as of another group, under another notice
    NOTICE = "notice"  # the words of its notice are others, as of the same group
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # it is not asked for any more


def wait_of(
    shape: FormShape, body: Body, *, is_begun: bool, telling: Collection[str] = ()
) -> Wait | None:
    """What keeps this form back; None when it can be submitted as it is.

    `telling` are the fields of comments that may tell who wrote them. What stands in a field that
    the form does not have is left out, and so keeps nothing back.
    """
    if not shape.items:
        return Wait(why=Why.NO_QUESTIONS)
    if not is_begun:
        return Wait(why=Why.NOT_BEGUN)
    too_long = [field for field in body.problems if field in body.values]
    if too_long:
        return Wait(why=Why.TOO_LONG, field=too_long[0])
    missing = body.missing(shape)
    if missing:
        return Wait(why=Why.QUESTIONS, field=missing[0], number=len(missing))
    if telling:
        return Wait(why=Why.TELLING, field=next(iter(telling)))
    return None


def change_of_notice(shown: str, current: str) -> Change | None:
    """Which change has led from one version of a form's notice to another; None for the same.

    A version names the group in its third part. Only where both do may HR be said to have moved the
    form; the notice also gets new words, and other minimums.
    """
    if shown == current:
        return None
    groups = [version.split("/")[2:3] for version in (shown, current)]
    return Change.MOVED if all(groups) and groups[0] != groups[1] else Change.NOTICE


def is_sendable(shape: FormShape, body: Body) -> bool:
    """Whether a body holds an answer to each question, and nothing that is not of the form."""
    return bool(shape.items) and not body.problems and not body.missing(shape)


def bytes_in_body(values: Mapping[str, str]) -> int:
    """How much these fields take of a body at most; a browser sends each break of line as two."""
    return sum(len(text.encode()) + text.count("\n") + BYTES_AROUND for text in values.values())


def examples_left(shape: FormShape, values: Mapping[str, str]) -> list[str]:
    """Fields of the examples that the answers ask for and nobody has given; they may stay out."""
    asked = zip(shape.examples, shape.example_fields, strict=True)
    return [
        field
        for (code, level), field in asked
        if values.get(f"a-{code}") == level and not values.get(field)
    ]
