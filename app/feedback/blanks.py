"""The questions of a form as HTML, rendered once and then only filled in.

A form has some two hundred choices that are the same for everybody; a page says of each whether it
is chosen, and of each question whether it was left out. A box for an example holds what was typed,
and what is to be said about it.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import render_template
from markupsafe import Markup, escape

from app.feedback.callers import Asked
from app.feedback.frozen import KEPT_FORMS, Launch, launch_of
from app.feedback.pages import FormPage, Visit, frozen_form
from app.people.groups import RaterGroup
from app.web.language import language

GAP = secrets.token_hex()  # stands in no text, whoever wrote it


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A gap for what was typed into a box, or for what is said about it."""

    box: str  # the name of its field
    is_typed: bool


Gap = tuple[str, str] | str | Words
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Blank:
    """HTML in pieces, with a gap between each two: a choice (field, value), a question (id), or
    words in or above a box."""

    pieces: tuple[str, ...]
    gaps: tuple[Gap, ...]
    empty: Markup  # the same with nothing in the gaps

    def filled(
        self,
        values: Mapping[str, str],
        missing: Collection[str],
        said: Mapping[str, str] = NOTHING,
    ) -> Markup:
        """The questions with these answers; `missing` are ids of questions to point at.

        `said` are sentences to stand above boxes, by the name of the box's field.
        """
        if not values and not missing:
            return self.empty
        filled = [self.pieces[0]]
        for gap, piece in zip(self.gaps, self.pieces[1:], strict=True):
            if isinstance(gap, str):
                filled.append(' class="miss"' if gap in missing else "")
            elif isinstance(gap, Words):
                filled.append(escape((values if gap.is_typed else said).get(gap.box, "")))
            elif values.get(gap[0]) == gap[1]:
                filled.append(" checked")
            filled.append(piece)
        return Markup("".join(filled))  # noqa: S704 - what a template has escaped already


def blank_form(visit: Visit, asked: Asked) -> Blank:
    """The questions about one person; what a launch has frozen is rendered once."""
    return _frozen_blank(launch_of(visit.cycle), asked.scheme_id, asked.group, language())


@lru_cache(KEPT_FORMS)
def _frozen_blank(launch: Launch, scheme_id: int, group: RaterGroup, spoken: str) -> Blank:
    return blank_of(frozen_form(launch, scheme_id, group, spoken))


def blank_of(form: FormPage) -> Blank:
    """The questions of a form in the language of the page that is being made."""
    gaps: list[Gap] = []

    def mark(gap: Gap) -> str:
        gaps.append(gap)
        return GAP

    shown = render_template(
        "feedback/questions.html",
        form=form,
        mark_chosen=lambda field, value: mark((field, value)),
        mark_missing=mark,
        mark_typed=lambda box: mark(Words(box=box, is_typed=True)),
        mark_said=lambda box: mark(Words(box=box, is_typed=False)),
    )
    empty = Markup(shown.replace(GAP, ""))  # noqa: S704 - as above
    return Blank(pieces=tuple(shown.split(GAP)), gaps=tuple(gaps), empty=empty)
