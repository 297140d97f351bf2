"""Agreeing twice, and answering while the consent is taken back, at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import db
from app.feedback.consenting.models import Consent
from app.feedback.models import Draft, FeedbackRequest, RequestState, Submission
from app.people.groups import RaterGroup
from tests.forms import filled, make_scene, start

ROUNDS = 6


def at_once(app: Flask, *acts: Callable[[Barrier], int]) -> list[int]:
    """Statuses of these acts, begun at the same moment."""
    db.session.remove()
    barrier = Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda act: act(barrier), acts))


def posting(
    browser: FlaskClient, address: str, body: dict[str, str] | None = None
) -> Callable[[Barrier], int]:
    def act(barrier: Barrier) -> int:
        barrier.wait()
        return browser.post(address, data=body).status_code

    return act


def test_two_presses_of_agree_at_once_keep_one_consent(app: Flask) -> None:
    link = make_scene(groups=(RaterGroup.CUSTOMER,)).link

    statuses = at_once(app, *(posting(app.test_client(), f"{link}/start") for _ in range(4)))

    assert statuses == [303] * 4
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 1


def test_an_answer_sent_while_the_consent_is_withdrawn_never_outlives_it(app: Flask) -> None:
    for _ in range(ROUNDS):
        scene = make_scene(groups=(RaterGroup.CUSTOMER,))
        sender, saver, withdrawer = (app.test_client() for _ in range(3))
        address = start(sender, scene)
        start(saver, scene)
        body = filled(sender.get(address).text)
        saver.get(address)
        request_id, link = scene.requests[0].id, scene.link

        statuses = at_once(
            app,
            posting(sender, address, body),
            posting(saver, f"{address}/save", body),
            posting(withdrawer, f"{link}/consent"),
        )

        assert statuses[0] == 303
        assert statuses[1] in {204, 409, 410}
        assert statuses[2] == 303
        left = [
            db.session.scalar(
                select(func.count()).select_from(table).where(table.request_id == request_id)
            )
            for table in (Submission, Draft)
        ]
        assert left == [0, 0]
        state = db.session.get_one(FeedbackRequest, request_id).state
        assert state is RequestState.DECLINED
