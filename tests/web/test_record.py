"""The record on its pages: written from two sides, shared, frozen, answered, filed."""

import re
from datetime import date, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from app.clock import now
from app.cycles.workdays.models import SpecialDay
from app.db import db
from app.interviews.models import Decision, RecordVersion
from app.mail.models import Letter
from app.web.language import show_day
from tests.factories import sign_in
from tests.record_world import (
    EMPLOYEE,
    MANAGER,
    Talk,
    freeze,
    make_talk,
    notes_needed,
    print_records,
    write_both_parts,
)
from tests.texts import words_of


def frozen(client: FlaskClient, locale: str = "zh") -> Talk:
    """A frozen record whose manager is signed in."""
    talk = make_talk(locale=locale)
    write_both_parts(client, talk)
    assert freeze(client, talk) == 302
    return talk


def newest(talk: Talk) -> RecordVersion:
    found = select(RecordVersion).where(RecordVersion.interview_id == talk.interview.id)
    return db.session.scalars(found.order_by(RecordVersion.version.desc())).all()[0]


def test_a_record_goes_all_the_way_through_the_pages(client: FlaskClient) -> None:
    talk = make_talk(opened=False)
    sign_in(client, talk.hr)
    opened = client.post(f"/hr/c/{talk.world.cycle.id}/interviews")
    assert opened.status_code == 302
    assert talk.world.person.name in client.get("/hr/interviews").text

    write_both_parts(client, talk)
    assert "已齐全" in client.get(talk.page).text
    assert freeze(client, talk) == 302
    making = client.get(f"{talk.page}.pdf")
    assert (making.status_code, "正在生成 PDF" in making.text) == (202, True)
    print_records(client)
    pdf = client.get(f"{talk.page}.pdf")
    assert pdf.mimetype == "application/pdf"
    assert talk.interview.number in PdfReader(BytesIO(pdf.data)).pages[0].extract_text()

    sign_in(client, talk.employee)
    answer = {"version": 1, "decision": "partly", "note": "新签的目标偏高。"}
    assert client.post(f"{talk.own_page}/ack", data=answer).status_code == 302
    assert "已确认（" in client.get(talk.own_page).text
    sign_in(client, talk.manager)
    assert client.post(f"{talk.page}/sign", data={"version": 1}).status_code == 302
    sign_in(client, talk.hr)
    filed = client.post(f"/hr/interviews/{talk.participant_id}/countersign", data={"version": 1})
    assert filed.status_code == 302
    assert "已归档" in client.get("/hr/interviews").text
    version = newest(talk)
    assert version.decision is Decision.PARTLY
    assert version.hr_signed_by_id == talk.hr.id


def test_before_the_interviews_open_the_manager_reads_when_they_do(client: FlaskClient) -> None:
    talk = make_talk(opened=False)
    sign_in(client, talk.manager)

    assert "由 HR 开始本期面谈" in client.get(talk.page).text
    sign_in(client, talk.other_manager)
    assert client.get(talk.page).status_code == 404


def test_the_form_comes_filled_with_what_the_system_knows(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.manager)

    text = words_of(client.get(talk.page).text)

    for known in (talk.interview.number, "92.16", "50.41", "CRM", "同事 + 下属", "2026-01-01"):
        assert known in text, known


def test_the_manager_starts_from_the_achievements_the_employee_drafted(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.employee)
    client.post(talk.own_page, data={**EMPLOYEE, "revision": 1})
    sign_in(client, talk.manager)

    page = client.get(talk.page).text

    draft = EMPLOYEE["own_achievement_1_fact"]
    assert re.search(rf'name="achievement_1_fact"[^>]*>\s*{re.escape(draft)}<', page)


def test_the_manager_s_draft_is_hidden_until_it_is_shared(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.manager)
    client.post(talk.page, data={**MANAGER, "revision": 1, "action": "save"})
    sign_in(client, talk.employee)
    before = client.get(talk.own_page).text
    sign_in(client, talk.manager)
    client.post(talk.page, data={**MANAGER, "revision": 2, "action": "share"})
    sign_in(client, talk.employee)
    after = client.get(talk.own_page).text

    drafted = [text for text in MANAGER.values() if isinstance(text, str) and len(text) > 12]
    assert [text for text in drafted if text in before] == []
    assert MANAGER["shortcoming_1_fact"] in after
    assert MANAGER["comment"] in after
    letters = db.session.scalars(select(Letter).where(Letter.kind == "record_shared")).all()
    assert [letter.to_address for letter in letters] == [talk.world.person.email]


