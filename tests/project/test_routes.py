"""No page is open by oversight."""

from flask import Flask
from flask.testing import FlaskClient

from app.web.limits import is_counted
from app.web.policy import Policy, policy_of
from tests.factories import make_account, sign_in

FLASK_OWN = {"static"}


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()} - FLASK_OWN


def addresses(app: Flask, *policies: Policy) -> list[str]:
    """One address of every GET route under these policies, its numbers filled with 1."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint in FLASK_OWN or policy_of(view) not in policies:
            continue
        if "GET" in (rule.methods or set()):
            values = {name: _sample(rule, name) for name in rule.arguments}
            with app.test_request_context():
                found.append(app.url_map.bind("localhost").build(rule.endpoint, values))
    return found


def _sample(rule: object, name: str) -> object:
    converter = rule._converters[name]  # type: ignore[attr-defined]
    return 1 if "Integer" in type(converter).__name__ else "x"


def test_every_route_declares_who_may_ask_for_it(app: Flask) -> None:
    undeclared = {name for name in endpoints(app) if policy_of(app.view_functions[name]) is None}

    assert undeclared == set()


def test_pages_that_need_an_account_send_a_stranger_to_sign_in(
    app: Flask, client: FlaskClient
) -> None:
    pages = addresses(app, Policy.SIGNED_IN, Policy.HR)

    answers = {page: client.get(page) for page in pages}

    assert pages
    assert {page for page, answer in answers.items() if answer.status_code != 302} == set()
    assert all("/sign-in" in (answer.location or "") for answer in answers.values())


def test_whatever_can_be_sent_through_a_mailed_link_is_counted(app: Flask) -> None:
    sendable = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set())
        and policy_of(app.view_functions[rule.endpoint]) is Policy.LINK
    }

    uncounted = {name for name in sendable if not is_counted(app.view_functions[name])}

    assert sendable
    assert uncounted == set()


def test_pages_of_hr_are_not_there_for_anybody_else(app: Flask, client: FlaskClient) -> None:
    sign_in(client, make_account())

    answers = {page: client.get(page).status_code for page in addresses(app, Policy.HR)}

    assert {page for page, status in answers.items() if status != 404} == set()


def test_a_route_without_a_policy_is_never_served(app: Flask, client: FlaskClient) -> None:
    def forgotten() -> str:
        return "secret"

    app.view_functions["auth.home"] = forgotten

    assert client.get("/").status_code == 404


def test_every_answer_carries_the_security_headers(app: Flask, client: FlaskClient) -> None:
    for page in ("/sign-in", "/nowhere", "/healthz", "/static/css/app.css"):
        with client.get(page) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        if not page.startswith("/static"):
            assert headers["Cache-Control"] == "no-store", page
