"""What would change if a workbook were taken over."""

from dataclasses import replace

from app.questionnaires.exchange.rules import (
    BoxLine,
    CompetencyLine,
    Content,
    ItemLine,
    TextLine,
    changes_between,
)
from app.workbooks.changes import Change, ChangeKind, FieldChange

FIRST, SECOND = (
    ItemLine(code=code, zh=f"题{code}", en=code, groups="peer", weight="1", reverse="")
    for code in ("a", "b")
)
ABILITY = CompetencyLine(code="C1", zh="能力", en="Ability", items=(FIRST, SECOND))
BOX = BoxLine(code="box1", zh="框", en="Box", prompt_zh="", prompt_en="", audience="internal")
NAME = TextLine(code="name", zh="名", en="Name")
LEVEL = TextLine(code="level", zh="总是", en="Always")
PRESENT = Content(competencies=(ABILITY,), boxes=(BOX,), texts=(NAME, LEVEL))


def items(*lines: ItemLine) -> Content:
    return Content(competencies=(replace(ABILITY, items=lines),))


def test_the_same_content_changes_nothing_nor_does_a_workbook_without_sheets() -> None:
    assert changes_between(PRESENT, PRESENT) == []
    assert changes_between(PRESENT, Content()) == []


def test_what_is_new_what_goes_and_what_is_written_anew_is_told_apart() -> None:
    new = replace(FIRST, code="", zh="新题")

    found = changes_between(PRESENT, items(replace(FIRST, weight="3"), new))

    weight = FieldChange(column="weight", before="1", after="3")
    assert found == [
        Change(kind=ChangeKind.CHANGED, key="item", title="题a", fields=(weight,)),
        Change(kind=ChangeKind.ADDED, key="item", title="新题"),
        Change(kind=ChangeKind.REMOVED, key="item", title="题b"),
    ]


def test_another_order_is_a_change() -> None:
    assert changes_between(PRESENT, items(SECOND, FIRST)) == [
        Change(kind=ChangeKind.CHANGED, key="item", title="")
    ]


def test_a_draft_without_anything_is_filled() -> None:
    kinds = [row.kind for row in changes_between(Content(), PRESENT)]

    assert kinds == [ChangeKind.ADDED] * 6


def test_texts_that_a_workbook_leaves_out_stay() -> None:
    shorter = Content(boxes=(), texts=(LEVEL,))

    assert changes_between(PRESENT, shorter) == [
        Change(kind=ChangeKind.REMOVED, key="box", title="框")
    ]
