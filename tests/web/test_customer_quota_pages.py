"""What HR sees of customers who are left in peace, and where it is set."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle, Participant
from app.cycles.service import add_participants, create_cycle
from app.db import db
from app.mail.models import Letter, LetterState
from tests.factories import make_account, make_customer, sign_in
from tests.rounds import Team, launch, make_team, plan


def second_round(client: FlaskClient, *, customers: int = 3) -> tuple[Team, Cycle]:
    """Another round, a month after all customers were asked; HR is signed in."""
    team = make_team(members=1)
    for number in range(customers - 3):
        make_customer(owner=team.members[0], name=f"新客户{number}")
    db.session.commit()
    launch(team.cycle)
    moment = now() - timedelta(days=30)
    db.session.execute(update(Letter).values(sent_at=moment, state=LetterState.SENT))
    db.session.execute(update(Cycle).values(launched_at=moment, opens_at=moment))
    cycle = create_cycle(plan(name="下一轮"))
    add_participants(cycle)
    db.session.commit()
    sign_in(client, make_account(role=Role.HR, locale="en"))
    return team, cycle


def page_of(cycle: Cycle) -> str:
    participant = db.session.scalars(
        select(Participant).where(Participant.cycle_id == cycle.id)
    ).one()
    return f"/hr/c/{cycle.id}/people/{participant.id}"


def test_the_participants_page_lists_them_with_the_day(client: FlaskClient) -> None:
    team, cycle = second_round(client)
    page = client.get(page_of(cycle)).text

    assert "Customers left in peace" in page
    assert page.count("Was asked not long ago; may be asked again from") == 3
    assert team.customers[0].name in page


def test_asking_one_by_hand_is_refused_with_the_day_and_changes_nothing(
    client: FlaskClient,
) -> None:
    team, cycle = second_round(client)
    address, page = team.customers[0].email, page_of(cycle)

    refused = client.post(page, data={"number": address, "group": "customer"})

    assert refused.status_code == 409
    assert "may be asked again from" in refused.text
    assert client.get(page).text.count("Was asked not long ago") == 3


def test_the_launch_page_names_all_of_them(client: FlaskClient) -> None:
    _, cycle = second_round(client, customers=6)
    page = client.get(f"/hr/c/{cycle.id}/launch").text

    assert "6 customers were asked not long ago and are left in peace" in page
    assert page.count("(from ") == 3 + 6  # three in the sentence, all in the list below it
    assert "All customers left in peace" in page


def test_the_basics_hold_both_limits_and_a_rest_of_nothing_asks_everybody(
    client: FlaskClient,
) -> None:
    _, cycle = second_round(client)
    basics = client.get(f"/hr/c/{cycle.id}/basics").text
    assert 'name="customer_rest_days"' in basics
    assert 'value="90"' in basics
    cycle = db.session.get_one(Cycle, cycle.id)
    cycle.customer_rest_days = 0
    db.session.commit()

    page = client.get(page_of(cycle)).text
    assert "Customers left in peace" not in page
