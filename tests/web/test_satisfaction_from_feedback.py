"""Customer satisfaction read from the round: what the employee, the manager and HR see of it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import db
from tests.kam_example import make_scheme, without
from tests.web.test_results import Cast, make_cast, page_for

NOBODYS = "From the answers of this cycle: too few or none answered, so it does not apply"


def read_from_the_round(**choices: Any) -> Cast:
    """The example with an old line for satisfaction in the sheet, which the scheme overrules."""
    scheme = make_scheme()
    definition = scheme.definition
    dimensions = [dict(row) for row in definition["dimensions"]]
    [*_, dimension] = [row for row in dimensions if row["id"] == "D2"]
    dimension["elements"] = [
        {**row, "kpi": {"method": "from_feedback", "group": "customer"}}
        if row["id"] == "K5"
        else row
        for row in dimension["elements"]
    ]
    scheme.definition = {**definition, "dimensions": dimensions}
    db.session.flush()
    return make_cast(**choices)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "From the answers of Customers (3–5 people)"), ("zh", "取自客户（3–5 人）的作答")],
)
def test_everybody_who_reads_the_result_sees_whose_answers_it_is_made_of(
    client: FlaskClient, lang: str, sentence: str
) -> None:
    cast = read_from_the_round()
    participant = cast.world.participant.id

    for account, path in [
        (cast.employee, f"/me/result/{participant}"),
        (cast.manager, f"/m/p/{participant}"),
    ]:
        page = page_for(client, account, path, lang=lang)
        assert sentence in page
        assert "8.13 = 22% × 35%" not in page  # the sheet's own figure


def test_hr_sees_it_where_a_result_is_calibrated(client: FlaskClient) -> None:
    """The customers' means of 41/9 and 13/3 are worth 91.11 and 86.67 points."""
    cast = read_from_the_round(released=False)
    world = cast.world
    path = f"/hr/c/{world.cycle.id}/ratings/{world.participant.id}/calibrate"

    page = page_for(client, cast.hr, path)

    assert "Customer satisfaction (88.89): From the answers of Customers (3–5 people)" in page


def test_two_customers_make_no_satisfaction_and_are_not_told_from_none(client: FlaskClient) -> None:
    cast = read_from_the_round(raters=without("customer", keep=2))
    page = page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}")

    assert NOBODYS in page
    assert "From the answers of Customers" not in page


def test_hr_reads_too_where_nobodys_answers_count(client: FlaskClient) -> None:
    cast = read_from_the_round(raters=without("customer", keep=2), released=False)
    world = cast.world

    page = page_for(
        client, cast.hr, f"/hr/c/{world.cycle.id}/ratings/{world.participant.id}/calibrate"
    )

    assert f"Customer satisfaction: {NOBODYS}" in page


def test_whose_answers_it_is_made_of_stands_there_before_anything_is_opened(
    client: FlaskClient,
) -> None:
    cast = read_from_the_round()
    page = page_for(client, cast.employee, f"/me/result/{cast.world.participant.id}")
    row = page[page.index("Customer satisfaction</summary>") :].split("</th>")[0]

    assert "Target" not in row  # no sheet gives one
    assert "From the answers of Customers" in row.split("</details>")[1]
