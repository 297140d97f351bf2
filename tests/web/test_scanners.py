"""Mail filters, previews and chat programs open every link of a letter before its reader does.

They change nothing that is kept, get no cookie, and leave the link as good as it was.
"""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.clock import now
from app.config import Settings
from app.db import db
from app.feedback.links import hash_token
from app.feedback.models import FeedbackRequest, RequestState, Reviewer
from app.mail.opting_out import opt_out_link
from tests.dumps import everything
from tests.factories import token_of
from tests.rounds import launch, make_team

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
# As they were seen in the logs of web servers: filters of mail, previews of chats, plain libraries.
SCANNERS = (
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b",
    f"{CHROME} SkypeUriPreview Preview/0.5",
    f"{CHROME} HeadlessChrome/120.0.6099.109 Safari/537.36",
    f"{CHROME} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17126; Pro)",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Barracuda Sentinel (EE)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0 A",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) MicroMessenger/8.0.44",
    "DingTalkBot-LinkService/1.0 (+https://open.dingtalk.com/document/app/robots)",
    "curl/8.5.0",
    "python-requests/2.31.0",
    "",
)
REQUESTS = 1_000


def addresses_of(app: Flask, reviewer: Reviewer, settings: Settings) -> list[str]:
    """Every page that a letter's links lead to, and every page below them."""
    opt_out = opt_out_link(reviewer.person.email or "", settings).removeprefix(settings.public_url)
    pages = app.url_map.bind("localhost")
    below = [
        pages.build(rule.endpoint, {"token": token_of(reviewer)})
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/i/<token>") and "GET" in (rule.methods or ())
    ]
    assert f"/i/{token_of(reviewer)}" in below
    assert len(below) > 2
    return [*below, "/i/", opt_out]


def scanned(app: Flask, addresses: Sequence[str], *, at_least: int = 0) -> list[TestResponse]:
    """Every scanner asks for every address, by GET and by HEAD, and over again until enough."""
    scanner = app.test_client(use_cookies=False)
    rounds = max(1, -(-at_least // (2 * len(SCANNERS) * len(addresses))))
    return [
        scanner.open(address, method=method, headers={"User-Agent": agent, "Accept": "*/*"})
        for address, method, agent in product(list(addresses) * rounds, ("GET", "HEAD"), SCANNERS)
    ]


def changes_made(before: Sequence[str], after: Sequence[str]) -> set[str]:
    return set(before) ^ set(after)


def reviewers() -> list[Reviewer]:
    """Whom the letters of the round went to."""
    return list(db.session.scalars(select(Reviewer).order_by(Reviewer.id)))


@pytest.mark.no_cover  # a thousand times the same lines
def test_a_thousand_visits_of_scanners_change_nothing_and_the_link_stays_good(
    client: FlaskClient, app: Flask, settings: Settings, tmp_path: Path
) -> None:
    launch(make_team(members=2).cycle)
    reviewer = reviewers()[0]
    token = token_of(reviewer)
    addresses = addresses_of(app, reviewer, settings)
    db.session.rollback()
    before = everything(tmp_path / "test.sqlite")

    answers = scanned(app, addresses, at_least=REQUESTS)

    assert len(answers) >= REQUESTS
    assert {answer.status_code for answer in answers} == {200}
    assert [answer for answer in answers if "Set-Cookie" in answer.headers] == []
    assert changes_made(before, everything(tmp_path / "test.sqlite")) == set()
    assert "<form" in client.get(f"/i/{token}").text
    assert client.post(f"/i/{token}/start").status_code == 303


def test_scanners_change_nothing_behind_any_door(
    client: FlaskClient, app: Flask, settings: Settings, tmp_path: Path
) -> None:
    """Of somebody in the middle of it, done, declined, cut off, replaced, and of a closed round."""
    team = make_team(members=3)
    launch(team.cycle)
    begun, done, declined, cut_off, replaced = reviewers()[:5]
    addresses = addresses_of(app, replaced, settings)
    client.post(f"/i/{token_of(begun)}/start")
    client.post(f"/i/{token_of(declined)}/decline")
    client.post(f"/i/{token_of(cut_off)}/not-me")
    replaced.generation += 1
    replaced.token_hash = hash_token(token_of(replaced))
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.reviewer_id == done.id)
        .values(state=RequestState.SUBMITTED)
    )
    db.session.commit()
    for one in (begun, done, declined, cut_off):
        addresses += addresses_of(app, one, settings)
    for closed_at in (None, now()):
        team.cycle.closed_at = closed_at
        db.session.commit()
        before = everything(tmp_path / "test.sqlite")

        scanner = app.test_client(use_cookies=False)
        answers = [scanner.get(address) for address in addresses]

        assert [answer for answer in answers if "Set-Cookie" in answer.headers] == []
        assert {answer.status_code for answer in answers} == {200, 410}
        assert changes_made(before, everything(tmp_path / "test.sqlite")) == set()


def test_a_visit_that_leaves_a_trace_is_seen(
    client: FlaskClient, app: Flask, settings: Settings, tmp_path: Path
) -> None:
    """The comparison itself: one press of Start is found in it."""
    launch(make_team(members=1).cycle)
    before = everything(tmp_path / "test.sqlite")

    client.post(f"/i/{token_of(reviewers()[0])}/start")

    assert changes_made(before, everything(tmp_path / "test.sqlite")) != set()
