"""HR hides a passage of a comment before the release: nobody reads it afterwards, anywhere."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select, text

from app.audit.models import AuditEvent
from app.auth.models import Account, Role
from app.cycles.models import Cycle
from app.db import db, writing
from app.feedback.models import Submission
from app.interviews.models import RecordVersion
from app.interviews.service import open_interviews
from app.mail.models import Letter
from app.people.models import Person
from app.ratings.calibrating import add_calibration
from app.ratings.guards import RatingError
from app.ratings.hiding.looking import LookedAt, Looking, look_through
from app.ratings.hiding.models import HiddenPassage
from app.ratings.hiding.rules import HIDDEN, Reason
from app.ratings.hiding.service import Wish, hide, open_comment, show_again
from app.ratings.models import Rating
from app.ratings.service import rate_cycle, release_cycle
from app.worker import delete_where_due
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_department, make_person, sign_in
from tests.kam_example import EXAMPLE, World, add_participant, build_world
from tests.record_world import (
    Talk,
    account_of,
    freeze,
    print_records,
    write_both_parts,
)
from tests.rounds import counted_statements, launch, make_team

PASSAGE = "Zhang Wei of the Suzhou desk"
MARK = "[HR has hidden a passage]"
MARK_IN_CHINESE = "［人力资源部已隐去一处］"
FIRST_PEER = next(rater["id"] for rater in EXAMPLE["raters"] if rater["group"] == "peer")
COMMENTS = {
    rater["id"]: {"customer" if rater["group"] == "customer" else "continue": f"says {rater['id']}"}
    for rater in EXAMPLE["raters"]
} | {FIRST_PEER: {"continue": f"As {PASSAGE} says: {PASSAGE}\n likes him."}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A round whose ratings are computed, and HR before it."""

    world: World
    hr: Account

    @property
    def participant_id(self) -> int:
        return self.world.participant.id

    def looking(self, account: Account | None = None) -> Looking:
        by = account or self.hr
        return look_through(self.world.cycle.id, account_id=by.id, link_key=LINK_KEY)

    def comment(self, words: str = PASSAGE) -> LookedAt:
        """The comment in which these words can be read."""
        return next(
            one
            for person in self.looking().people
            for one in person.comments
            if words in "".join(part.text for part in one.parts)
        )

    def hide(self, passage: str = PASSAGE, *, reason: str = "person", whole: bool = False) -> str:
        """Hide it in the comment in which it stands; gives the digest of the comment."""
        digest = self.comment(passage).digest
        wish = Wish(passage=passage, whole=whole, reason=reason)
        hide(self.world.cycle, self.participant_id, digest, wish, by=self.hr, link_key=LINK_KEY)
        db.session.commit()
        return digest

    def rate(self) -> None:
        rate_cycle(self.world.cycle, link_key=LINK_KEY)
        db.session.commit()

    def release(self) -> None:
        release_cycle(
            self.world.cycle, reviewed_by=self.hr, public_url="http://localhost", link_key=LINK_KEY
        )
        db.session.commit()


@pytest.fixture
def desk(app: Flask) -> Desk:
    desk = Desk(world=build_world(comments=COMMENTS), hr=make_account(role=Role.HR, name="Chen"))
    desk.rate()
    return desk


def read_result(client: FlaskClient, desk: Desk, *, lang: str = "en") -> str:
    account = make_account()
    db.session.get_one(Person, desk.world.person.id).account_id = account.id
    sign_in(client, account)
    return client.get(f"/me/result/{desk.participant_id}?lang={lang}").text


def every_result() -> list[str]:
    db.session.expire_all()
    return [json.dumps(one.result) for one in db.session.scalars(select(Rating))]


def audited(action: str) -> list[tuple[str, str]]:
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.action == action))
    return [(row.subject, row.detail) for row in rows]


@pytest.mark.parametrize(("lang", "mark"), [("en", MARK), ("zh", MARK_IN_CHINESE)])
def test_readers_get_a_mark_in_place_of_a_hidden_passage(
    client: FlaskClient, desk: Desk, lang: str, mark: str
) -> None:
    desk.hide()
    desk.release()

    page = read_result(client, desk, lang=lang)

    assert PASSAGE not in page
    assert "Zhang" not in page
    assert page.count(f'<em class="hidden-passage">{mark}</em>') == 2
    assert HIDDEN not in page
    assert "likes him." in page