def test_the_employee_cannot_write_the_manager_s_part(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.employee)

    client.post(talk.own_page, data={**MANAGER, **EMPLOYEE, "revision": 1, "action": "share"})

    interview = talk.interview
    assert interview.manager_part == {}
    assert interview.employee_part == EMPLOYEE
    assert interview.shared_at is None
    for path in (talk.page, f"{talk.page}/freeze", f"{talk.page}/sign", f"{talk.page}/reopen"):
        assert client.post(path, data=MANAGER).status_code == 404


def test_the_manager_cannot_write_the_employee_s_part(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.employee)
    client.post(talk.own_page, data={**EMPLOYEE, "revision": 1})
    sign_in(client, talk.manager)

    forged = {**MANAGER, "assessment": "我很差", "preference": "stay", "revision": 1}
    client.post(talk.page, data=forged)

    assert talk.interview.employee_part == EMPLOYEE
    assert "assessment" not in talk.interview.manager_part
    assert client.post(talk.own_page, data=EMPLOYEE).status_code == 404
    assert client.post(f"{talk.own_page}/ack", data={"decision": "agree"}).status_code == 404


def test_a_stale_tab_is_refused_and_keeps_its_text(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.manager)
    client.post(talk.page, data={"training": "第一个标签页", "revision": 1})

    stale = client.post(talk.page, data={"training": "第二个标签页", "revision": 1})

    assert stale.status_code == 409
    assert "第二个标签页" in stale.text
    assert 'name="revision" value="2"' in stale.text
    assert talk.interview.manager_part == {"training": "第一个标签页"}
    again = client.post(talk.page, data={"training": "第二个标签页", "revision": 2})
    assert again.status_code == 302


def test_a_stale_tab_of_the_employee_keeps_its_text_too(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.employee)
    client.post(talk.own_page, data={"assessment": "甲", "revision": 1})

    stale = client.post(talk.own_page, data={"assessment": "乙乙乙", "revision": 1})

    assert (stale.status_code, "乙乙乙" in stale.text) == (409, True)


def test_a_field_that_cannot_be_read_is_named_and_everything_is_shown_again(
    client: FlaskClient,
) -> None:
    talk = make_talk()
    sign_in(client, talk.manager)
    form = {"held_on": "2026-13-45", "training": "两天课程", "revision": 1}

    page = client.post(talk.page, data=form)

    assert page.status_code == 422
    assert 'href="#held_on"' in page.text
    assert "两天课程" in page.text
    assert talk.interview.manager_part == {}


def test_a_save_in_the_background_gets_the_next_revision(client: FlaskClient) -> None:
    talk = make_talk()
    json = {"Accept": "application/json"}
    for account, path in ((talk.manager, talk.page), (talk.employee, talk.own_page)):
        sign_in(client, account)

        assert client.post(path, data={"revision": 1}, headers=json).json == {"revision": 2}


def test_the_freeze_lists_what_is_missing_with_links_and_refuses(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.manager)

    refused = client.post(f"{talk.page}/freeze", data={"revision": 1})

    links = re.findall(r'href="/m/p/\d+/record#(\w+)"', refused.text)
    assert refused.status_code == 422
    assert {"held_on", "achievement_1_fact", "plan_1_goal", "comment", "share"} <= set(links)
    ids = set(re.findall(r'id="([\w-]+)"', client.get(talk.page).text))
    assert [link for link in links if link not in ids] == []
    assert db.session.scalars(select(RecordVersion)).all() == []


def test_freezing_twice_makes_one_version(client: FlaskClient) -> None:
    talk = frozen(client)

    assert freeze(client, talk) == 409
    assert len(db.session.scalars(select(RecordVersion)).all()) == 1


def test_nobody_can_change_a_frozen_record(client: FlaskClient) -> None:
    talk = frozen(client)
    content = newest(talk).content

    assert client.post(talk.page, data={**MANAGER, "revision": 2}).status_code == 409
    sign_in(client, talk.employee)
    assert client.post(talk.own_page, data={**EMPLOYEE, "revision": 2}).status_code == 409
    assert newest(talk).content == content


def test_silence_is_no_answer_and_nothing_is_chosen_beforehand(client: FlaskClient) -> None:
    talk = frozen(client)
    sign_in(client, talk.employee)

    page = client.get(talk.own_page).text
    silent = client.post(f"{talk.own_page}/ack", data={"version": 1, "note": "我再想想"})

    assert page.count('name="decision"') == 3
    assert " checked" not in page
    assert "不代表同意评价结果" in page
    assert (silent.status_code, "我再想想" in silent.text) == (422, True)
    assert newest(talk).decision is None


