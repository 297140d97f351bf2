"""The pages on which results are read: who sees which, and what never appears on them."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.auth.models import Account, Role
from app.db import db
from app.feedback.models import Submission
from app.kpi.models import KpiLine, KpiStatus
from app.people.models import Person
from app.ratings.calibrating import add_calibration
from app.ratings.service import rate_cycle, release_cycle
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_person, sign_in
from tests.kam_example import EXAMPLE, World, add_participant, answering, build_world, without
from tests.texts import words_of

COMMENTS = {
    rater["id"]: {"continue": f"remark of {rater['id']}"}
    for rater in EXAMPLE["raters"]
    if rater["group"] != "customer"
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Everybody who might ask for a result."""

    world: World
    employee: Account
    manager: Account
    other_manager: Account
    stranger: Account
    hr: Account


def account_of(person_id: int, *, locale: str = "en") -> Account:
    account = make_account(locale=locale)
    db.session.get_one(Person, person_id).account_id = account.id
    db.session.flush()
    return account


def make_cast(*, released: bool = True, locale: str = "en", **choices: Any) -> Cast:
    world = build_world(comments=choices.pop("comments", COMMENTS), **choices)
    rate_cycle(world.cycle, link_key=LINK_KEY)
    other = make_person(name="赵敏")
    build_world_for_other(world, other.id)
    hr = make_account(role=Role.HR)
    if released:
        release_cycle(world.cycle, reviewed_by=hr, public_url="http://localhost", link_key=LINK_KEY)
    return Cast(
        world=world,
        employee=account_of(world.person.id, locale=locale),
        manager=account_of(world.manager.id, locale=locale),
        other_manager=account_of(other.id),
        stranger=make_account(),
        hr=hr,
    )


def build_world_for_other(world: World, other_id: int) -> None:
    """Another manager has somebody in the same round."""
    other = db.session.get_one(Person, other_id)
    add_participant(world.cycle, make_person(name="孙磊", manager=other))
    rate_cycle(world.cycle, link_key=LINK_KEY)


def page_for(client: FlaskClient, account: Account, path: str, *, lang: str = "en") -> str:
    sign_in(client, account)
    response = client.get(f"{path}?lang={lang}")
    assert response.status_code == 200, response.status_code
    return response.text


@pytest.mark.parametrize(
    ("who", "team_page", "own_page", "hr_page"),
    [
        ("employee", 404, 200, 404),
        ("manager", 200, 404, 404),
        ("other_manager", 404, 404, 404),
        ("stranger", 404, 404, 404),
        ("hr", 404, 404, 200),
    ],
)
def test_a_result_opens_to_its_employee_and_manager_only(
    client: FlaskClient, who: str, team_page: int, own_page: int, hr_page: int
) -> None:
    cast = make_cast()
    participant, cycle = cast.world.participant.id, cast.world.cycle.id
    sign_in(client, getattr(cast, who))

    assert client.get(f"/m/p/{participant}").status_code == team_page
    assert client.get(f"/me/result/{participant}").status_code == own_page
    assert client.get(f"/hr/c/{cycle}/ratings").status_code == hr_page


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient) -> None:
    cast = make_cast()
    db.session.commit()

    for path in ("/m", "/me", f"/m/p/{cast.world.participant.id}"):
        assert client.get(path).location.startswith("/sign-in")


@pytest.mark.parametrize("who", ["employee", "manager"])
def test_nobody_reads_a_result_before_its_release(client: FlaskClient, who: str) -> None:
    cast = make_cast(released=False)
    participant = cast.world.participant.id
    sign_in(client, getattr(cast, who))

    assert client.get(f"/m/p/{participant}").status_code == 404
    assert client.get(f"/me/result/{participant}").status_code == 404
    assert "92.16" not in client.get("/m").text + client.get("/me").text


def test_the_page_shows_the_total_and_terms_that_sum_to_it(client: FlaskClient) -> None:
    cast = make_cast()

    text = words_of(page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}"))

    assert "92.16 Total score A Grade" in text
    assert (
        "92.16 = Sales results 50.41 + Customer value and satisfaction 21.44 "
        "+ Sales process and ability 12.87 + Teamwork and development 5.94 + Extra points 1.50"
    ) in text
    assert "8.13 = 22% × 35% × 105.60" in text
    assert "2.79 = 22% × 15% × 84.64" in text