def test_nothing_that_stays_after_the_release_holds_the_passage(
    client: FlaskClient, desk: Desk
) -> None:
    add_calibration(
        desk.world.participant,
        delta="1",
        reason="Two versions of it",
        by=desk.hr,
        link_key=LINK_KEY,
    )
    desk.hide()
    before = [json.loads(one) for one in every_result()]
    desk.release()

    after = [json.loads(one) for one in every_result()]

    assert len(after) == 2, "the one before the calibration too"
    for old, new in zip(before, after, strict=True):
        assert PASSAGE in json.dumps(old)
        assert PASSAGE not in json.dumps(new)
        assert json.dumps(new).count(json.dumps(HIDDEN)[1:-1]) == 2
        for one in (old, new):
            del one["view"]["comments"]
        assert old == new, "nothing but comments was touched"
    rows = [*db.session.execute(text("SELECT * FROM audit_events"))]
    rows += [*db.session.execute(text("SELECT * FROM hidden_passages"))]
    rows += [*db.session.execute(text("SELECT * FROM letters"))]
    assert "Zhang" not in str(rows)


def test_no_record_and_no_paper_holds_a_hidden_passage(client: FlaskClient, desk: Desk) -> None:
    desk.hide()
    desk.release()
    open_interviews(desk.world.cycle, desk.hr)
    talk = Talk(
        world=desk.world,
        participant_id=desk.participant_id,
        employee=account_of(desk.world.person, "en"),
        manager=account_of(desk.world.manager, "en"),
        other_manager=make_account(),
        stranger=make_account(),
        hr=desk.hr,
    )
    db.session.commit()
    write_both_parts(client, talk)
    assert freeze(client, talk) == 302
    print_records(client)

    version = db.session.scalars(select(RecordVersion)).one()

    assert "Zhang" not in json.dumps(version.content, ensure_ascii=False)
    paper = client.get(f"{talk.page}.pdf")
    assert paper.mimetype == "application/pdf"
    assert "Zhang" not in "".join(page.extract_text() for page in pdf_pages(paper.data))
    assert "Zhang" not in client.get(talk.page).text


def pdf_pages(data: bytes) -> Iterable[Any]:

    return PdfReader(BytesIO(data)).pages


def test_figures_do_not_change_by_hiding(client: FlaskClient, desk: Desk) -> None:
    rating = db.session.scalars(select(Rating)).one()
    figures = (rating.final, rating.grade, rating.seal, rating.version)
    inputs = json.dumps(rating.inputs)
    desk.hide()
    desk.release()

    rating = db.session.scalars(select(Rating)).one()

    assert (rating.final, rating.grade, rating.seal, rating.version) == figures
    assert json.dumps(rating.inputs) == inputs


def test_the_audit_trail_tells_the_reason_and_the_length_and_no_word(desk: Desk) -> None:
    digest = desk.hide(reason="private")

    assert audited("comment.hidden") == [
        (f"participant:{desk.participant_id}", f"private, {2 * len(PASSAGE)} characters")
    ]
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "comment.hidden")
    ).one()
    assert event.account_id == desk.hr.id
    assert digest not in event.subject + event.detail
    keys = set(db.session.scalars(select(Submission.id)))
    assert not [key for key in keys if key in str(audited("comment.hidden")) + digest]


def test_until_the_release_a_passage_can_be_shown_again(client: FlaskClient, desk: Desk) -> None:
    digest = desk.hide()
    hiding = db.session.scalars(select(HiddenPassage)).one()
    for _twice in range(2):
        show_again(
            desk.world.cycle, desk.participant_id, digest, hiding.id, by=desk.hr, link_key=LINK_KEY
        )
    db.session.commit()
    desk.release()

    assert PASSAGE in read_result(client, desk)
    assert len(audited("comment.shown")) == 1


def test_after_the_release_nothing_is_hidden_or_shown_again(desk: Desk) -> None:
    digest = desk.hide()
    hiding = db.session.scalars(select(HiddenPassage)).one()
    desk.release()
    cycle, wish = desk.world.cycle, Wish(passage="likes", whole=False, reason="other")

    with pytest.raises(RatingError, match="不能再隐去内容，也不能恢复显示"):
        hide(cycle, desk.participant_id, digest, wish, by=desk.hr, link_key=LINK_KEY)
    with pytest.raises(RatingError, match="不能再隐去内容，也不能恢复显示"):
        show_again(cycle, desk.participant_id, digest, hiding.id, by=desk.hr, link_key=LINK_KEY)
    assert PASSAGE not in str(every_result())


