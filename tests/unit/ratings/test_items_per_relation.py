"""Rater groups with different items in one competency: each form is complete in itself."""

import json
from typing import Any

from app.ratings.computing import compute
from app.ratings.inputs import Answered, Form, build_document
from app.ratings.reading import shown_result
from app.ratings.sheet import FormCompetency, FormItem
from app.ratings.shown import ShownResult, WithheldKind
from tests.unit.ratings.test_rating_documents import KAM, SHEET

BOSS, PEER, BELOW = "supervisor", "peer", "subordinate"
ASKED = {"a": (BOSS, PEER), "b": (BOSS, PEER), "c": (BOSS, PEER, BELOW), "d": (BELOW,)}
"""Item of the first competency → whom it is asked; nobody else is asked anything there."""


def item(code: str, groups: tuple[str, ...]) -> FormItem:
    return FormItem(code=code, groups=groups, text_zh=code, text_en=code, weight=1, reverse=False)


def competency(code: str, *items: FormItem) -> FormCompetency:
    return FormCompetency(code=code, name_zh=code, name_en=code, items=items)


FORM = Form(
    competencies=(
        competency("C1", *(item(code, groups) for code, groups in ASKED.items())),
        *(competency(code, item(code.lower(), (BOSS,))) for code in ("C2", "C3", "C4")),
    ),
    boxes=(),
)


def rater(group: str, number: int, **answers: int | None) -> Answered:
    return Answered(id=f"{group}{number}", group=group, answers=answers, comments={})


def document(answered: list[Answered]) -> dict[str, Any]:
    return build_document(
        identity="p1",
        title="A round",
        definition=KAM,
        form=FORM,
        lines=SHEET,
        answered=answered,
        k_min=3,
        order_key=b"secret",
    )


def lines_of(answered: list[Answered]) -> dict[str, tuple[int, str]]:
    """Group → how many counted in the first competency, and their mean."""
    elements = [
        element
        for dimension in compute(document(answered)).result["dimensions"]
        for element in dimension["elements"]
        if element["id"] == "C1"
    ]
    return {line["group"]: (line["n"], line["mean"]["dec"]) for line in elements[0]["groups"]}


def shown(answered: list[Answered]) -> ShownResult:
    result = compute(document(answered)).result
    return shown_result(json.loads(json.dumps(result)), "en")


def everybody(below: int = 3) -> list[Answered]:
    return [
        rater(BOSS, 1, a=4, b=4, c=4),
        *(rater(PEER, n, a=2, b=3, c=4) for n in range(3)),
        *(rater(BELOW, n, c=5, d=3) for n in range(below)),
    ]


def test_every_group_is_averaged_over_the_items_of_its_own_form() -> None:
    assert lines_of(everybody()) == {BOSS: (1, "4"), PEER: (3, "3"), BELOW: (3, "4")}


def test_coverage_counts_what_was_asked_and_not_what_others_were_asked() -> None:
    half = [rater(BELOW, n, c=5, d=None) for n in range(3)]
    few = [rater(PEER, n, a=2, b=None, c=None) for n in range(3)]

    lines = lines_of([rater(BOSS, 1, a=4, b=4, c=4), *few, *half])

    assert lines == {BOSS: (1, "4"), BELOW: (3, "5")}


def test_items_of_others_are_neither_shown_nor_called_missing() -> None:
    first = shown(everybody()).competencies[0]

    figures = {row.text: {one.label: one.text for one in row.figures} for row in first.items}
    assert figures == {
        "a": {"Supervisor": "4", "Peers": "2.0"},
        "b": {"Supervisor": "4", "Peers": "3.0"},
        "c": {"Supervisor": "4", "Peers": "4.0", "Direct reports": ""},
        "d": {"Direct reports": ""},
    }


def test_merged_groups_of_which_one_is_small_show_no_item_that_would_part_them() -> None:
    first = shown(everybody(below=2)).competencies[0]

    merged = {row.text: row.figures[-1].text for row in first.items}
    assert first.cells[1].is_merged
    assert merged == {"a": "", "b": "", "c": "", "d": ""}


def test_only_groups_that_were_asked_are_named_as_too_few() -> None:
    result = shown([rater(BOSS, 1, a=4, b=4, c=4, c2=4, c3=4, c4=4)])

    notes = [[(note.kind, note.groups) for note in row.withheld] for row in result.competencies]
    assert (WithheldKind.GROUP, ("Peers",)) in notes[0]
    assert (WithheldKind.GROUP, ("Direct reports",)) in notes[0]
    assert (WithheldKind.GROUP, ("Customers",)) not in notes[0]
    assert notes[1] == [(WithheldKind.COMPETENCY, ())]


def test_items_for_a_whole_audience_stand_in_the_document_as_they_always_have() -> None:
    whole = item("x", ("self", BOSS, PEER, BELOW))
    form = Form(
        competencies=tuple(
            competency(code, whole, item("y", ("customer",)), item("z", (PEER, "customer")))
            for code in ("C1", "C2", "C3", "C4")
        ),
        boxes=(),
    )
    made = build_document(
        identity="p1",
        title="A round",
        definition=KAM,
        form=form,
        lines=SHEET,
        answered=[],
        k_min=3,
        order_key=b"secret",
    )

    items = made["dimensions"][1]["elements"][-1]["items"]
    assert [{key: row.get(key) for key in ("audience", "groups")} for row in items] == [
        {"audience": "internal", "groups": None},
        {"audience": "customer", "groups": None},
        {"audience": None, "groups": [PEER, "customer"]},
    ]