def test_a_calibrated_result_keeps_the_computed_one_and_the_reason(client: FlaskClient) -> None:
    cast = make_cast(released=False)
    reason = "Aligned with the targets of the other key accounts"
    add_calibration(
        cast.world.participant, delta="-0.50", reason=reason, by=cast.hr, link_key=LINK_KEY
    )
    release_cycle(
        cast.world.cycle, reviewed_by=cast.hr, public_url="http://localhost", link_key=LINK_KEY
    )

    text = words_of(page_for(client, cast.employee, f"/me/result/{cast.world.participant.id}"))

    assert "91.66 Total score A Grade" in text
    assert "91.66 = 92.16 − 0.50" in text
    assert reason in text


def test_small_groups_are_shown_together_and_the_page_says_so(client: FlaskClient) -> None:
    cast = make_cast()

    text = words_of(page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}"))

    assert "Peers and Direct reports are shown together (one group had fewer than 3)." in text
    assert "4.27 3–5 raters · 35%" in text
    assert "5 raters" not in text.replace("3–5 raters", "")


def test_a_group_that_is_too_small_is_explained_and_not_counted(client: FlaskClient) -> None:
    cast = make_cast(raters=without("customer", keep=2))

    text = words_of(page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}"))

    assert "Customers: fewer than 3 responses, so not shown separately" in text


def test_answers_of_a_suppressed_group_change_not_one_byte(client: FlaskClient) -> None:
    cast = make_cast(raters=answering(without("customer", keep=2), "customer", 1))
    path = f"/m/p/{cast.world.participant.id}?lang=en"
    sign_in(client, cast.manager)
    before = client.get(path)

    cast.world.cycle.released_at = None
    for form in db.session.scalars(select(Submission).where(Submission.rater_group == "customer")):
        form.answers = dict.fromkeys(form.answers, 5)
    db.session.flush()
    again = rate_cycle(cast.world.cycle, link_key=LINK_KEY)
    release_cycle(
        cast.world.cycle, reviewed_by=cast.hr, public_url="http://localhost", link_key=LINK_KEY
    )
    db.session.commit()
    after = client.get(path)

    assert again.new == 2
    assert (before.status_code, len(before.data)) == (after.status_code, len(after.data))
    assert without_token(before.text) == without_token(after.text)


