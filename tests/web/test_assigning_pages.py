"""HR sees double roles, pairs and loads, settles them, and confirms what is meant so."""

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.db import db
from app.feedback.models import AssignmentChange, Reviewer
from app.people.groups import RaterGroup
from app.people.models import Relation
from tests.factories import make_account, make_customer, make_person, sign_in
from tests.rounds import Team, counted_statements, make_team


def as_hr(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))


def found_twice(team: Team) -> None:
    """The first customer of the first member is their colleague according to the workbook."""
    db.session.add(
        Relation(
            subject_id=team.members[0].id,
            reviewer_id=team.customers[0].id,
            rater_group=RaterGroup.PEER,
        )
    )
    db.session.commit()


def test_a_double_role_is_told_on_the_checklist_and_settled_on_the_persons_page(
    client: FlaskClient,
) -> None:
    team = make_team(members=2)
    found_twice(team)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/people/{team.participant().id}"
    customer = team.customers[0]

    told = "1 reviewer stands in two groups of one participant and is asked in one of them: "
    assert f"{told}{customer.name}." in client.get(f"/hr/c/{team.cycle.id}/launch").text
    assert "Was found as Customer too." in client.get(address).text
    client.post(f"{address}/ask-as/{customer.id}", data={"group": "customer"})

    assert "Was found as" not in client.get(address).text
    assert told not in client.get(f"/hr/c/{team.cycle.id}/launch").text
    [change] = db.session.scalars(select(AssignmentChange))
    assert (change.person_id, change.rater_group) == (customer.id, RaterGroup.CUSTOMER)


def test_a_manager_can_only_be_kept_as_the_manager(client: FlaskClient) -> None:
    team = make_team(members=2)
    db.session.add(
        Relation(
            subject_id=team.members[0].id,
            reviewer_id=team.director.id,
            rater_group=RaterGroup.PEER,
        )
    )
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/people/{team.participant().id}"

    page = client.get(address).text

    assert "Ask as: Manager" in page
    assert "Ask as: Peer" not in page
    ask_as = f"{address}/ask-as/{team.director.id}"
    assert client.post(ask_as, data={"group": "peer"}).status_code == 409
    assert client.post(ask_as, data={"group": "friend"}).status_code == 404
    assert client.post(f"{address}/ask-as/999999", data={"group": "peer"}).status_code == 404


def test_peers_who_rate_each_other_are_marked(client: FlaskClient) -> None:
    team = make_team(members=3)
    as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}/people/{team.participant().id}").text
    checklist = client.get(f"/hr/c/{team.cycle.id}/launch").text

    assert page.count("The two rate each other.") == 2
    assert "3 pairs of peers rate each other" in checklist


def test_more_than_fifteen_forms_go_out_only_with_a_tick_which_the_audit_keeps(
    client: FlaskClient,
) -> None:
    team = make_team(members=16)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/launch"

    page = client.get(address).text
    assert "1 reviewer is asked for more than 15 forms: 赵敏." in page
    assert 'name="confirms_load"' in page
    refused = client.post(address)
    assert refused.status_code == 409
    assert "more than 15 forms" in refused.text
    assert db.session.scalar(select(func.count()).select_from(Reviewer)) == 0
    launched = client.post(address, data={"confirms_load": "1"})

    assert launched.status_code == 302
    detail = db.session.scalar(
        select(AuditEvent.detail).where(AuditEvent.action == "cycle.launched")
    )
    assert str(detail).endswith("more than 15 forms confirmed for 1 reviewers")


def test_a_usual_round_asks_for_no_confirmation(client: FlaskClient) -> None:
    team = make_team(members=4)
    as_hr(client)

    assert "confirms_load" not in client.get(f"/hr/c/{team.cycle.id}/launch").text


def test_a_persons_page_asks_as_often_for_many_as_for_few(client: FlaskClient) -> None:
    team = make_team(members=3)
    found_twice(team)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/people/{team.participant().id}"
    db.session.commit()
    with counted_statements() as few:
        client.get(address)
    for number in range(12):
        make_customer(owner=team.members[0], name=f"又一位{number}")
        make_person(name=f"同事{number}", manager=team.director)
    db.session.commit()

    with counted_statements() as many:
        client.get(address)

    assert len(few) == len(many)
