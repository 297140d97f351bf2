"""How long forms take and how easy they are: counts of a round, with nobody's name on them."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.extending.service import give
from app.feedback.measuring.models import UsageCount
from app.feedback.measuring.rules import Measure, Pace
from app.feedback.measuring.service import load_figures
from app.feedback.models import RequestState, Reviewer
from app.feedback.reminding.queries import list_standings
from app.feedback.reminding.service import write_letters
from app.mail.models import Letter
from app.people.groups import RaterGroup
from app.worker import work_until_idle
from tests.factories import make_account, make_cycle, sign_in, token_of
from tests.forms import Scene, fields_on, filled, make_scene, start


def counts() -> dict[tuple[Measure, int], int]:
    db.session.expire_all()
    return {(row.measure, row.bucket): row.number for row in db.session.scalars(select(UsageCount))}


def ago(**time: float) -> str:
    return str(int((now() - timedelta(**time)).timestamp()))


def finish(client: FlaskClient, **time: float) -> Scene:
    """Answer the only form, opened so long ago."""
    scene = make_scene(cycle=db.session.scalar(select(Cycle)) or make_cycle())
    start(client, scene)
    body = filled(client.get("/r/p/1").text)
    with time_machine.travel(now(), tick=False):  # what a busy machine takes is not counted
        sent = client.post("/r/p/1", data={**body, "opened": ago(**time)})
    assert sent.location == "/r/done"
    return scene


def test_a_form_filled_in_at_one_go_is_counted_by_its_duration(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    start(client, scene)
    for number in (1, 2):
        body = filled(client.get(f"/r/p/{number}").text)
        assert abs(int(body["opened"]) - int(ago())) <= 60
        client.post(f"/r/p/{number}", data={**body, "opened": ago(seconds=244)})
        client.post(f"/r/p/{number}", data={**body, "opened": ago(seconds=244)})

    assert counts() == {(Measure.FIRST_FORM, 24): 1, (Measure.LATER_FORM, 24): 1}


@pytest.mark.parametrize(
    ("seconds", "pace"), [(10, Pace.UNREAD), (45, Pace.HARDLY_READ), (75, None)]
)
def test_a_form_that_was_hardly_read_is_counted_as_such(
    client: FlaskClient, seconds: int, pace: Pace | None
) -> None:
    finish(client, seconds=seconds)

    found = counts()
    timed = found.pop((Measure.FIRST_FORM, seconds // 10), 0)
    assert timed == (pace is not Pace.UNREAD)
    assert found == ({} if pace is None else {(Measure.HASTY_FORM, pace): 1})


def test_a_prompt_in_between_does_not_stop_the_clock(client: FlaskClient) -> None:
    start(client, make_scene())
    page = client.get("/r/p/1").text

    shown = client.post("/r/p/1", data={**fields_on(page), "opened": ago(minutes=4)})

    assert shown.status_code == 422
    assert int(ago()) - int(fields_on(shown.text)["opened"]) >= 240


@pytest.mark.parametrize(
    "opened",
    ["", "x", "9" * 5_000, "-1", ago(days=-1)],
    ids=["nothing", "a letter", "five thousand nines", "before 1970", "tomorrow"],
)
def test_what_is_no_duration_is_not_counted_and_the_form_arrives(
    client: FlaskClient, opened: str
) -> None:
    start(client, make_scene())
    body = filled(client.get("/r/p/1").text)

    assert client.post("/r/p/1", data={**body, "opened": opened}).location == "/r/done"
    assert {measure for measure, bucket in counts() if bucket < 180} == set()


def test_a_form_taken_up_again_is_not_measured(client: FlaskClient) -> None:
    start(client, make_scene())
    body = filled(client.get("/r/p/1").text)
    client.post("/r/p/1/save", data=body)

    assert "opened" not in fields_on(client.get("/r/p/1").text)


def test_a_form_given_anew_is_not_measured(client: FlaskClient) -> None:
    scene = finish(client, minutes=4)
    scene.requests[0].reopened = True
    db.session.commit()
    body = filled(client.get("/r/p/1").text, "2")

    assert client.post("/r/p/1", data={**body, "opened": ago(minutes=4)}).location == "/r/done"
    assert counts() == {(Measure.FIRST_FORM, 24): 1}


def test_the_ease_question_counts_one_press_for_each_reviewer(client: FlaskClient) -> None:
    finish(client, minutes=4)
    assert "How easy was this?" in client.get("/r/done").text

    assert client.post("/r/done/ease", data={"ease": "4"}).location == "/r/done"
    client.post("/r/done/ease", data={"ease": "1"})

    assert counts()[Measure.EASE, 4] == 1
    assert (Measure.EASE, 1) not in counts()
    after = client.get("/r/done").text
    assert "your answer about the form has been counted" in after
    assert "How easy was this?" not in after


@pytest.mark.parametrize("ease", ["0", "6", "x", ""])
def test_what_is_no_level_is_no_answer(client: FlaskClient, ease: str) -> None:
    finish(client, seconds=1)

    before = counts()

    client.post("/r/done/ease", data={"ease": ease})

    assert counts() == before == {(Measure.HASTY_FORM, Pace.UNREAD): 1}
    assert "How easy was this?" in client.get("/r/done").text


def test_the_close_forgets_who_answered_and_keeps_the_counts(client: FlaskClient) -> None:
    scene = finish(client, minutes=4)
    client.post("/r/done/ease", data={"ease": "5"})
    before = counts()

    close_cycle(scene.cycle, now())
    db.session.commit()

    assert counts() == before == {(Measure.FIRST_FORM, 24): 1, (Measure.EASE, 5): 1}
    assert db.session.scalars(select(Reviewer.ease_given)).all() == [False]
    assert client.post("/r/done/ease", data={"ease": "1"}).status_code == 410
    assert counts() == before


def page_of(client: FlaskClient, cycle: Cycle, locale: str = "en") -> str:
    sign_in(client, make_account(role=Role.HR, locale=locale))
    return " ".join(client.get(f"/hr/c/{cycle.id}").text.split())


def keep(cycle: Cycle, measure: Measure, buckets: dict[int, int]) -> None:
    for bucket, number in buckets.items():
        row = UsageCount(cycle_id=cycle.id, measure=measure, bucket=bucket, number=number)
        db.session.add(row)
    db.session.commit()


def test_hr_reads_the_figures_of_a_closed_round_in_both_languages(client: FlaskClient) -> None:
    cycle = finish(client, seconds=1).cycle
    keep(cycle, Measure.FIRST_FORM, {23: 8, 47: 4})
    keep(cycle, Measure.EASE, {5: 4, 4: 2})
    keep(cycle, Measure.HASTY_FORM, {Pace.HARDLY_READ: 3})
    close_cycle(cycle, now())
    db.session.commit()

    en, zh = page_of(client, cycle), page_of(client, cycle, "zh")

    assert "<td>4:00</td><td>8:00</td>" in en
    assert "4.7 of 5 on average" in en
    assert "<td>1</td><td>1 (100 %)</td><td>1 (100 %)</td>" in en
    assert "How many started is not shown" not in en
    assert "平均 4.7 分（满分 5 分）" in zh
    assert "一半不超过" in zh
    assert "Filled in in under two seconds a question: about 30 % of the forms." in en
    assert "平均每题不到 2 秒就填完的：约占 30%。" in zh


def test_hr_does_not_read_that_somebody_began_and_did_not_finish(client: FlaskClient) -> None:
    cycle = finish(client, minutes=4).cycle
    start(client, make_scene(cycle=cycle))
    keep(cycle, Measure.HASTY_FORM, {Pace.UNREAD: 12})
    close_cycle(cycle, now())
    db.session.commit()

    en, zh = page_of(client, cycle), page_of(client, cycle, "zh")

    assert "<td>2</td><td>–</td><td>1</td>" in en
    assert "How many started is not shown where it would tell of somebody" in en
    assert "如果“已开始”的人数会暴露某人开始而未完成，则不显示。" in zh
    assert "Filled in in under two seconds a question: nearly all forms." in en
    assert "平均每题不到 2 秒就填完的：几乎全部。" in zh


def test_hr_reads_nothing_while_answers_come_in_or_too_few_have(client: FlaskClient) -> None:
    cycle = finish(client, minutes=4).cycle
    keep(cycle, Measure.EASE, {5: 5})
    keep(cycle, Measure.LATER_FORM, {23: 9})
    assert "How it went for reviewers" not in page_of(client, cycle)

    close_cycle(cycle, now())
    db.session.commit()
    text = page_of(client, cycle)

    assert "Too few forms were filled in at one go" in text
    assert "Too few answered how easy it was: it takes at least 6." in text
    figures = load_figures(cycle.id, k=3)
    assert (figures.durations, figures.ease) == ((), None)


def test_after_ninety_days_the_counts_are_gone_and_the_page_says_so(
    app: Flask, client: FlaskClient
) -> None:
    old, young = finish(client, seconds=1).cycle, make_cycle(name="A younger one")
    for cycle, days in ((old, 90), (young, 89)):
        keep(cycle, Measure.FIRST_FORM, {23: 12})
        close_cycle(cycle, now() - timedelta(days=days))
    db.session.commit()

    work_until_idle(app)

    assert set(db.session.scalars(select(UsageCount.cycle_id))) == {young.id}
    assert "is kept for 90 days after the close" in page_of(client, old)
    assert "只在收集结束后保留 90 天" in page_of(client, old, "zh")
    assert "<td>4:00</td>" in page_of(client, young)


def test_the_landing_page_says_what_others_needed_once_ten_have_been_measured(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    counted = client.get(scene.link).text
    keep(scene.cycle, Measure.FIRST_FORM, {41: 9})
    assert "about 7 minutes" not in counted
    assert client.get(scene.link).text.count("about 7 minutes") == 0

    finish(client, seconds=415)

    with time_machine.travel(now() + timedelta(minutes=1)):
        assert "about 7 minutes" in client.get(scene.link).text


@pytest.mark.parametrize(("spoken", "words"), [("en", "about 6 minutes"), ("zh", "约 6 分钟")])
def test_the_landing_page_and_every_letter_name_the_same_minutes(
    client: FlaskClient, spoken: str, words: str
) -> None:
    scene = make_scene(groups=(RaterGroup.PEER,) * 3, locale=spoken)
    scene.requests[0].state = RequestState.SUBMITTED
    keep(scene.cycle, Measure.FIRST_FORM, {50: 12})
    keep(scene.cycle, Measure.LATER_FORM, {17: 12})
    db.session.commit()
    hr = client.application.test_client()
    sign_in(hr, make_account(role=Role.HR))
    root = f"/hr/c/{scene.cycle.id}"

    hr.post(f"{root}/reviewers/{scene.reviewer.id}/fresh")
    [fresh] = db.session.scalars(select(Letter).where(Letter.kind == "fresh_link"))
    later = (scene.cycle.closes_at + timedelta(days=3)).date()
    give(
        db.session.get_one(Cycle, scene.cycle.id),
        scene.reviewer.id,
        until=later,
        company="Company",
        now=now(),
    )
    [longer] = db.session.scalars(select(Letter).where(Letter.kind == "more_time"))
    rows = [row for row in list_standings(scene.cycle.id) if row.id == scene.reviewer.id]
    [reminder] = write_letters(scene.cycle, rows, company="Company", moment=now())
    db.session.commit()
    landing = client.get(f"/i/{token_of(scene.reviewer)}").text

    assert words in landing
    for text in (reminder.text, fresh.text, longer.text):
        assert words in text
    renewed = replace(scene, token=token_of(scene.reviewer))
    assert words not in client.get(start(client, renewed)).text