def without_token(page: str) -> str:
    """The page but for the token against forged requests, which is signed anew each time."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def test_comments_come_without_their_raters_and_with_a_warning_not_to_guess(
    client: FlaskClient,
) -> None:
    cast = make_cast()

    page = page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}")

    assert "please do not guess who wrote what" in page
    colleagues = page.split("From colleagues and customers")[1].split("From the supervisor")[0]
    assert len(re.findall(r"remark of [pd]\d", colleagues)) == 6
    assert "remark of s1" not in colleagues
    assert "remark of me" not in colleagues


def test_comments_of_too_few_are_not_shown_and_the_page_says_why(client: FlaskClient) -> None:
    few = [rater for rater in EXAMPLE["raters"] if rater["id"] in {"s1", "p1", "p2", "p3", "me"}]
    cast = make_cast(raters=few)

    page = page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}")

    assert "remark of p" not in page
    assert "remark of s1" in page
    assert "Comments are shown when at least 5 people" in page


def test_what_somebody_wrote_stays_text(client: FlaskClient) -> None:
    cast = make_cast(comments=COMMENTS | {"p1": {"continue": "<script>alert(1)</script>"}})

    page = page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    # A comment from right to left stays so, and turns nothing beside it around.
    assert '<li dir="auto">&lt;script&gt;' in page


def test_a_reading_is_written_down(client: FlaskClient) -> None:
    cast = make_cast()
    manager_id, participant = cast.manager.id, cast.world.participant.id

    page_for(client, cast.manager, f"/m/p/{participant}")

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "result.read")).one()
    assert (event.account_id, event.subject) == (manager_id, f"participant:{participant}")


def test_the_team_list_links_each_released_result(client: FlaskClient) -> None:
    cast = make_cast()
    participant = cast.world.participant.id

    page = page_for(client, cast.manager, "/m")

    assert f'href="/m/p/{participant}"' in page
    assert f'href="/m/p/{participant}/record"' in page
    assert "孙磊" not in page


def test_a_manager_without_people_is_told_so(client: FlaskClient) -> None:
    cast = make_cast()

    page = page_for(client, cast.stranger, "/m")

    assert "You have no interviews in this cycle." in page


def test_the_employees_first_page_leads_to_the_result(client: FlaskClient) -> None:
    cast = make_cast()

    page = page_for(client, cast.employee, "/me")

    assert f'href="/me/result/{cast.world.participant.id}"' in page
    assert "Total 92.16, grade A" in words_of(page)


def test_the_page_reads_in_chinese(client: FlaskClient) -> None:
    cast = make_cast()
    path = f"/m/p/{cast.world.participant.id}"

    text = words_of(page_for(client, cast.manager, path, lang="zh"))

    assert "92.16 总分 A 等级" in text
    assert "同事与下属已合并显示（其中一组少于 3 人）。" in text
    assert "请看多数人的看法，不要猜是谁写的。" in text


def test_hr_computes_calibrates_and_releases(client: FlaskClient) -> None:
    world = build_world()
    hr = make_account(role=Role.HR)
    sign_in(client, hr)
    base = f"/hr/c/{world.cycle.id}/ratings"
    participant = world.participant.id

    client.post(f"{base}/compute")
    computed = words_of(client.get(f"{base}?lang=en").text)
    refused = client.post(f"{base}/{participant}/calibrate", data={"delta": "9", "reason": "x"})
    client.post(
        f"{base}/{participant}/calibrate",
        data={"delta": "-0.50", "reason": "Aligned with the other key accounts"},
    )
    unseen = client.post(f"{base}/release")
    client.post(f"{base}/release", data={"reviewed": "yes"})
    released = words_of(client.get(base).text)

    assert "92.16 A Rated" in computed
    assert "Release 1 result and send 2 letters" in computed
    assert refused.status_code == 422
    assert "5 points at most" in refused.text
    assert unseen.status_code == 409
    assert "91.66 A Rated" in released
    assert "nothing can be changed any more" in released
    assert client.get(f"{base}/{participant}/calibrate").status_code == 404


def test_hr_sees_totals_and_no_single_answer(client: FlaskClient) -> None:
    cast = make_cast()

    page = page_for(client, cast.hr, f"/hr/c/{cast.world.cycle.id}/ratings")

    assert "92.16" in page
    assert "remark of" not in page
    assert "4.27" not in page


def test_hr_cannot_compute_while_feedback_is_collected(client: FlaskClient) -> None:
    world = build_world(closed=False)
    sign_in(client, make_account(role=Role.HR))
    path = f"/hr/c/{world.cycle.id}/ratings"

    assert "still being collected" in client.get(path).text
    assert client.post(f"{path}/compute").status_code == 409


def test_an_unknown_round_or_person_is_not_found(client: FlaskClient) -> None:
    world = build_world()
    sign_in(client, make_account(role=Role.HR))

    assert client.get("/hr/c/999999/ratings").status_code == 404
    assert client.get(f"/hr/c/{world.cycle.id}/ratings/999999/calibrate").status_code == 404


def test_a_person_whose_figures_are_missing_is_named_and_holds_the_release(
    client: FlaskClient,
) -> None:
    world = build_world()
    for name in ("利润率", "重点客户拓展"):
        line = db.session.scalars(select(KpiLine).where(KpiLine.name == name)).one()
        line.status = KpiStatus.PENDING
    sign_in(client, make_account(role=Role.HR))
    path = f"/hr/c/{world.cycle.id}/ratings"
    client.post(f"{path}/compute")

    text = words_of(client.get(f"{path}?lang=en").text)

    assert "Figures missing Key account development; Profit margin" in text
    assert "1 person still waits for KPI figures" in text
    assert client.post(f"{path}/release", data={"reviewed": "yes"}).status_code == 409


def test_computing_twice_says_that_nothing_has_changed(client: FlaskClient) -> None:
    world = build_world()
    sign_in(client, make_account(role=Role.HR))
    path = f"/hr/c/{world.cycle.id}/ratings"
    client.post(f"{path}/compute")
    client.get(path)

    client.post(f"{path}/compute")

    assert "Nothing has changed since the last computation." in client.get(path).text


def test_a_result_without_a_grade_says_why(client: FlaskClient) -> None:
    world = build_world(comments={})
    for line in db.session.scalars(select(KpiLine).where(KpiLine.method != "bonus")):
        line.status = KpiStatus.NOT_APPLICABLE
    rate_cycle(world.cycle, link_key=LINK_KEY)
    hr = make_account(role=Role.HR)
    release_cycle(world.cycle, reviewed_by=hr, public_url="http://localhost", link_key=LINK_KEY)

    page = page_for(client, account_of(world.person.id), f"/me/result/{world.participant.id}")

    assert "Too little could be scored for a grade." in page
    assert "How the total comes about" not in page
    assert "Competency profile" in page


def test_a_result_that_few_answered_is_shown_without_their_figures(client: FlaskClient) -> None:
    few = [rater for rater in EXAMPLE["raters"] if rater["id"] in {"p1", "c1", "s1"}]
    cast = make_cast(raters=few)

    page = page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}")

    assert "Too few responses; this competency is not shown and not counted." in page
    assert "Single behaviours" not in page
