"""HR uploads a workbook, sees what it would do, and confirms; until then nothing is written."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.auth.models import Account, Role
from app.clock import now
from app.db import db
from app.kpi.imports.models import StagedWorkbook
from app.people.models import Person
from app.workbooks.reading import read_workbook
from app.workbooks.writing import SheetContent, write_workbook
from tests.factories import make_account, make_person, sign_in
from tests.workbook_files import (
    PEOPLE,
    RELATIONS,
    contact,
    kpi,
    make_workbook,
    person,
    relation,
    repack,
)

OTHER_SHEET = SheetContent(name="别的", header=["a"], rows=[["b"]])
CANARY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def hr(client: FlaskClient) -> Account:
    account = make_account(role=Role.HR, locale="zh")
    sign_in(client, account)
    return account


def upload(client: FlaskClient, content: bytes, name: str = "人员.xlsx") -> TestResponse:
    return client.post("/hr/import", data={"file": (BytesIO(content), name)})


def preview(client: FlaskClient, content: bytes) -> tuple[str, TestResponse]:
    """The address of the preview, and the page."""
    answer = upload(client, content)
    assert answer.status_code == 302, answer.text
    return answer.location, client.get(answer.location)


def words(response: TestResponse) -> str:
    page: Any = BeautifulSoup(response.text, "html.parser")
    return re.sub(r"\s+", " ", page.main.get_text())


def count_people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def count_staged() -> int:
    return db.session.scalar(select(func.count()).select_from(StagedWorkbook)) or 0


def test_a_sound_workbook_is_previewed_then_confirmed(client: FlaskClient, hr: Account) -> None:
    address, page = preview(client, make_workbook())

    assert "可以导入：新增 10，更新 0，不变 0。" in words(page)
    assert "王璟" in words(page)
    assert "导入 10 行" in words(page)
    assert count_people() == 0

    answer = client.post(f"{address}/confirm")

    assert answer.location == "/hr/people"
    assert count_people() == 4
    assert count_staged() == 0
    assert "已导入：新增 10，更新 0，移除 0，不变 0。" in words(client.get("/hr/people"))


def test_the_preview_speaks_english_too(client: FlaskClient, hr: Account) -> None:
    address, _ = preview(client, make_workbook())

    page = words(client.get(f"{address}?lang=en"))

    assert "Ready to import: 10 new, 0 changed, 0 unchanged." in page
    assert "Import 10 rows" in page


def test_the_same_file_again_has_nothing_to_import(client: FlaskClient, hr: Account) -> None:
    address, _ = preview(client, make_workbook())
    client.post(f"{address}/confirm")

    _, page = preview(client, make_workbook())

    assert "无需导入" in words(page)
    assert "confirm" not in page.text


def test_changes_are_shown_before_and_after(client: FlaskClient, hr: Account) -> None:
    address, _ = preview(client, make_workbook())
    client.post(f"{address}/confirm")

    changed = [*RELATIONS[:2], relation("2", "3", "下级")]
    _, page = preview(client, make_workbook(relations=changed))

    text = words(page)
    assert "关系：同级 → 下级" in text
    assert "将移除 1。" in text
    assert "关系：客户 → 空" in text


def test_errors_are_grouped_by_what_to_do_and_nothing_can_be_confirmed(
    client: FlaskClient, hr: Account
) -> None:
    bad = make_workbook(
        people=[*PEOPLE, person("5", "吴祎", manager_number="1O"), person("", "无号")],
        relations=[*RELATIONS, relation("2", "6", "上级")],
    )
    address, page = preview(client, bad)

    text = words(page)
    assert "3 处错误，未导入任何内容。" in text
    assert "改正工号，或补上此人 (2)" in text
    assert "人员 第 6 行 E 列（上级工号） 工号 1O 不存在 某位员工的工号" in text
    assert page.text.index("改正工号") < page.text.index("补填空白单元格")
    assert "怎么改" in text
    assert "/confirm" not in page.text

    assert client.post(f"{address}/confirm").location == address
    assert count_people() == 0


def test_only_the_first_fifty_errors_are_shown_and_the_copy_has_all(
    client: FlaskClient, hr: Account
) -> None:
    people = [person(str(number), "", locale="zh") for number in range(1, 71)]
    address, page = preview(client, make_workbook(people=people, relations=None, kpis=None))

    assert "补填空白单元格 (70)" in words(page)
    assert page.text.count('<th scope="row">人员 第') == 50
    assert "此处显示前 50 条" in words(page)
    copy = client.get(f"{address}/annotated.xlsx")
    assert len(read_workbook(copy.data)[0].rows) == 70


def test_the_marked_copy_speaks_the_readers_language(client: FlaskClient, hr: Account) -> None:
    address, _ = preview(client, make_workbook(people=[*PEOPLE, person("5", "")]))

    copy = client.get(f"{address}/annotated.xlsx?lang=en")

    assert str(copy.mimetype).endswith("spreadsheetml.sheet")
    assert "attachment" in copy.headers["Content-Disposition"]
    assert read_workbook(copy.data)[0].rows[0].cells[5:] == (
        "the cell is empty",
        "an entry",
        "Fill in the empty cells.",
    )


def test_what_was_tidied_up_and_left_out_is_told(client: FlaskClient, hr: Account) -> None:
    content = "工号,姓名,邮箱,备注\n１,王璟,A@firm.example,x\n".encode("gb18030")

    _, page = preview(client, content)

    text = words(page)
    assert "全角字母、数字改为半角 (1)" in text
    assert "邮箱改为小写 (1)" in text
    assert "“人员”中不导入的列：备注" in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"<html><body>x</body></html>", "这既不是 XLSX 工作簿，也不是 CSV 文件"),
        (b"a,b\n1,2\n", "按 CSV 读取，又缺少模板中的列标题"),
        ("名单稍后再发，谢谢。\n".encode(), "这不是 XLSX 工作簿；按 CSV 读取，又缺少"),
        (write_workbook([OTHER_SHEET]), "没有找到可导入的表"),
        (b"\xd0\xcf\x11\xe0", "文件设有密码，或是旧的 XLS 格式"),
        (repack(make_workbook(), {"xl/vbaProject.bin": b"x"}), "工作簿含有宏"),
    ],
    ids=["empty", "html", "other table", "plain text", "other sheets", "xls", "xlsm"],
)
def test_a_wrong_file_gets_a_sentence(
    client: FlaskClient, hr: Account, content: bytes, sentence: str
) -> None:
    answer = upload(client, content)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert count_staged() == 0


def test_a_form_without_a_file_asks_for_one(client: FlaskClient, hr: Account) -> None:
    answer = client.post("/hr/import", data={})

    assert answer.status_code == 422
    assert "请选择文件。" in words(answer)


def test_markup_in_any_cell_is_shown_as_text(client: FlaskClient, hr: Account) -> None:
    row = {"name": CANARY, "department": CANARY, "job": CANARY, "job_level": CANARY}
    people = [person("1", "王璟", **{key: value for key, value in row.items() if key != "name"})]
    people.append({**person("2", "x"), **row})
    customers = [contact("c@customer.example", CANARY, owner_number="2", company=CANARY)]
    sound = make_workbook(
        people=[*people, *customers],
        relations=[relation("2", "c@customer.example", "客户")],
        kpis=[kpi("2", CANARY, "100", dimension=CANARY, source=CANARY, evidence=CANARY)],
    )
    address, page = preview(client, sound)
    client.post(f"{address}/confirm")
    listed = client.get("/hr/people")
    searched = client.get("/hr/people", query_string={"q": CANARY, "name": CANARY, "id": "0"})
    bad = [person("1", "x", locale=CANARY, time_zone=CANARY, email=CANARY, kind=CANARY)]
    _, errors = preview(client, make_workbook(people=bad, kpis=[kpi(CANARY, "x", CANARY)]))
    odd = upload(client, make_workbook(), name=f"{CANARY}.xlsx")
    named = client.get(odd.location)

    for response in (page, listed, searched, errors, named):
        assert response.status_code == 200
        assert CANARY not in response.text
        assert "&lt;img src=x onerror" in response.text


def test_a_staged_file_belongs_to_whoever_uploaded_it(client: FlaskClient, hr: Account) -> None:
    address, _ = preview(client, make_workbook())
    client.post("/sign-out")
    sign_in(client, make_account(role=Role.HR))

    assert client.get(address).status_code == 404
    assert client.get(f"{address}/annotated.xlsx").status_code == 404
    assert client.post(f"{address}/confirm").status_code == 404
    assert count_people() == 0


def test_a_new_upload_takes_the_place_of_the_last(client: FlaskClient, hr: Account) -> None:
    first, _ = preview(client, make_workbook())
    preview(client, make_workbook(kpis=None))

    assert client.get(first).status_code == 404
    assert count_staged() == 1


def test_a_staged_file_is_forgotten_after_a_day(client: FlaskClient, hr: Account) -> None:
    address, _ = preview(client, make_workbook())
    client.post("/sign-out")

    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        sign_in(client, hr)
        assert client.get(address).status_code == 404
        sign_in(client, make_account(role=Role.HR))
        upload(client, make_workbook())

    assert count_staged() == 1


def test_what_changed_since_the_check_is_checked_again(client: FlaskClient, hr: Account) -> None:
    address, _ = preview(client, make_workbook())
    thief = make_person(name="抢先")
    thief.email = "p1@firm.example"
    db.session.commit()

    assert client.post(f"{address}/confirm").location == address
    assert "p1@firm.example 已属于 抢先" in words(client.get(address))
    assert count_people() == 1


@pytest.mark.parametrize("path", ["template.xlsx", "sample.xlsx"])
def test_template_and_sample_can_be_downloaded_and_read(
    client: FlaskClient, hr: Account, path: str
) -> None:
    answer = client.get(f"/hr/import/{path}")

    assert [sheet.name for sheet in read_workbook(answer.data)][:3] == ["人员", "评价关系", "指标"]


@pytest.mark.parametrize(
    "path", ["/hr/import", "/hr/import/x", "/hr/import/template.xlsx", "/hr/people"]
)
def test_nobody_but_hr_gets_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 302
    sign_in(client, make_account())

    assert client.get(path).status_code == 404


def test_confirming_needs_a_post(client: FlaskClient, hr: Account) -> None:
    address, _ = preview(client, make_workbook())

    assert client.get(f"{address}/confirm").status_code == 405
    assert count_people() == 0
