"""HR sees double roles, pairs and loads, settles them, and confirms what is meant so."""

from copy import deepcopy

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.db import db
from app.feedback.assigning.queries import load_limits
from app.feedback.assigning.rules import GroupLimit, Limits
from app.feedback.models import AssignmentChange, Reviewer
from app.people.groups import RaterGroup
from app.people.models import Relation
from app.schemes.models import Scheme
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


LIMITS = {
    "peer_least": "3",
    "peer_most": "6",
    "subordinate_least": "3",
    "subordinate_most": "",
    "customer_least": "3",
    "customer_most": "",
    "load_cap": "8",
}


def test_hr_decides_how_many_are_asked(client: FlaskClient) -> None:
    team = make_team(members=5)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/people"
    assert "Peer: 3 to 6" in client.get(address).text

    response = client.post(
        address, data={**LIMITS, "peer_most": "3", "customer_least": "4", "load_cap": "7"}
    )

    assert response.location == address
    page = client.get(address).text
    assert "Peer: 3 to 3 · Direct report: 3 or more · Customer: 4 or more · up to 7 forms" in page
    assert "Customer: fewer than the least" in page
    assert load_limits(team.cycle.id) == Limits(
        groups={
            RaterGroup.PEER: GroupLimit(least=3, most=3),
            RaterGroup.CUSTOMER: GroupLimit(least=4, most=None),
        },
        load_cap=7,
    )
    person = client.get(f"{address}/{team.participant().id}").text
    assert "This cycle wants at least 4 here." in person
    checklist = client.get(f"/hr/c/{team.cycle.id}/launch").text
    assert "5 participants have groups with fewer people than this cycle wants" in checklist


def test_more_than_the_most_is_told(client: FlaskClient) -> None:
    team = make_team(members=3)
    for number in range(7):
        other = make_person(name=f"同事{number}")
        db.session.add(
            Relation(
                subject_id=team.members[0].id, reviewer_id=other.id, rater_group=RaterGroup.PEER
            )
        )
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/people"

    assert client.get(address).text.count("Peer: more than the most") == 1
    assert (
        "This cycle wants at most 6 here." in client.get(f"{address}/{team.participant().id}").text
    )


def test_numbers_left_as_usual_keep_following_the_usual(client: FlaskClient) -> None:
    team = make_team(members=2)
    as_hr(client)

    client.post(f"/hr/c/{team.cycle.id}/people", data=LIMITS)

    assert load_limits(team.cycle.id) == Limits()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("peer_most", "2", "The most must not be below the least."),
        ("peer_least", "-1", "Number must be between 0 and 50."),
        ("peer_least", "some", "Not a valid integer value."),
        ("load_cap", "16", "Number must be between 1 and 15."),
        ("load_cap", "", "This field is required."),
    ],
)
def test_a_wrong_number_is_answered_beside_its_field(
    client: FlaskClient, field: str, value: str, sentence: str
) -> None:
    team = make_team(members=2)
    as_hr(client)

    response = client.post(f"/hr/c/{team.cycle.id}/people", data={**LIMITS, field: value})

    assert response.status_code == 422
    assert sentence in response.text
    assert f'value="{value}"' in response.text or not value
    assert load_limits(team.cycle.id) == Limits()


def satisfaction_is_read_from_customers(team: Team) -> None:
    """One KPI of the team's scheme becomes the customers' own answers."""
    scheme = db.session.get_one(Scheme, team.participant().scheme_id)
    definition = deepcopy(scheme.definition)
    [*_, element] = [
        row
        for dimension in definition["dimensions"]
        for row in dimension["elements"]
        if row.get("kpi")
    ]
    element["kpi"] = {"method": "from_feedback", "group": "customer"}
    element["name_zh"], element["name_en"] = "客户满意度", "Customer satisfaction"
    scheme.definition = definition
    db.session.commit()


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "en",
            "Fewer than 3 customers are asked about 1 participant, so the KPI “Customer "
            "satisfaction” will not apply, and everything else weighs more: 王晓明0.",
        ),
        (
            "zh",
            "1 人的客户不足 3 人，指标“客户满意度”将不适用，其余项目的权重相应提高：王晓明0。",
        ),
    ],
)
def test_hr_reads_before_the_launch_to_whom_a_kpi_from_the_answers_will_not_apply(
    client: FlaskClient, lang: str, told: str
) -> None:
    team = make_team(members=3)
    satisfaction_is_read_from_customers(team)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/launch?lang={lang}"
    assert "客户满意度" not in client.get(address).text
    assert "Customer satisfaction" not in client.get(address).text
    person = f"/hr/c/{team.cycle.id}/people/{team.participant().id}"

    client.post(f"{person}/leave-out/{team.customers[0].id}")

    assert told in client.get(address).text
