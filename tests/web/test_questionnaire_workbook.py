"""A draft goes out as a workbook and comes back: exactly, with every fault named, or not at all."""

import re
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.auth.models import Role
from app.db import db
from app.questionnaires.exchange.rules import Content, items_of
from app.questionnaires.exchange.service import content_of
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_draft
from app.questionnaires.service import make_new_version
from app.schemes.service import install_packs
from app.workbooks.reading import read_workbook
from app.workbooks.writing import SheetContent, write_workbook
from tests.factories import make_account, sign_in
from tests.texts import words_of

Cells = list[list[str]]
ITEMS, BOXES, TEXTS = "题目", "评语框", "名称和量表"


def open_draft(client: FlaskClient, code: str = "kam") -> str:
    """A draft; gives the address of its workbook's page."""
    install_packs()
    ready = db.session.scalars(select(Questionnaire).where(Questionnaire.code == code)).one()
    draft = make_new_version(ready)
    sign_in(client, make_account(role=Role.HR))
    return f"/hr/q/{draft.id}/workbook"


def content(code: str = "kam") -> Content:
    found = find_draft(code)
    assert found is not None
    return content_of(found)


def taken_out(client: FlaskClient, address: str) -> dict[str, Cells]:
    """The workbook's sheets, headers first."""
    sheets = read_workbook(client.get(f"{address}/questionnaire.xlsx").data)
    return {
        sheet.name: [list(row.cells) for row in (sheet.header, *sheet.rows)] for sheet in sheets
    }


def bring_in(client: FlaskClient, address: str, sheets: dict[str, Cells]) -> TestResponse:
    file = write_workbook(
        [SheetContent(name=name, header=rows[0], rows=rows[1:]) for name, rows in sheets.items()]
    )
    return client.post(address, data={"file": (BytesIO(file), "draft.xlsx")})


def confirm(client: FlaskClient, address: str, shown: TestResponse) -> TestResponse:
    """Press the button of the page that shows the changes."""
    page = BeautifulSoup(shown.text, "html.parser")
    form = page.select_one("form[action$='/apply']")
    assert form is not None
    sent = {str(field["name"]): str(field["value"]) for field in form.select("input[name]")}
    return client.post(f"{address}/apply", data=sent)


@pytest.mark.parametrize("code", ["kam", "rep"])
def test_what_was_taken_out_comes_back_without_a_change(client: FlaskClient, code: str) -> None:
    address = open_draft(client, code)
    file = client.get(f"{address}/questionnaire.xlsx").data

    shown = client.post(address, data={"file": (BytesIO(file), "same.xlsx")})

    assert shown.status_code == 200
    assert "There is nothing to change." in shown.text


def test_changes_are_shown_first_and_then_taken_over_at_once(client: FlaskClient) -> None:
    address = open_draft(client)
    sheets = taken_out(client, address)
    items = sheets[ITEMS]
    before = content()
    items[1][4:9] = ["=1+1", "-Visits customers", "客户", "3", "是"]
    gone = items.pop(3)
    items.append(["", "新能力", "New ability", "", "说明交货日期", "Tells dates", "同事", "", ""])
    items.append([*items[2][:3], "", "记下客户的要求", "Notes wishes", "同事", "2", "否"])
    sheets[TEXTS][1][1] = "新的问卷名"
    sheets[BOXES].append(["", "其他", "Other", "", "", "客户"])

    shown = bring_in(client, address, sheets)
    assert shown.status_code == 200
    assert content() == before
    for words in ("=1+1", "说明交货日期", gone[4], "新的问卷名"):
        assert words in shown.text
    taken = confirm(client, address, shown)

    assert taken.location == address.removesuffix("/workbook")
    after = content()
    assert after.competencies is not None
    assert [line.code for line in after.competencies] == ["C1", "C2", "C3", "C4", "C5"]
    assert after.competencies[4].zh == "新能力"
    first = after.competencies[0].items[0]
    assert (first.code, first.zh, first.en) == ("kam-c1-01", "=1+1", "-Visits customers")
    assert (first.groups, first.weight, first.reverse) == ("customer", "3", "1")
    codes = [item.code for item in items_of(after.competencies)]
    assert gone[3] not in codes
    assert len(set(codes)) == len(codes)
    added = after.competencies[0].items[-1]
    assert added.zh == "记下客户的要求"
    assert re.fullmatch(r"kam-c1-\d\d", added.code)
    assert after.boxes is not None
    assert after.boxes[-1].zh == "其他"
    assert after.texts is not None
    assert after.texts[0].zh == "新的问卷名"
    again = bring_in(client, address, taken_out(client, address))
    assert "There is nothing to change." in again.text


def test_formulas_stay_text_in_the_workbook(client: FlaskClient) -> None:
    address = open_draft(client)
    draft = find_draft("kam")
    assert draft is not None
    draft.competencies[0].items[0].text_zh = '=HYPERLINK("http://bad.example")'
    db.session.commit()

    sheets = taken_out(client, address)

    assert sheets[ITEMS][1][4] == '=HYPERLINK("http://bad.example")'


