"""A reviewer at the door, for tests of the form."""

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import update

from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.models import FeedbackRequest, Reviewer
from app.people.groups import RaterGroup
from app.questionnaires.models import Item
from app.schemes.service import install_packs
from tests.factories import (
    make_customer,
    make_cycle,
    make_participant,
    make_person,
    make_request,
    make_reviewer,
    token_of,
)

LEVEL = "4"
NAMES = ("王晓明", "李华", "赵敏", "孙立", "周倩")


@dataclass(frozen=True, kw_only=True)
class Scene:
    cycle: Cycle
    reviewer: Reviewer
    participants: list[Participant]
    requests: list[FeedbackRequest]
    token: str

    @property
    def link(self) -> str:
        return f"/i/{self.token}"


def make_scene(
    *,
    groups: tuple[RaterGroup, ...] = (RaterGroup.PEER,),
    cycle: Cycle | None = None,
    locale: str = "en",
    names: tuple[str, ...] = NAMES,
) -> Scene:
    """One reviewer, asked about one person per group given; committed."""
    scheme = install_packs()[0]
    cycle = cycle or make_cycle()
    asker = make_person(name="张三", locale=locale)
    people = [make_person(name=name) for name, _group in zip(names, groups, strict=False)]
    if RaterGroup.CUSTOMER in groups:
        asker = make_customer(owner=people[0], locale=locale)
    if RaterGroup.SELF in groups:
        people[groups.index(RaterGroup.SELF)] = asker
    participants = [make_participant(cycle, person, scheme) for person in people]
    reviewer = make_reviewer(cycle, asker)
    pairs = zip(participants, groups, strict=True)
    requests = [make_request(participant, reviewer, group) for participant, group in pairs]
    token = token_of(reviewer)
    db.session.commit()
    return Scene(
        cycle=cycle,
        reviewer=reviewer,
        participants=participants,
        requests=requests,
        token=token,
    )


def start(client: FlaskClient, scene: Scene) -> str:
    """Press Start; gives the address that follows."""
    response = client.post(f"{scene.link}/start")
    assert response.status_code == 303, response.text
    return response.location


def fields_on(text: str) -> dict[str, str]:
    """The fields of a form page with their values; ratings without an answer are left out."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    ratings = re.findall(r'name="(a-[^"]+)" value="([^"]+)" checked', text)
    comments = re.findall(r'<textarea [^>]*name="(c-[^"]+)"[^>]*>\n([^<]*)</textarea>', text)
    return dict([*hidden, *ratings, *comments])


def rating_fields(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="(a-[^"]+)"', text)))


def filled(text: str, level: str = LEVEL) -> dict[str, str]:
    """The page's body with every question answered."""
    return {**fields_on(text), **dict.fromkeys(rating_fields(text), level)}


def typed_on(text: str) -> dict[str, str | list[str]]:
    """What a browser would send of the page's own form if nobody touched it."""
    form = BeautifulSoup(text, "html.parser").select("main form")[-1]
    sent: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") == "checkbox" and not field.has_attr("checked"):
            continue
        value = field.get("value", "")
        if field.name == "textarea":
            value = field.text.removeprefix("\n")
        elif field.name == "select":
            value = field.select("option[selected]")[0]["value"]
        sent.setdefault(str(field["name"]), []).append(str(value))
    return {name: values[0] if len(values) == 1 else values for name, values in sent.items()}


def mark_critical(*codes: str) -> None:
    """Have the worst answer to these items ask for an example; before any form is shown."""
    db.session.execute(update(Item).where(Item.code.in_(codes)).values(critical=True))
    db.session.commit()
