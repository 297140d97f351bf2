"""Several forms submitted by one press: as they were shown, all of them or none, each once."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.clock import now
from app.cycles.models import Cycle
from app.db import db, writing
from app.feedback.closing import close_cycle
from app.feedback.consenting.models import Consent
from app.feedback.drafts import read_draft, save_draft
from app.feedback.hinting.service import keep_words
from app.feedback.measuring.models import UsageCount
from app.feedback.models import Draft, FeedbackRequest, RequestState, Submission
from app.feedback.relations.models import RelationClaim
from app.feedback.submissions import receipt_of
from app.feedback.submitting.service import submit_all
from app.people.groups import RaterGroup
from app.schemes.service import install_packs
from tests.conftest import LINK_KEY
from tests.factories import (
    make_cycle,
    make_department,
    make_participant,
    make_person,
    make_request,
    make_reviewer,
    token_of,
)
from tests.forms import (
    NAMES,
    Scene,
    filled,
    make_scene,
    mark_critical,
    rating_fields,
    start,
    typed_on,
)
from tests.integration.test_form_statements import counted_commits, replace_link_of, sent_by
from tests.moments import when_entered
from tests.rounds import counted_statements

PEERS = (RaterGroup.PEER,) * 3
CHECK = "/r/check"
THREADS, RIVALS = 20, 6
MOST_TO_SHOW = 7
SENT, GONE = 303, 410
FLAT = "application/x-www-form-urlencoded"
NOTHING = "Nothing was submitted. Below is what stands now."


def begin(client: FlaskClient, scene: Scene, level: str = "4") -> list[str]:
    """Press Start and save an answer to each question about everybody; gives the fields."""
    start(client, scene)
    fields = rating_fields(client.get("/r/p/1").text)
    for place in range(len(scene.requests)):
        draft(scene, place, dict.fromkeys(fields, level))
    return fields


def draft(scene: Scene, place: int, changes: Mapping[str, str]) -> None:
    """Save this in the form about one person, as another page would."""
    request_id = scene.requests[place].id
    known = read_draft(scene.token, request_id).revision
    save_draft(token=scene.token, request_id=request_id, changes=changes, base=known, now=now())
    db.session.commit()


def shown(client: FlaskClient) -> dict[str, str]:
    """What the page would send if its button were pressed."""
    return {name: str(value) for name, value in typed_on(client.get(CHECK).text).items()}


def press(client: FlaskClient, body: Mapping[str, str]) -> TestResponse:
    return client.post(CHECK, data=body, content_type="multipart/form-data")


def kept() -> list[Submission]:
    db.session.expire_all()
    return list(db.session.scalars(select(Submission)))


def states(scene: Scene) -> list[RequestState]:
    db.session.expire_all()
    return [db.session.get_one(FeedbackRequest, row.id).state for row in scene.requests]


def comment_of(client: FlaskClient) -> str:
    found = re.search(r'<textarea id="(c-(?!example)[^"]+)"', client.get("/r/p/1").text)
    assert found
    return found[1]


def words_of(answer: TestResponse) -> str:
    text = re.sub(r"<(style|script)>.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u00ad", "").split())


def test_all_that_is_complete_is_submitted_by_one_press(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    box = comment_of(client)
    draft(scene, 1, {box: "先发议程。\n再开会。"})
    page = client.get(CHECK).text
    assert "Submit all (3)" in page
    assert "先发议程。\n再开会。</blockquote>" in page

    with counted_commits() as commits:
        answer = press(client, shown(client))

    assert (answer.status_code, answer.location) == (303, "/r/done")
    assert len(commits) == 1
    assert states(scene) == [RequestState.SUBMITTED] * 3
    assert sorted(row.request_id or 0 for row in kept()) == [row.id for row in scene.requests]
    assert {level for row in kept() for level in row.answers.values()} == {4}
    texts = {row.request_id: row.comments for row in kept()}
    assert texts.pop(scene.requests[1].id) == {box.removeprefix("c-"): "先发议程。\n再开会。"}
    assert list(texts.values()) == [{}, {}]
    assert db.session.scalars(select(Draft)).all() == []
    done = client.get("/r/done").text
    assert not [row for row in scene.requests if receipt_of(LINK_KEY, row.id) not in done]


def test_what_is_kept_is_what_the_form_itself_would_have_kept(client: FlaskClient) -> None:
    scene, other = make_scene(groups=PEERS), make_scene(groups=PEERS)
    begin(client, scene)
    press(client, shown(client))
    one = kept()[0]
    start(client, other)
    client.post("/r/p/1", data=filled(client.get("/r/p/1").text))

    [alone] = [row for row in kept() if row.request_id in {row.id for row in other.requests}]

    assert (one.answers, one.comments, one.rater_group, one.notice_version) == (
        alone.answers,
        alone.comments,
        alone.rater_group,
        alone.notice_version,
    )


def test_what_is_not_complete_stays_and_the_list_says_how_many_went(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    fields = begin(client, scene)
    draft(scene, 2, {fields[4]: "", fields[7]: ""})
    page = client.get(CHECK)
    assert "Submit all (2)" in page.text
    assert re.search(r'href="/r/p/\d#q5"><span class="name">赵敏', page.text)
    assert "赵敏 you are a peer 2 questions left" in words_of(page)

    answer = press(client, shown(client))

    assert answer.location == "/r?submitted=2"
    assert "2 forms submitted. Open one to see its receipt." in client.get(answer.location).text
    assert states(scene) == [*[RequestState.SUBMITTED] * 2, RequestState.STARTED]
    assert db.session.scalars(select(Draft.request_id)).all() == [scene.requests[2].id]


def test_the_list_says_no_number_that_is_not_so(client: FlaskClient) -> None:
    begin(client, make_scene(groups=PEERS))

    for number in ("9", "-1", "x"):
        assert "submitted. Open" not in client.get(f"/r?submitted={number}").text


def test_where_nothing_is_complete_there_is_no_button(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    fields = rating_fields(client.get("/r/p/1").text)
    for place in (0, 1):
        draft(scene, place, {fields[0]: "4"})

    page = client.get(CHECK)

    assert "<button" not in page.text
    assert words_of(page).count("29 questions left") == 2
    assert "赵敏 you are a peer Not started" in words_of(page)
    assert "As soon as a form is complete, it can be submitted from here." in page.text
    assert press(client, {}).location == CHECK


def test_the_own_assessment_goes_along(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.SELF, RaterGroup.PEER, RaterGroup.PEER))
    begin(client, scene)

    page = client.get(CHECK).text

    assert "张三" not in page[: page.index("</table>")]
    assert "This is your own assessment" in page
    assert press(client, shown(client)).location == "/r/done"
    assert {row.rater_group for row in kept()} == {RaterGroup.SELF, RaterGroup.PEER}


def test_the_notice_of_each_relation_can_be_read_before_the_press(client: FlaskClient) -> None:
    groups = (RaterGroup.SUPERVISOR, RaterGroup.PEER, RaterGroup.PEER)
    scene = make_scene(groups=groups)
    fields = begin(client, scene)
    name = scene.participants[0].person.name
    assert f"shown to {name} as “Manager”" in client.get(CHECK).text

    draft(scene, 0, {fields[0]: ""})

    page = client.get(CHECK).text
    assert "as “Manager”" not in page
    assert page.index("only combined results of at least 3 people") < page.index("Submit all (2)")


def test_a_second_press_has_the_same_end_and_the_same_receipts(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    fields = begin(client, scene)
    draft(scene, 2, {fields[4]: ""})
    body = shown(client)

    first, receipts = press(client, body), receipts_on(client)
    second = press(client, body)

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert receipts == receipts_on(client) != []
    assert len(kept()) == 2


STAYED = "forms had been submitted before. Those submissions count, and not what you have just sent"


def test_a_second_press_that_says_something_else_is_told_what_counts(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    fields = begin(client, scene)
    draft(scene, 2, {fields[4]: ""})
    body = shown(client)
    first = press(client, body)
    changed = {name: "1" if ".a-" in name else text for name, text in body.items()}
    second = press(client, changed)

    assert (first.location, second.location) == ("/r?submitted=2", "/r?before=2")
    assert STAYED not in client.get(first.location).text
    assert f"2 {STAYED}" in client.get(second.location).text
    assert f"3 {STAYED}" not in client.get("/r?before=3").text, "two were submitted"
    assert {level for row in kept() for level in row.answers.values()} == {4}


def test_in_an_anonymous_round_any_second_press_is_told_what_counts(client: FlaskClient) -> None:
    """Nothing connects a form with its answers, so nobody can see whether it says the same."""
    scene = make_scene(groups=PEERS)
    scene.cycle.mode = "anonymous"
    db.session.commit()
    begin(client, scene)
    body = shown(client)

    first, second = press(client, body), press(client, body)

    assert (first.location, second.location) == ("/r/done", "/r/done?before=3")
    assert f"3 {STAYED}" in client.get(second.location).text
    assert "有 3 份评价此前已经提交" in client.get(f"{second.location}&lang=zh").text
    assert len(kept()) == 3


def test_a_correction_left_as_it_was_in_another_tab_is_not_taken_for_sent(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    press(client, shown(client))
    scene.reviewer.may_correct = True
    for row in scene.requests:
        row.reopened = True
    db.session.commit()
    begin(client, scene, "2")
    body = shown(client)
    scene.requests[0].reopened = False  # "keep what I submitted before", pressed elsewhere
    db.session.execute(delete(Draft).where(Draft.request_id == scene.requests[0].id))
    db.session.commit()

    answer = press(client, body)

    assert answer.location == "/r/done?before=1"
    assert "1 form had been submitted before. That submission counts" in words_of(
        client.get(answer.location)
    )
    assert sorted(set(row.answers.values()).pop() or 0 for row in kept()) == [2, 2, 4]


def receipts_on(client: FlaskClient) -> list[str]:
    pages = [client.get(f"/r/p/{number}").text for number in (1, 2, 3)]
    return re.findall(r"Receipt ([A-Z2-7]{4}-[A-Z2-7]{4})", " ".join(pages))


def test_a_form_submitted_on_its_own_page_meanwhile_is_no_fault_and_counts(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    client.post("/r/p/2", data=filled(client.get("/r/p/2").text, "2"))

    assert press(client, body).location == "/r/done?before=1"

    assert sorted(set(row.answers.values()).pop() or 0 for row in kept()) == [2, 4, 4]


@pytest.mark.parametrize("value", ["1", ""])
def test_answers_that_are_newer_hold_all_back_and_are_shown(
    client: FlaskClient, value: str
) -> None:
    scene = make_scene(groups=PEERS)
    fields = begin(client, scene)
    body = shown(client)
    draft(scene, 1, {fields[0]: value})

    answer = press(client, body)

    assert answer.status_code == 409
    assert "<title>Error:" in answer.text
    said = f"You have changed the form about {NAMES[1]} on another page since. {NOTHING}"
    assert said in words_of(answer)
    assert kept() == []
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 3
    again = {name: str(text) for name, text in typed_on(answer.text).items()}
    assert again.get(f"{scene.requests[1].id}.{fields[0]}", "") == value
    assert press(client, again).status_code == 303
    assert len(kept()) == (3 if value else 2)


def test_a_comment_that_was_taken_out_again_is_no_change(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    box = comment_of(client)
    body = shown(client)
    draft(scene, 1, {box: "Well"})
    draft(scene, 1, {box: ""})

    assert press(client, body).location == "/r/done"
    assert [row.comments for row in kept()] == [{}] * 3


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_form_that_was_withdrawn_holds_the_others_back_until_they_were_seen(
    client: FlaskClient, when: str
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    gone = scene.requests[0].id

    def withdraw() -> None:
        db.session.execute(delete(FeedbackRequest).where(FeedbackRequest.id == gone))

    answer = at(when, client, body, withdraw)

    assert answer.status_code == 409
    assert "HR does not ask any more about somebody who stood on this page." in answer.text
    assert kept() == []
    if when == "before":
        again = {name: str(text) for name, text in typed_on(answer.text).items()}
        assert press(client, again).location == "/r/done"
        assert len(kept()) == 2


def at(
    when: str, client: FlaskClient, body: Mapping[str, str], act: Callable[[], None]
) -> TestResponse:
    """Press while somebody else does this: just before, or once the reviewer has been found."""
    if when == "before":
        act()
        db.session.commit()
        return press(client, body)
    done: list[bool] = []

    def once() -> None:
        if not done:
            done.append(True)
            act()

    with when_entered(submit_all, once):
        answer = press(client, body)
    assert done
    return answer


def test_where_nobody_is_left_the_page_of_a_withdrawn_form_says_so(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS[:2])
    begin(client, scene)
    body = shown(client)
    db.session.execute(delete(FeedbackRequest))
    db.session.commit()

    answer = press(client, body)

    assert answer.status_code == 410
    assert "This form is not needed any more" in answer.text


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_form_that_hr_moved_to_another_group_is_shown_with_its_own_notice(
    client: FlaskClient, when: str
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    moved = scene.requests[0].id

    def move() -> None:
        db.session.execute(
            update(FeedbackRequest)
            .where(FeedbackRequest.id == moved)
            .values(rater_group=RaterGroup.SUBORDINATE)
        )

    answer = at(when, client, body, move)

    assert answer.status_code == 409
    assert f"HR has changed as whom you answer about {NAMES[0]}." in answer.text
    assert kept() == []
    if when == "before":
        press(client, {name: str(text) for name, text in typed_on(answer.text).items()})
        groups = {row.request_id: row.notice_version.split("/")[2] for row in kept()}
        assert groups[moved] == RaterGroup.SUBORDINATE


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_notice_with_new_words_is_not_taken_for_another_group(
    client: FlaskClient, locale: str
) -> None:
    scene = make_scene(groups=PEERS, locale=locale)
    begin(client, scene)
    now_shown = shown(client)
    older = {
        name: re.sub(r"^\d+/", "1/", text) if name.endswith(".notice") else text
        for name, text in now_shown.items()
    }
    assert older != now_shown

    answer = press(client, older)

    said = {
        "en": "The notice “Who sees your answers” has changed since this page was opened.",
        "zh": "“谁能看到您的回答”的说明有更新，请再读一遍。",
    }
    assert answer.status_code == 409
    assert said[locale] in answer.text
    assert "HR has changed as whom" not in answer.text
    assert "HR 调整了" not in answer.text
    assert kept() == []
    assert press(client, now_shown).location == "/r/done"


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_somebody_declined_meanwhile_is_not_submitted_unawares(
    client: FlaskClient, when: str
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    declined = scene.requests[0].id

    def decline() -> None:
        db.session.execute(
            update(FeedbackRequest)
            .where(FeedbackRequest.id == declined)
            .values(state=RequestState.DECLINED)
        )

    answer = at(when, client, body, decline)

    assert answer.status_code == 409
    assert f"You have said since that you cannot rate {NAMES[0]}." in answer.text
    assert kept() == []


def test_whoever_has_declined_everybody_since_finds_the_list(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    client.post("/r/decline")

    assert press(client, body).location == "/r"
    assert states(scene) == [RequestState.DECLINED] * 3


def test_what_was_left_out_or_forged_holds_all_back(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    fields = begin(client, scene)
    box = comment_of(client)
    body = shown(client)
    name = f"{scene.requests[0].id}.{fields[0]}"
    foreign = make_scene(groups=PEERS[:2], cycle=scene.cycle).requests[0].id
    without = {field: text for field, text in body.items() if field != name}

    for forged in (
        without,
        {**body, name: "9"},
        {**body, f"{scene.requests[0].id}.{box}": "x" * 1001},
        {**body, f"{scene.requests[0].id}.c-none": "x"},
        {**body, f"{scene.requests[0].id}.notice": "5/anonymous/peer"},
        {**body, f"{foreign}.{fields[0]}": "4"},
    ):
        assert press(client, forged).status_code == 409
        assert kept() == []


def test_after_the_close_nothing_is_submitted_and_the_door_says_so(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    close_cycle(scene.cycle, now())
    db.session.commit()

    answer = press(client, body)

    assert answer.status_code == 410
    assert "This review is closed" in answer.text
    assert kept() == []


def test_a_press_repeated_after_the_deadline_ends_like_the_first(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    first = press(client, body)
    scene.cycle.closes_at = now() - timedelta(days=2)
    db.session.commit()

    assert press(client, body).location == first.location == "/r/done"


def test_a_close_while_all_is_submitted_lets_nothing_in(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)

    def close() -> None:
        db.session.execute(update(Cycle).values(closed_at=now()))

    answer = at("meanwhile", client, shown(client), close)

    assert "This page is not there any more" in answer.text
    assert kept() == []


def test_what_comes_after_the_deadline_stays_on_the_page_to_be_sent_with_more_time(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    draft(scene, 0, {comment_of(client): "先发议程。"})
    body = shown(client)
    moment, ends = now(), scene.cycle.closes_at
    db.session.execute(update(Draft).values(touched_at=moment - timedelta(days=9)))
    scene.cycle.closes_at = moment - timedelta(days=1)
    db.session.commit()

    late = press(client, body)
    scene.cycle.closes_at = ends
    db.session.commit()
    carried = {name: str(text) for name, text in typed_on(late.text).items()}

    assert late.status_code == 410
    assert "It is kept on this page only" in late.text
    assert "90 answers are kept here." in late.text
    assert '<p class="note">先发议程。</p>' in late.text
    assert 'enctype="multipart/form-data" action="/r/check"' in late.text
    assert press(client, carried).location == "/r/done"
    assert "先发议程。" in [text for row in kept() for text in row.comments.values()]


def test_a_link_that_was_replaced_submits_nothing_and_says_so(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    replace_link_of(scene.reviewer.id, scene.cycle.id)
    db.session.commit()

    answer = press(client, body)

    assert answer.status_code == 410
    assert "This link is paused" in answer.text
    assert "It is kept on this page only" in answer.text
    assert kept() == []


def test_a_link_that_is_replaced_while_all_is_submitted_submits_nothing(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)

    def renew() -> None:
        scene.reviewer.token_hash = "another"
        db.session.flush()

    answer = at("meanwhile", client, shown(client), renew)

    assert "This page is not there any more" in answer.text
    assert kept() == []


def test_an_expired_page_is_shown_again_with_what_was_saved(
    client: FlaskClient, app: Flask
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    app.config["WTF_CSRF_ENABLED"] = True

    answer = press(client, {**body, "csrf_token": "old"})

    assert answer.status_code == 400
    assert "It did not get through, and nothing was submitted." in answer.text
    assert kept() == []
    again = {name: str(text) for name, text in typed_on(answer.text).items()}
    assert press(client, again).location == "/r/done"


def test_a_cookie_that_ended_keeps_what_was_sent_on_the_page(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    client.delete_cookie("review")

    lapsed = press(client, body)
    start(client, scene)

    assert lapsed.status_code == 403
    carried = {name: str(text) for name, text in typed_on(lapsed.text).items()}
    assert press(client, carried).location == "/r/done"


def test_a_database_that_fails_half_way_keeps_nothing_and_the_page_comes_again(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)

    with failing_at("INTO SUBMISSIONS", number=2):
        answer = press(client, body)

    assert answer.status_code == 503
    assert "It did not get through, and nothing was submitted." in answer.text
    assert (kept(), states(scene)) == ([], [RequestState.STARTED] * 3)
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 3


def test_a_database_that_fails_altogether_has_the_forms_carried(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)

    with failing_at("DRAFTS", number=1):
        answer = press(client, body)

    assert answer.status_code == 503
    assert "90 answers are kept here." in answer.text
    carried = {name: str(text) for name, text in typed_on(answer.text).items()}
    assert press(client, carried).location == "/r/done"


@contextmanager
def failing_at(part: str, *, number: int) -> Iterator[None]:
    """The database refuses statements that say this, from one of them on."""
    seen: list[str] = []

    def refuse(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if part in statement.upper():
            seen.append(statement)
            if len(seen) >= number:
                raise OperationalError(statement, {}, Exception("gone"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)


def test_a_telling_comment_holds_its_form_back_and_no_other(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    box = comment_of(client)
    draft(scene, 0, {box: "我作为销售助理，希望他少开会。"})
    page = client.get(CHECK)

    assert "Submit all (2)" in page.text
    assert f'#{box}"><span class="name">{NAMES[0]}' in page.text
    assert "A comment may identify you: please look at it" in page.text
    press(client, shown(client))
    address = re.findall(rf'href="(/r/p/\d)#{box}"', page.text)[0]
    hinted = client.post(address, data=filled(client.get(address).text))
    assert client.post(address, data=filled(hinted.text)).location == "/r/done"
    assert len(kept()) == 3


def test_the_names_known_to_hints_are_those_that_the_form_knows(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    scene.reviewer.person.department = make_department()
    for participant in scene.participants:
        participant.person.department = make_department()
    make_person(name="欧阳静", department=scene.reviewer.person.department)
    make_person(name="司马光", department=scene.participants[0].person.department)
    keep_words(["朱雀项目"])
    begin(client, scene)
    box = comment_of(client)

    ids = [row.id for row in scene.requests]
    for text, held in (
        ("欧阳静也在", [0, 1, 2]),
        ("朱雀项目里", [0, 1, 2]),
        ("张三写的", [0, 1, 2]),
        ("司马光也在", [0]),
        (f"{NAMES[1]}也在", []),
    ):
        for place in range(3):
            draft(scene, place, {box: text})
        page = client.get(CHECK).text
        waiting = [place for place in range(3) if f"{ids[place]}.revision" not in page]
        assert waiting == held, text


def test_whoever_is_named_anyway_is_not_held_back_by_a_comment(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.SUPERVISOR,) * 2)
    begin(client, scene)
    draft(scene, 0, {comment_of(client): "我作为主管，希望他少开会。"})

    assert "Submit all (2)" in client.get(CHECK).text


def test_an_example_is_asked_for_and_may_be_left_out(client: FlaskClient) -> None:
    install_packs()
    mark_critical("kam-c1-01", "kam-c1-02")
    scene = make_scene(groups=PEERS[:2])
    begin(client, scene)
    worst = {"a-kam-c1-01": "1", "a-kam-c1-02": "1", "c-example.kam-c1-02": "Twice in May."}
    draft(scene, 0, worst)
    draft(scene, 1, {"c-example.kam-c1-01": "Not asked for."})
    page = client.get(CHECK)

    assert "Question 1 asks for an example (optional)" in page.text
    assert "Question 2 asks for" not in page.text
    assert "#c-example.kam-c1-01" in page.text
    assert "30 answers · 1 comment" in words_of(page)
    assert "Not asked for." not in page.text
    assert press(client, shown(client)).location == "/r/done"
    texts = {row.request_id: row.comments for row in kept()}
    assert texts == {
        scene.requests[0].id: {"example.kam-c1-02": "Twice in May."},
        scene.requests[1].id: {},
    }


def test_a_relation_said_to_be_wrong_is_submitted_and_held(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS[:2])
    begin(client, scene)
    db.session.add(RelationClaim(request_id=scene.requests[0].id, claimed=RaterGroup.SUBORDINATE))
    db.session.commit()

    assert press(client, shown(client)).location == "/r/done"
    assert db.session.scalars(select(RelationClaim.waits)).all() == [True]
    assert len(kept()) == 2


def test_a_form_that_is_being_changed_takes_the_place_of_the_first_one(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS[:2])
    begin(client, scene)
    press(client, shown(client))
    before = {row.id for row in kept()}
    scene.reviewer.may_correct = True
    for row in scene.requests:
        row.reopened = True
    db.session.commit()
    begin(client, scene, "2")
    page = client.get(CHECK).text

    assert page.count("It takes the place of what you submitted before.") == 2
    body = shown(client)
    first, second = press(client, body), press(client, body)

    assert first.location == second.location == "/r/done"
    assert before.isdisjoint(row.id for row in kept())
    assert {level for row in kept() for level in row.answers.values()} == {2}
    assert len(kept()) == 2


def test_a_name_is_text_and_nothing_else(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS[:2])
    scene.participants[0].person.name = "<b>Li</b>"
    db.session.commit()
    begin(client, scene)

    page = client.get(CHECK).text

    assert "<b>Li" not in page
    assert page.count('<span class="sr">: &lt;b&gt;Li&lt;/b&gt;</span>') == 3


def test_forms_that_were_taken_up_again_are_not_measured(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)

    press(client, {**shown(client), "opened": "1"})

    assert db.session.scalars(select(UsageCount)).all() == []


def test_customers_submit_under_their_consent_and_nothing_once_they_took_it_back(
    client: FlaskClient,
) -> None:
    customers = (RaterGroup.CUSTOMER,) * 2
    for withdraws in (False, True):
        scene = make_scene(groups=customers, cycle=make_cycle())
        begin(client, scene)
        page = client.get(CHECK).text
        assert "only combined results of at least 3 customers" in page
        body = shown(client)
        if withdraws:
            client.post("/r/consent")
        answer = press(client, body)
        ids = {row.id for row in scene.requests}
        count = len([row for row in kept() if row.request_id in ids])
        assert (answer.location, count) == (("/r/consent", 0) if withdraws else ("/r/done", 2))
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 2


def test_a_browser_that_is_not_known_submits_nothing_where_codes_are_asked_for(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    scene.cycle.asks_code = True
    db.session.commit()

    assert press(client, body).status_code == 403
    assert kept() == []


def test_no_more_go_at_once_than_one_body_can_hold(client: FlaskClient) -> None:
    scene = crowded(17)
    begin(client, scene)
    boxes = re.findall(r'<textarea id="(c-[^"]+)"', client.get("/r/p/1").text)
    for place in range(17):
        draft(scene, place, dict.fromkeys(boxes, "好" * 1000))
    page = client.get(CHECK)
    assert "Submit all (15)" in page.text
    assert words_of(page).count("Complete: comes next, not all can go at once") == 2

    kind = BeautifulSoup(page.text, "html.parser").select("main form")[-1].get("enctype")
    first = client.post(CHECK, data=shown(client), content_type=str(kind or FLAT))
    assert first.location == "/r?submitted=15"
    assert press(client, shown(client)).location == "/r/done"
    assert len(kept()) == 17


def test_forms_with_examples_go_in_as_many_presses_as_it_takes(client: FlaskClient) -> None:
    scene = crowded(15)
    codes = [f"kam-c1-0{number}" for number in range(1, 6)]
    mark_critical(*codes)
    begin(client, scene, "1")
    boxes = re.findall(r'<textarea id="(c-[^"]+)"', client.get("/r/p/1").text)
    assert len(boxes) == 3 + len(codes)
    for place in range(15):
        draft(scene, place, dict.fromkeys(boxes, "好" * 1000))

    sizes: list[int] = []
    for _press in range(2):
        assert press(client, shown(client)).status_code == SENT
        sizes.append(len(kept()) - sum(sizes))

    assert sizes == [7, 7]


@pytest.mark.parametrize("name", ["1" * 5000 + ".a-x", "{request}.revision"])
def test_a_number_that_nobody_was_given_is_no_fault_of_ours(client: FlaskClient, name: str) -> None:
    scene = make_scene(groups=PEERS)
    begin(client, scene)
    body = shown(client)
    forged = name.format(request=scene.requests[0].id)

    assert press(client, {**body, forged: "9" * 5000}).status_code < 500


def crowded(people: int, cycle: Cycle | None = None) -> Scene:
    """One reviewer, asked as a peer about so many."""
    scene = make_scene(groups=PEERS[:1], cycle=cycle or make_cycle())
    scheme = scene.participants[0].scheme
    for place in range(people - 1):
        participant = make_participant(scene.cycle, make_person(name=f"员工{place}"), scheme)
        scene.requests.append(make_request(participant, scene.reviewer, RaterGroup.PEER))
        scene.participants.append(participant)
    db.session.commit()
    return scene


def test_the_page_takes_no_more_statements_for_more_people(client: FlaskClient) -> None:
    counts = []
    for people in (2, 8):
        scene = crowded(people)
        begin(client, scene)
        box = comment_of(client)
        for place in range(people):
            draft(scene, place, {box: "先发议程。"})
        client.get(CHECK)
        with counted_statements() as read:
            body = shown(client)
        with counted_statements() as written:
            assert press(client, body).location == "/r/done"
        counts.append((len(sent_by(read)), len(sent_by(written))))

    (few, sending_few), (many, sending_many) = counts
    assert few == many <= MOST_TO_SHOW, counts
    assert sending_many - sending_few == 6 * 3, counts  # won, draft deleted, answer kept


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_of_many_presses_at_once_one_counts_and_the_others_are_told(app: Flask, mode: str) -> None:
    scene = make_scene(groups=PEERS)
    scene.cycle.mode = mode
    db.session.commit()
    browser = app.test_client()
    begin(browser, scene)
    body, token = shown(browser), scene.token
    db.session.remove()
    barrier = Barrier(THREADS)

    def send(place: int) -> TestResponse:
        mine = app.test_client()
        mine.set_cookie("review", token)
        level = {name: str(place % 5 + 1) for name in body if ".a-" in name}
        barrier.wait()
        return press(mine, {**body, **level})

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(send, range(THREADS)))

    assert {answer.status_code for answer in answers} == {303}
    rows = kept()
    assert len(rows) == 3
    [level] = {level for row in rows for level in row.answers.values()}  # of one press, whole
    told = [number for number, answer in enumerate(answers) if answer.location != "/r/done"]
    assert {answers[number].location for number in told} == {"/r/done?before=3"}
    if mode == "anonymous":
        assert len(told) == THREADS - 1
    else:
        assert [number for number in range(THREADS) if number % 5 + 1 != level] == told
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def close_it(cycle_id: int, _reviewer_id: int) -> None:
    close_cycle(db.session.get_one(Cycle, cycle_id), now())


def replace_it(cycle_id: int, reviewer_id: int) -> None:
    replace_link_of(reviewer_id, cycle_id)


@pytest.mark.parametrize("end", [close_it, replace_it])
def test_beside_the_close_or_a_new_link_all_of_it_counts_or_nothing(
    app: Flask, end: Callable[[int, int], None]
) -> None:
    scene = make_scene(groups=PEERS)
    browser = app.test_client()
    begin(browser, scene)
    body, token = shown(browser), scene.token
    cycle_id, reviewer_id = scene.cycle.id, scene.reviewer.id
    db.session.remove()
    barrier = Barrier(RIVALS)

    def work(place: int) -> int:
        mine = app.test_client()
        mine.set_cookie("review", token)
        barrier.wait()
        if place:
            return press(mine, body).status_code
        with app.app_context(), writing():
            end(cycle_id, reviewer_id)
            db.session.commit()
            db.session.remove()
        return GONE

    with ThreadPoolExecutor(RIVALS) as pool:
        statuses = set(pool.map(work, range(RIVALS)))

    assert statuses <= {SENT, GONE}
    found = set(db.session.scalars(select(FeedbackRequest.state)))
    assert found == ({RequestState.SUBMITTED} if SENT in statuses else {RequestState.STARTED})
    assert len(kept()) == (3 if SENT in statuses else 0)


def test_reviewers_of_the_same_people_take_turns_in_an_anonymous_round(app: Flask) -> None:
    """Each holds the people in the order of its own requests, which is not that of others."""
    cycle = make_cycle()
    cycle.mode = "anonymous"
    first = make_scene(groups=PEERS, cycle=cycle)
    scenes = [first, *(beside(first, turned=place % 2 == 0) for place in range(5))]
    browsers = [app.test_client() for _ in scenes]
    bodies = []
    for browser, scene in zip(browsers, scenes, strict=True):
        begin(browser, scene)
        bodies.append(shown(browser))
    db.session.remove()
    barrier = Barrier(len(scenes))

    def send(place: int) -> int:
        barrier.wait()
        return press(browsers[place], bodies[place]).status_code

    with ThreadPoolExecutor(len(scenes)) as pool:
        assert list(pool.map(send, range(len(scenes)))) == [303] * len(scenes)
    assert len(kept()) == 3 * len(scenes)


def beside(scene: Scene, *, turned: bool) -> Scene:
    """Another reviewer of the same people, whose requests were made in this order or the other."""
    reviewer = make_reviewer(scene.cycle, make_person(name="同事"))
    participants = scene.participants[::-1] if turned else scene.participants
    requests = [make_request(one, reviewer, RaterGroup.PEER) for one in participants]
    db.session.commit()
    return replace(
        scene,
        reviewer=reviewer,
        participants=participants,
        requests=requests,
        token=token_of(reviewer),
    )


def test_it_is_read_in_chinese_too(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS, locale="zh")
    fields = begin(client, scene)
    draft(scene, 2, {fields[0]: ""})
    page = client.get(CHECK)

    assert "<button>全部提交（2）</button>" in page.text
    assert "30 个回答 · 没有评语" in words_of(page)
    assert "还有 1 题未答" in page.text
    answer = press(client, shown(client))
    assert "已提交 2 份评价。点开可查看回执。" in client.get(answer.location).text
