"""Drafts are changed by one person at a time, keep their codes, and lose nothing on the way."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.db import db, set_writing
from app.questionnaires.editing import service
from app.questionnaires.editing.content import (
    rows_of_comments,
    rows_of_competency,
    rows_of_scale,
)
from app.questionnaires.editing.rules import Act, Kind, Move, Row
from app.questionnaires.models import Competency, Questionnaire
from app.questionnaires.queries import find_version
from app.questionnaires.service import make_new_version
from app.schemes.service import install_packs


def make_draft() -> Questionnaire:
    install_packs()
    kam = db.session.scalars(select(Questionnaire).where(Questionnaire.code == "kam")).one()
    draft = make_new_version(kam)
    db.session.commit()
    return draft


def changed(rows: list[Row], place: int, **values: str) -> list[Row]:
    row = rows[place]
    rows[place] = Row(kind=row.kind, key=row.key, values={**row.values, **values})
    return rows


def new_item(key: str = "new", **values: str) -> Row:
    sound = {"zh": "新的行为", "en": "Does something new", "groups": "peer", "weight": "2"}
    marks = {"reverse": "1", "critical": "1"}
    return Row(kind=Kind.ITEM, key=key, values={**sound, **marks, **values})


def save(draft: Questionnaire, competency: Competency, rows: list[Row], act: Act | None) -> bool:
    return service.save_competency(
        draft, competency, rows, act, revision=draft.revision, account_id=None
    )


def test_a_page_of_items_is_stored_as_it_was_typed(app: Flask) -> None:
    draft = make_draft()
    first = draft.competencies[0]
    rows = changed(rows_of_competency(first), 0, zh="客户", en="Customers")
    rows = [
        *changed(rows, 1, zh="新的文字", weight="7"),
        new_item(),
        new_item("new0", zh="", en=""),
    ]

    assert save(draft, first, rows, None)
    db.session.commit()

    first = draft.competencies[0]
    assert (first.name_zh, first.name_en, draft.revision) == ("客户", "Customers", 2)
    assert (first.items[0].text_zh, first.items[0].weight) == ("新的文字", 7)
    last = first.items[-1]
    assert (last.code, last.text_en, last.weight, last.reverse) == (
        "kam-c1-10", "Does something new", 2, True,
    )  # fmt: skip
    assert last.critical
    assert [item.position for item in first.items] == list(range(1, len(first.items) + 1))


def test_items_move_and_go_while_the_page_is_saved(app: Flask) -> None:
    draft = make_draft()
    first = draft.competencies[0]
    before = [item.code for item in first.items]

    save(draft, first, rows_of_competency(first), Act(move=Move.UP, key=str(first.items[1].id)))
    save(draft, first, rows_of_competency(first), Act(move=Move.REMOVE, key=str(first.items[2].id)))
    db.session.commit()

    after = [item.code for item in draft.competencies[0].items]
    assert after == [before[1], before[0], *before[3:]]


def test_an_item_that_the_page_does_not_name_stays(app: Flask) -> None:
    draft = make_draft()
    first = draft.competencies[0]
    rows = rows_of_competency(first)

    save(draft, first, [rows[0], rows[2]], None)

    assert len(first.items) == len(rows) - 1
    assert str(first.items[0].id) == rows[2].key


def test_the_code_of_an_item_that_is_gone_is_not_used_again(app: Flask) -> None:
    draft = make_draft()
    first = draft.competencies[0]
    last = next(item for item in first.items if item.code == "kam-c1-09")

    save(draft, first, rows_of_competency(first), Act(move=Move.REMOVE, key=str(last.id)))
    save(draft, first, [*rows_of_competency(first), new_item()], None)

    codes = [item.code for item in first.items]
    assert "kam-c1-09" not in codes
    assert codes[-1] == "kam-c1-10"


def test_names_and_scale_are_stored(app: Flask) -> None:
    draft = make_draft()
    rows = changed(rows_of_scale(draft), 0, zh="新问卷", en="New form")
    rows = changed(rows, 5, zh="几乎总是", en="Almost always")

    assert service.save_scale(draft, rows, revision=1, account_id=None)
    db.session.commit()

    assert (draft.name_zh, draft.name_en) == ("新问卷", "New form")
    assert draft.scale[4] == {"value": 5, "zh": "几乎总是", "en": "Almost always"}
    assert service.save_scale(draft, [], revision=2, account_id=None)
    assert draft.name_zh == "新问卷"


def test_comment_boxes_are_stored_with_what_stands_above_them(app: Flask) -> None:
    draft = make_draft()
    rows = changed(rows_of_comments(draft), 0, lead_zh="说一件事", lead_en="Tell us one thing")
    values = {
        "zh": "感谢",
        "en": "Thanks",
        "audience": "internal",
        "prompt_zh": "",
        "prompt_en": "",
    }
    rows.append(Row(kind=Kind.BOX, key="new", values=values))

    service.save_comments(
        draft, rows, Act(move=Move.REMOVE, key="box-stop"), revision=1, account_id=None
    )
    db.session.commit()

    boxes = draft.comment_boxes
    assert [box["code"] for box in boxes] == ["start", "continue", "customer", "box1"]
    assert [box["lead_zh"] == "说一件事" for box in boxes] == [True, True, False, True]
    assert boxes[3]["prompt_zh"] == ""


def test_competencies_are_added_moved_and_taken_out(app: Flask) -> None:
    draft = make_draft()
    name = Row(kind=Kind.NAME, key="names", values={"zh": "诚信", "en": "Integrity"})

    made = service.add_competency(draft, name, account_id=None)
    db.session.commit()
    service.move_competency(draft, made, Move.UP, revision=2, account_id=None)
    service.move_competency(draft, draft.competencies[0], Move.DOWN, revision=3, account_id=None)
    service.move_competency(draft, draft.competencies[2], Move.REMOVE, revision=4, account_id=None)
    db.session.commit()

    assert [row.code for row in draft.competencies] == ["C2", "C1", "C5", "C4"]


Change = Callable[[Questionnaire], object]


def _save_items(draft: Questionnaire) -> bool:
    first = draft.competencies[0]
    rows = changed(rows_of_competency(first), 1, zh="迟到的修改")
    return service.save_competency(draft, first, rows, None, revision=1, account_id=None)


def _save_scale(draft: Questionnaire) -> bool:
    return service.save_scale(draft, rows_of_scale(draft), revision=1, account_id=None)


def _save_comments(draft: Questionnaire) -> bool:
    return service.save_comments(draft, [], None, revision=1, account_id=None)


@pytest.mark.parametrize("change", [_save_items, _save_scale, _save_comments])
def test_a_page_made_before_somebody_else_saved_changes_nothing(app: Flask, change: Change) -> None:
    draft = make_draft()
    assert service.save_scale(draft, rows_of_scale(draft), revision=1, account_id=None)
    db.session.commit()
    before = [(box["code"], box["zh"]) for box in draft.comment_boxes]

    assert change(draft) is False
    db.session.commit()

    assert draft.revision == 2
    assert draft.competencies[0].items[0].text_zh == "按约定的间隔拜访重点客户"
    assert [(box["code"], box["zh"]) for box in draft.comment_boxes] == before


def test_moves_and_deletions_from_a_stale_page_are_refused(app: Flask) -> None:
    draft = make_draft()
    service.save_scale(draft, rows_of_scale(draft), revision=1, account_id=None)

    with pytest.raises(service.DraftError):
        service.move_competency(
            draft, draft.competencies[0], Move.REMOVE, revision=1, account_id=None
        )
    with pytest.raises(service.DraftError):
        service.discard(draft, revision=1, account_id=None)

    assert len(draft.competencies) == 4


def test_a_draft_is_deleted_and_the_version_before_it_stays(app: Flask) -> None:
    draft = make_draft()
    draft_id = draft.id

    service.discard(draft, revision=1, account_id=None)
    db.session.commit()

    assert find_version(draft_id) is None
    assert (
        len(db.session.scalars(select(Questionnaire).where(Questionnaire.code == "kam")).all()) == 1
    )


def test_a_published_version_is_not_changed(app: Flask) -> None:
    draft = make_draft()
    draft.published_at = now()
    db.session.commit()

    assert _save_items(draft) is False
    with pytest.raises(service.DraftError):
        service.discard(draft, revision=1, account_id=None)


def test_nothing_is_added_to_a_draft_that_is_deleted_meanwhile(app: Flask) -> None:
    draft = make_draft()
    name = Row(kind=Kind.NAME, key="names", values={"zh": "诚信", "en": "Integrity"})
    service.discard(draft, revision=1, account_id=None)

    with pytest.raises(service.DraftError, match="其他人"):
        service.add_competency(draft, name, account_id=None)


def test_of_two_who_save_at_one_moment_one_is_told(app: Flask) -> None:
    draft_id = make_draft().id
    db.session.remove()
    together, results = threading.Barrier(2), []

    def one(number: int) -> None:
        with app.app_context():
            set_writing(True)
            together.wait()
            draft = find_version(draft_id)
            assert draft is not None
            rows = changed(rows_of_scale(draft), 0, zh=f"问卷{number}")
            saved = service.save_scale(draft, rows, revision=1, account_id=None)
            db.session.commit() if saved else db.session.rollback()
            results.append((saved, f"问卷{number}"))
            db.session.remove()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    draft = find_version(draft_id)
    assert draft is not None
    assert sorted(saved for saved, _name in results) == [False, True]
    assert [name for saved, name in results if saved] == [draft.name_zh]