def test_an_answer_counts_once_and_for_the_version_that_was_read(client: FlaskClient) -> None:
    talk = frozen(client)
    sign_in(client, talk.employee)
    ack = f"{talk.own_page}/ack"

    assert client.post(ack, data={"version": 2, "decision": "agree"}).status_code == 409
    assert client.post(ack, data={"version": 1, "decision": "disagree"}).status_code == 302
    assert client.post(ack, data={"version": 1, "decision": "agree"}).status_code == 409
    assert newest(talk).decision is Decision.DISAGREE


def test_version_two_asks_again_and_version_one_stays_readable(client: FlaskClient) -> None:
    talk = frozen(client)
    print_records(client)
    first = client.get(f"{talk.page}.pdf?v=1").data
    client.post(f"{talk.page}/reopen", data={"reason": "目标值写错"})
    sign_in(client, talk.employee)
    waiting = client.get(talk.own_page).text
    write_both_parts_again(client, talk)
    assert freeze(client, talk) == 302
    print_records(client)

    assert "正在写新版本" in waiting
    assert client.get(f"{talk.page}.pdf?v=1").data == first
    assert client.get(f"{talk.page}.pdf?v=2").data != first
    assert client.get(f"{talk.page}.pdf").data == client.get(f"{talk.page}.pdf?v=2").data
    assert client.get(f"{talk.page}.pdf?v=3").status_code == 404
    sign_in(client, talk.employee)
    assert client.get(talk.own_page).text.count("目标值写错") == 1
    assert 'name="version" value="2"' in client.get(talk.own_page).text


def write_both_parts_again(client: FlaskClient, talk: Talk) -> None:
    sign_in(client, talk.manager)
    form = {**MANAGER, **notes_needed(talk), "goal_1_target": "6 家", "action": "share"}
    client.post(talk.page, data={**form, "revision": talk.interview.manager_revision})


def test_a_pdf_that_cannot_be_made_says_why(client: FlaskClient) -> None:
    talk = frozen(client)
    newest(talk).pdf_error = "This document is too long to print. Shorten the texts and try again."
    db.session.commit()

    page = client.get(f"{talk.page}.pdf")

    assert (page.status_code, "内容过长" in page.text) == (409, True)


def test_the_pdf_has_a_name_that_says_whose_it_is(client: FlaskClient) -> None:
    talk = frozen(client)
    print_records(client)

    header = client.get(f"{talk.page}.pdf").headers["Content-Disposition"]

    assert header.startswith("inline;")
    assert "%E7%8E%8B%E6%99%93%E6%98%8E_2026_v1.pdf" in header


def test_what_people_write_is_never_taken_for_markup(client: FlaskClient) -> None:
    talk = make_talk()
    sign_in(client, talk.employee)
    hostile = "<script>alert(1)</script> {{ 7*7 }} </textarea>"

    client.post(talk.own_page, data={"assessment": hostile, "revision": 1})
    sign_in(client, talk.manager)

    page = client.get(talk.page).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} &lt;/textarea&gt;" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_english_pages_have_no_chinese_label_and_chinese_pages_no_english_one(
    client: FlaskClient, lang: str
) -> None:
    talk = frozen(client)
    sign_in(client, talk.hr)

    page = words_of(client.get(f"/hr/interviews/{talk.participant_id}?lang={lang}").text)

    label, other = ("校验码", "Check code") if lang == "zh" else ("Check code", "校验码")
    assert label in page
    assert other not in page


def enter_days(zone: str, days: list[date], *, is_worked: bool) -> None:
    for day in days:
        db.session.merge(SpecialDay(time_zone=zone, day=day, is_worked=is_worked))
    db.session.commit()


def test_the_days_to_answer_are_counted_on_the_calendar_that_hr_keeps(client: FlaskClient) -> None:
    talk = frozen(client)
    zone = talk.world.person.time_zone
    version = newest(talk)
    version.frozen_at = now() - timedelta(days=20)
    sign_in(client, talk.employee)
    answer = {"version": 1, "decision": "agree", "note": ""}
    assert client.post(f"{talk.own_page}/ack", data=answer).status_code == 302
    signed = now().astimezone(ZoneInfo(zone)).date()
    coming = [signed + timedelta(days=step) for step in range(1, 16)]
    enter_days(zone, coming[:10], is_worked=False)
    enter_days(zone, coming[10:], is_worked=True)

    assert f"请在 {show_day(coming[14])} 前申诉" in words_of(client.get(talk.own_page).text)

    sign_in(client, talk.hr)
    late = "state-trouble"
    assert late in client.get("/hr/interviews").text
    enter_days(zone, [signed - timedelta(days=step) for step in range(21)], is_worked=False)
    assert late not in client.get("/hr/interviews").text
