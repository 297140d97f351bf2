"""After the close HR reads how many reviewers show a sign, and never who."""

from flask.testing import FlaskClient

from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.quality.models import QualityCount
from app.feedback.quality.rules import Band
from app.scoring.statistics.raters.quality import RaterFlag
from tests.factories import make_account, make_cycle, sign_in


def closed(**changes: object) -> Cycle:
    cycle = make_cycle()
    cycle.closed_at = now()
    for name, value in changes.items():
        setattr(cycle, name, value)
    db.session.commit()
    return cycle


def keep(cycle: Cycle, sign: RaterFlag, band: Band, flagged: int | None = None) -> None:
    db.session.add(
        QualityCount(cycle_id=cycle.id, sign=sign, band=band, flagged=flagged, judged=40)
    )
    db.session.commit()


def page(client: FlaskClient, cycle: Cycle, locale: str = "en") -> str:
    sign_in(client, make_account(role=Role.HR, locale=locale))
    return client.get(f"/hr/c/{cycle.id}").text


def test_counts_and_bands_are_told_in_both_languages(client: FlaskClient) -> None:
    cycle = closed()
    keep(cycle, RaterFlag.STRAIGHT_LINE, Band.EXACT, 5)
    keep(cycle, RaterFlag.HALO, Band.FEW)
    keep(cycle, RaterFlag.SEVERITY, Band.MANY)

    en, zh = page(client, cycle), page(client, cycle, "zh")

    for words in ("5 of 40", "fewer than 3 of 40", "37 or more of 40"):
        assert words in en
    for words in ("40 人中有 5 人", "40 人中不足 3 人", "40 人中至少 37 人"):
        assert words in zh


def test_an_anonymous_round_says_why_nothing_was_counted(client: FlaskClient) -> None:
    cycle = closed(mode="anonymous")

    assert "This cycle is anonymous: nobody knows which forms" in page(client, cycle)
    assert "本次评价为匿名方式，不知道哪些评价出自同一人" in page(client, cycle, "zh")


def test_a_small_round_says_how_many_it_takes(client: FlaskClient) -> None:
    text = page(client, closed(k_min=4))

    assert "It takes at least 8 reviewers who answered" in text


def test_while_answers_are_collected_nothing_is_said_about_them(client: FlaskClient) -> None:
    cycle = make_cycle()

    assert "How the forms were filled in" not in page(client, cycle)
