"""HR gives a form to somebody else, or asks one more, on pages that show no answer."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.models import Role
from app.clock import now
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.launching.service import launch_cycle
from app.feedback.models import DeclineReason, FeedbackRequest, RequestState, Reviewer
from app.people.groups import RaterGroup
from app.people.models import Person
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_person, sign_in
from tests.rounds import COMPANY, Team, counted_statements, launch, make_team


def launched(*, members: int = 4, name: str = "2026 年度评价") -> Team:
    team = make_team(members=members, name=name)
    launch(team.cycle)
    return team


def as_hr(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))


def form_of(team: Team, rater: Person) -> FeedbackRequest:
    return db.session.scalars(
        select(FeedbackRequest)
        .join(Reviewer)
        .where(
            FeedbackRequest.participant_id == team.participant().id,
            Reviewer.person_id == rater.id,
        )
    ).one()


def test_the_way_leads_from_the_list_of_reviewers_to_somebody_else(client: FlaskClient) -> None:
    team = launched()
    expert = make_person(name="技术支持", manager=team.director)
    as_hr(client)
    root = f"/hr/c/{team.cycle.id}"
    before = form_of(team, team.members[1])
    reviewer, replace = (
        f"{root}/reviewers/{before.reviewer_id}",
        f"{root}/asked/replace/{before.id}",
    )

    assert f'href="{reviewer}"' in client.get(f"{root}/reviewers").text
    assert f'href="{replace}"' in client.get(reviewer).text
    page = client.get(replace).text
    assert "Somebody else in place of 王晓明1" in page
    assert f'value="{expert.staff_number}"' in page
    response = client.post(replace, data={"number": expert.staff_number}, follow_redirects=True)

    assert "技术支持 is asked. The letter is on its way." in response.text
    assert client.get(replace).status_code == 404
    assert replace not in client.get(reviewer).text


@pytest.mark.parametrize(
    ("lang", "fixed", "open_still"),
    [
        ("en", "the participants, their forms and the weights are fixed", "replaced or added"),
        ("zh", "被评价人、问卷和权重不再变动", "关闭收集前，评价人仍可换人或加人"),
    ],
)
def test_the_launch_page_says_what_it_fixes_and_what_can_still_be_changed(
    client: FlaskClient, lang: str, fixed: str, open_still: str
) -> None:
    team = make_team(members=4)
    as_hr(client)
    root = f"/hr/c/{team.cycle.id}"

    page = client.get(f"{root}/launch?lang={lang}").text
    launch(team.cycle)
    reviewer = form_of(team, team.members[1]).reviewer_id

    assert fixed in page
    assert open_still in page
    assert "/asked/replace/" in client.get(f"{root}/reviewers/{reviewer}").text
    assert client.get(f"{root}/asked").status_code == 200
    assert client.get(f"{root}/participants").status_code == 409


def test_hr_reads_why_somebody_declined_and_of_nobody_else(client: FlaskClient) -> None:
    team = launched()
    form = form_of(team, team.members[1])
    form.state, form.decline_reason = RequestState.DECLINED, DeclineReason.LITTLE_CONTACT
    db.session.commit()
    as_hr(client)
    root = f"/hr/c/{team.cycle.id}"

    for page in (f"reviewers/{form.reviewer_id}", f"asked/{form.participant_id}"):
        shown = client.get(f"{root}/{page}").text
        assert shown.count("Too little contact") == 1
        assert shown.count("Declined") == 1


def test_one_more_is_asked_from_the_participants_page(client: FlaskClient) -> None:
    team = launched()
    expert = make_person(name="技术支持")
    as_hr(client)
    root = f"/hr/c/{team.cycle.id}"
    address = f"{root}/asked/{team.participant().id}"
    assert f'href="{root}/asked"' in client.get(root).text
    assert f'href="{address}"' in client.get(f"{root}/asked?name=晓明0").text
    assert "Nobody fits this search." in client.get(f"{root}/asked?name=x").text

    nobody = client.post(address, data={"number": "nobody", "group": "peer"})
    refused = client.post(address, data={"number": team.director.email, "group": "peer"})
    done = client.post(
        address, data={"number": expert.email, "group": "peer"}, follow_redirects=True
    )

    assert nobody.status_code == 422
    assert "Nobody has this staff number or e-mail address." in nobody.text
    assert refused.status_code == 409
    assert "技术支持 is asked." in done.text


def test_what_has_arrived_and_what_is_ones_own_is_not_given_away(client: FlaskClient) -> None:
    team = launched()
    arrived, own = form_of(team, team.members[1]), form_of(team, team.members[0])
    begun = form_of(team, team.members[2])
    arrived.state, begun.state = RequestState.SUBMITTED, RequestState.STARTED
    as_hr(client)
    root = f"/hr/c/{team.cycle.id}/asked"

    page = client.get(f"{root}/{team.participant().id}").text

    assert f"/replace/{arrived.id}" not in page
    assert f"/replace/{own.id}" not in page
    assert f"/replace/{begun.id}" in page
    assert "has arrived and counts" in client.get(f"{root}/replace/{arrived.id}").text
    assert "own assessment" in client.get(f"{root}/replace/{own.id}").text
    late = client.post(f"{root}/replace/{arrived.id}", data={"number": make_person().email})
    assert late.status_code == 409


def test_after_the_close_the_pages_say_so_and_offer_nothing(client: FlaskClient) -> None:
    team = launched()
    form_id, participant_id = form_of(team, team.members[1]).id, team.participant().id
    reviewer_id = form_of(team, team.members[1]).reviewer_id
    close_cycle(team.cycle, now())
    as_hr(client)
    root = f"/hr/c/{team.cycle.id}"

    for path in (
        f"asked/{participant_id}",
        f"asked/replace/{form_id}",
        f"reviewers/{reviewer_id}",
    ):
        page = client.get(f"{root}/{path}").text
        assert "Answers are not collected any more" in page
        assert '<form method="post" novalidate' not in page


@pytest.mark.parametrize("role", [None, Role.MEMBER])
def test_only_hr_comes_in_whatever_the_id(client: FlaskClient, role: Role | None) -> None:
    team = launched()
    form = form_of(team, team.members[1])
    root = f"/hr/c/{team.cycle.id}"
    if role is not None:
        sign_in(client, make_account(role=role))
    paths = [
        f"{root}/asked",
        f"{root}/asked/{team.participant().id}",
        f"{root}/asked/replace/{form.id}",
        f"{root}/reviewers/{form.reviewer_id}",
    ]
    expected = 302 if role is None else 404

    for path in paths:
        assert client.get(path).status_code == expected
    body = {"number": str(make_person().email), "group": "peer"}
    for path in paths[1:3]:
        assert client.post(path, data=body).status_code == expected
    assert form_of(team, team.members[1]).id == form.id


def test_ids_of_another_round_or_of_a_draft_are_not_found(client: FlaskClient) -> None:
    team, other, draft = launched(), launched(name="另一期", members=2), make_team(name="草稿")
    form = form_of(team, team.members[1])
    as_hr(client)

    for cycle in (other.cycle, draft.cycle):
        root = f"/hr/c/{cycle.id}"
        for path in (
            f"asked/{team.participant().id}",
            f"asked/replace/{form.id}",
            f"reviewers/{form.reviewer_id}",
        ):
            assert client.get(f"{root}/{path}").status_code == 404
    assert client.get(f"/hr/c/{draft.cycle.id}/asked").status_code == 404
    assert client.get(f"/hr/c/{team.cycle.id}/asked/999").status_code == 404


def test_a_group_that_can_no_longer_be_shown_is_told_of_and_one_more_mends_it(
    client: FlaskClient,
) -> None:
    team = launched(members=4)
    team.cycle.k_min = 3
    declined = form_of(team, team.members[1])
    root, participant_id = f"/hr/c/{team.cycle.id}/asked", team.participant().id
    page = f"{root}/{participant_id}"
    as_hr(client)
    db.session.commit()
    sentence = "Fewer than 3 people can still answer"
    assert sentence not in client.get(page).text

    declined.state = RequestState.DECLINED
    db.session.commit()
    with_two = client.get(page).text
    expert = make_person(name="技术支持")
    with_three = client.post(
        page, data={"number": expert.email, "group": "peer"}, follow_redirects=True
    ).text

    assert sentence in with_two
    assert sentence not in with_three


def test_a_sixteenth_form_for_one_reviewer_is_given_only_if_hr_confirms_it(
    client: FlaskClient,
) -> None:
    team = make_team(members=16)
    launch_cycle(team.cycle.id, link_key=LINK_KEY, company=COMPANY, confirms_load=True)
    loaded = make_person(name="技术支持")
    reviewer = Reviewer(cycle_id=team.cycle.id, person_id=loaded.id, token_hash="x")
    db.session.add(reviewer)
    db.session.flush()
    db.session.add_all(
        FeedbackRequest(
            participant_id=team.participant(place).id,
            reviewer_id=reviewer.id,
            rater_group=RaterGroup.PEER,
        )
        for place in range(15)
    )
    db.session.commit()
    as_hr(client)
    given = db.session.scalars(
        select(FeedbackRequest).where(
            FeedbackRequest.participant_id == team.participant(15).id,
            FeedbackRequest.rater_group == RaterGroup.PEER,
        )
    ).first()
    assert given is not None
    for path in (f"asked/{team.participant(15).id}", f"asked/replace/{given.id}"):
        address = f"/hr/c/{team.cycle.id}/{path}"
        body = {"number": str(loaded.email), "group": "peer"}

        asked = client.post(address, data=body)

        assert asked.status_code == 422
        assert "技术支持 has 15 forms in this cycle already." in asked.text
        assert 'name="confirms_load"' in asked.text
        assert "技术支持" not in client.get(address).text

    done = client.post(address, data={**body, "confirms_load": "y"}, follow_redirects=True)
    assert "技术支持 is asked." in done.text


@pytest.mark.parametrize("page", ["participants", "participant", "reviewer", "replace"])
def test_the_pages_ask_as_often_for_many_as_for_few(client: FlaskClient, page: str) -> None:
    few, many = launched(members=2, name="小"), launched(members=12, name="大")
    as_hr(client)

    def count(team: Team) -> int:
        form = form_of(team, team.director)
        path = {
            "participants": "asked",
            "participant": f"asked/{team.participant().id}",
            "reviewer": f"reviewers/{form.reviewer_id}",
            "replace": f"asked/replace/{form.id}",
        }[page]
        address = f"/hr/c/{team.cycle.id}/{path}"
        db.session.commit()
        with counted_statements() as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    assert count(few) == count(many) <= 15


def test_a_reviewer_with_nothing_left_has_a_page_that_says_so(client: FlaskClient) -> None:
    team = launched(members=1)
    form = form_of(team, team.director)
    reviewer_id = form.reviewer_id
    db.session.delete(form)
    db.session.execute(update(Reviewer).values(declined=False))
    as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}/reviewers/{reviewer_id}").text

    assert "All forms were given to others." in page