def test_a_hidden_passage_stays_hidden_when_results_are_computed_again(
    client: FlaskClient, desk: Desk
) -> None:
    desk.hide()
    answer = db.session.scalars(
        select(Submission).where(Submission.rater_group == "supervisor")
    ).one()
    answer.answers = {**answer.answers, next(iter(answer.answers)): 1}
    desk.rate()
    assert db.session.scalar(select(func.max(Rating.version))) == 2
    assert desk.looking().gone == ()
    desk.release()

    assert PASSAGE not in read_result(client, desk) + str(every_result())


def test_what_was_hidden_in_a_comment_that_is_gone_does_nothing_and_is_told(
    client: FlaskClient, desk: Desk
) -> None:
    desk.hide()
    for answer in db.session.scalars(select(Submission)):
        if PASSAGE in str(answer.comments):
            answer.comments = {"continue": "Something else."}
    desk.rate()

    looking = desk.looking()
    assert [(one.name, one.number) for one in looking.gone] == [("王晓明", 1)]
    sign_in(client, desk.hr)
    page = client.get(f"/hr/c/{desk.world.cycle.id}/comments?lang=en").text
    assert "in comments that nobody gets any more, so they do nothing" in page
    assert "王晓明 (1)" in page
    ratings = client.get(f"/hr/c/{desk.world.cycle.id}/ratings?lang=en").text
    assert "Hidden passages that do nothing any more: 1" in ratings
    desk.release()
    assert MARK not in read_result(client, desk)


def test_hr_looks_through_what_readers_get_and_no_more(client: FlaskClient, desk: Desk) -> None:
    """Too few wrote about the second: no reader gets their comments, and neither does HR."""
    other = make_person(name="孙磊", manager=desk.world.manager)
    add_participant(desk.world.cycle, other, comments={FIRST_PEER: {"continue": "alone with this"}})
    desk.rate()
    rows = {one.participant_id: one.result["view"]["comments"] for one in newest_ratings()}

    people = desk.looking().people

    assert [one.name for one in people] == ["王晓明"]
    for person in people:
        for kind, lists in person.sections.items():
            looked = [
                (one.zh, one.en, ["".join(part.text for part in x.parts) for x in one.comments])
                for one in lists
            ]
            published = rows[person.participant_id][kind]
            assert looked == [(one["zh"], one["en"], one["texts"]) for one in published]
    assert desk.looking().number == len(EXAMPLE["raters"])
    sign_in(client, desk.hr)
    assert "alone with this" not in client.get(f"/hr/c/{desk.world.cycle.id}/comments").text


def newest_ratings() -> list[Rating]:
    newest: dict[int, Rating] = {}
    for one in db.session.scalars(select(Rating).order_by(Rating.version)):
        newest[one.participant_id] = one
    return list(newest.values())


def test_nobody_in_hr_looks_through_comments_about_themselves(
    client: FlaskClient, desk: Desk
) -> None:
    digest = desk.hide()
    desk.world.person.account_id = desk.hr.id
    colleague = make_account(role=Role.HR)
    db.session.commit()

    looking = desk.looking()

    assert (looking.number, looking.people, dict(looking.reasons)) == (0, (), {})
    assert desk.looking(colleague).number == len(EXAMPLE["raters"])
    assert dict(desk.looking(colleague).reasons) == {Reason.PERSON: 1}
    with pytest.raises(RatingError, match="读者看不到这条评语"):
        open_comment(desk.world.cycle, desk.participant_id, digest, by=desk.hr, link_key=LINK_KEY)
    sign_in(client, desk.hr)
    address = f"/hr/c/{desk.world.cycle.id}/comments"
    assert client.get(f"{address}/{desk.participant_id}/{digest}").status_code == 409
    wish = {"passage": "likes", "reason": "other", "action": "hide"}
    assert client.post(f"{address}/{desk.participant_id}/{digest}", data=wish).status_code == 409
    ratings = client.get(f"/hr/c/{desk.world.cycle.id}/ratings?lang=en").text
    assert "Readers get no comments of this cycle." in ratings
    desk.release()
    assert "Names somebody" not in client.get(f"{address}?lang=en").text