def test_every_bad_cell_is_named_with_what_to_do_and_nothing_is_taken_over(
    client: FlaskClient,
) -> None:
    address = open_draft(client)
    before = content()
    sheets = taken_out(client, address)
    items = sheets[ITEMS]
    items[1][4] = ""
    items[2][6] = "朋友"
    items[3][7] = "1.5"
    items[4][3] = items[5][3]
    items[6][0] = "C9"
    items[7][1] = "别的名称"
    items[8][8] = "也许"
    items[9][5] = "x" * 401
    sheets[BOXES][1][3] = ""
    sheets[TEXTS][2][1] = sheets[TEXTS][3][1]
    sheets[TEXTS].append(["别的", "文字", "Text"])
    sheets[TEXTS].append([sheets[TEXTS][1][0], "名", "Name"])

    shown = bring_in(client, address, sheets)

    assert shown.status_code == 422
    page = words_of(shown.text)
    for words in (
        "题目, row 2, column E (题目（中文）) the cell is empty an entry",
        "row 3, column G (谁来填) “朋友” 同事 (all colleagues), 客户 (customers), or some of",
        "row 4, column H (权重) “1.5” a whole number from 1 to 100",
        "row 6, column D (题目编号) the code kam-c1-05 stands in row 5 already",
        "row 7, column A (能力项编号) this questionnaire has no code C9",
        "row 8, column B (能力项（中文）) “别的名称”, while row 2 says “客户关系维护”",
        "row 9, column I (反向题) “也许” 是 (yes) or 否 (no)",
        "row 10, column F (题目（英文）) the text is too long",
        "评语框, row 2, column D (提问（中文）) the cell is empty",
        "column B (中文) level 1 is called",
        "column A (项目) “别的” one of:",
        "column A (项目) “问卷名称” stands in row 2 already",
    ):
        assert words in page, (words, page)
    assert "12 cells need to be changed. Nothing is stored." in page
    assert content() == before


def test_texts_of_the_scale_are_there_and_short_and_an_ability_may_have_no_items(
    client: FlaskClient,
) -> None:
    address = open_draft(client)
    sheets = taken_out(client, address)
    sheets.pop(BOXES)
    sheets[ITEMS].append(["", "空能力", "Without items"])
    sheets[ITEMS][1][3] = "kam-c9-99"
    sheets[TEXTS][2][1:] = ["", ""]
    sheets[TEXTS][3][2] = "x" * 25
    sheets[TEXTS].append(["", "文字", "Text"])

    page = bring_in(client, address, sheets).text

    assert "this questionnaire has no code kam-c9-99" in page
    assert "5 cells need to be changed." in page
    only_items = {ITEMS: sheets[ITEMS][:1] + sheets[ITEMS][2:]}
    assert "Without items" not in page
    shown = bring_in(client, address, only_items)
    assert "空能力" in shown.text
    confirm(client, address, shown)
    assert taken_out(client, address)[ITEMS][-1][1:3] == ["空能力", "Without items"]


def test_a_draft_that_was_changed_meanwhile_is_compared_anew(client: FlaskClient) -> None:
    address = open_draft(client)
    sheets = taken_out(client, address)
    sheets[ITEMS][1][4] = "由表格修改"
    shown = bring_in(client, address, sheets)
    draft = find_draft("kam")
    assert draft is not None
    draft.revision += 1
    draft.competencies[0].items[1].text_zh = "由别人修改"
    db.session.commit()

    told = confirm(client, address, shown)

    assert told.status_code == 409
    assert "Somebody else has changed this draft meanwhile." in told.text
    assert '<del lang="zh-CN">由别人修改</del>' in told.text
    assert confirm(client, address, told).status_code == 302
    changed = content().competencies
    assert changed is not None
    assert changed[0].items[0].zh == "由表格修改"


def test_a_sheet_that_is_left_out_leaves_its_part_as_it_is(client: FlaskClient) -> None:
    address = open_draft(client)
    before = content()
    sheets = {TEXTS: taken_out(client, address)[TEXTS][:3]}
    sheets[TEXTS][2][2] = "Not once"

    confirm(client, address, bring_in(client, address, sheets))

    after = content()
    assert (after.competencies, after.boxes) == (before.competencies, before.boxes)
    assert after.texts is not None
    assert after.texts[1].en == "Not once"


def test_files_that_are_no_such_workbook_are_refused_in_words(client: FlaskClient) -> None:
    address = open_draft(client)
    long = [["能力项（中文）", "能力项（英文）", "题目（中文）", "题目（英文）", "谁来填"]]
    long += [["一", "One", f"题{number}", f"Item {number}", "同事"] for number in range(501)]

    answers = {
        "Please choose a file.": client.post(address, data={}),
        "No sheet to import was found.": bring_in(client, address, {"别的": [["a"], ["b"]]}),
        "This is no XLSX workbook, and read as CSV it lacks column headings": client.post(
            address, data={"file": (BytesIO(b"to be sent later"), "a.xlsx")}
        ),
        "A sheet has more than 500 rows.": bring_in(client, address, {ITEMS: long}),
        "The file is damaged.": client.post(
            address, data={"file": (BytesIO(b"PK\x03\x04broken"), "a.xlsx")}
        ),
    }

    for words, answer in answers.items():
        assert answer.status_code == 422
        assert words in answer.text


def test_a_published_version_goes_out_and_takes_nothing_in(client: FlaskClient) -> None:
    open_draft(client)
    ready = db.session.scalars(select(Questionnaire).where(Questionnaire.version == 1)).first()
    assert ready is not None
    address = f"/hr/q/{ready.id}/workbook"

    assert set(taken_out(client, address)) == {ITEMS, BOXES, TEXTS}
    assert client.get(address).status_code == 409
    assert client.post(f"{address}/apply", data={"rows": "[]"}).status_code == 409


def test_rows_that_no_page_of_ours_has_made_are_a_bad_request(client: FlaskClient) -> None:
    address = open_draft(client)

    for rows in ("", "{", "[1]", '[["题目", false, []]]', '[["题目", false, [["x"]]]]'):
        assert client.post(f"{address}/apply", data={"rows": rows}).status_code == 400