def test_words_that_name_a_colleague_or_whoever_was_asked_are_marked(desk: Desk) -> None:
    department = make_department()
    desk.world.person.department_id = department.id
    make_person(name="Zhang Wei", department=department)
    db.session.commit()

    assert desk.looking().telling == 1
    assert desk.comment().is_telling
    assert [part.text for part in desk.comment().parts if part.kind == "telling"] == [
        "Zhang Wei",
        "Zhang Wei",
    ]
    desk.hide("Zhang Wei")
    assert desk.looking().telling == 0


def test_the_place_of_hiding_is_forgotten_with_the_answers_and_the_result_stays(
    client: FlaskClient, desk: Desk
) -> None:
    desk.hide()
    desk.release()
    before = every_result()
    cycle = desk.world.cycle
    for name in ("opens_at", "closes_at", "launched_at", "closed_at", "rated_at", "released_at"):
        setattr(cycle, name, getattr(cycle, name) - timedelta(days=367))
    db.session.commit()

    delete_where_due()
    db.session.expire_all()

    assert db.session.scalar(select(func.count()).select_from(HiddenPassage)) == 0
    assert every_result() == before
    assert MARK in read_result(client, desk)


def test_a_round_whose_reviewers_were_told_otherwise_is_not_looked_through(
    client: FlaskClient, desk: Desk
) -> None:
    digest = desk.comment().digest
    desk.world.cycle.hr_reads_comments = False
    db.session.commit()
    sign_in(client, desk.hr)
    address = f"/hr/c/{desk.world.cycle.id}"

    page = client.get(f"{address}/comments?lang=en").text

    assert "told that HR sees only whether they have responded" in page
    assert PASSAGE not in page
    assert client.get(f"{address}/comments/{desk.participant_id}/{digest}").status_code == 409
    assert "Comments to look through" not in client.get(f"{address}/ratings?lang=en").text


def test_texts_that_one_engine_cannot_take_apart_hide_no_comment(desk: Desk) -> None:
    """A zero character and half a character come from workbooks, into evidence for example."""
    number = desk.looking().number
    for odd in ("a\x00b", "half \ud83d"):
        rating = db.session.scalars(select(Rating)).one()
        rating.result = {**rating.result, "odd": odd}
        db.session.commit()

        assert desk.looking().number == number
        db.session.commit()
    desk.hide()
    desk.release()
    assert PASSAGE not in str(every_result())


def test_statements_do_not_grow_with_people_or_passages(client: FlaskClient, desk: Desk) -> None:
    desk.hide()
    sign_in(client, desk.hr)
    addresses = [f"/hr/c/{desk.world.cycle.id}/{page}" for page in ("comments", "ratings")]

    def statements() -> list[int]:
        counts = []
        for address in addresses:
            db.session.rollback()
            db.session.expire_all()
            with counted_statements() as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    few = statements()
    for _ in range(4):
        add_participant(
            desk.world.cycle, make_person(manager=desk.world.manager), comments=COMMENTS
        )
    desk.rate()
    for words in ("says p3", "says c1"):
        desk.hide(words)

    assert len(desk.looking().people) == 5
    assert statements() == few


def test_two_in_hr_who_hide_at_once_both_hide(app: Flask, desk: Desk) -> None:
    cycle_id, account_id = desk.world.cycle.id, desk.hr.id
    digest, participant_id = desk.comment().digest, desk.participant_id

    def press(passage: str) -> None:
        with app.app_context(), writing():
            hide(
                db.session.get_one(Cycle, cycle_id),
                participant_id,
                digest,
                Wish(passage=passage, whole=False, reason="other"),
                by=db.session.get_one(Account, account_id),
                link_key=LINK_KEY,
            )
            db.session.commit()
            db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, [PASSAGE, "likes him"]))

    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(HiddenPassage)) == 2
    desk.release()
    assert "Zhang" not in str(every_result())
    assert "likes" not in str(every_result())


def test_every_invitation_that_promises_word_for_word_tells_that_hr_may_hide(app: Flask) -> None:
    team = make_team()
    team.customers[0].locale = "en"
    db.session.commit()
    launch(team.cycle)

    texts = db.session.scalars(select(Letter.text)).all()

    promising = [text for text in texts if "原样" in text or "word for word" in text]
    told = [
        "HR may read comments as they will be shown, and hide a passage",
        "HR department may read comments as they will be shown, and hide a passage",
        "人力资源部能看到将要显示的文字，并可隐去其中能认出人或违法的内容",
    ]
    found = [[words for words in told if words in text] for text in promising]
    assert {len(words) for words in found} == {1}
    assert {words for [words] in found} == set(told)
    assert not [text for text in texts if "只能看到您交没交" in text]
