"""Documents that share parts of their scheme are read faster, and no differently."""

from typing import Any

import pytest

from app.scoring import known as parts
from app.scoring.document import read_example
from app.scoring.errors import ScoringError
from app.scoring.known import Known
from tests.unit.scoring.worked import KEY_ACCOUNT, SALES_REP, worked_input

SHARED = ("scale", "groups")


def sharing(document: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The document with the very parts of another that is like it."""
    return document | {name: other[name] for name in SHARED}


def test_documents_that_share_parts_are_read_as_if_they_did_not() -> None:
    known, first = Known(), worked_input(KEY_ACCOUNT)
    second = sharing(worked_input(KEY_ACCOUNT) | {"id": "another"}, first)

    one, other = (read_example(document, known=known) for document in (first, second))

    assert one == read_example(worked_input(KEY_ACCOUNT))
    assert other == read_example(worked_input(KEY_ACCOUNT) | {"id": "another"})
    assert other.scale is one.scale
    assert other.groups is one.groups


def test_schemes_do_not_mix() -> None:
    known = Known()

    both = [read_example(worked_input(one), known=known) for one in (KEY_ACCOUNT, SALES_REP)]

    assert both == [read_example(worked_input(one)) for one in (KEY_ACCOUNT, SALES_REP)]


def test_a_shared_part_with_a_fault_is_refused_for_everybody() -> None:
    known, first = Known(), worked_input(KEY_ACCOUNT)
    first["groups"][0]["weight"] = "41"

    for document in (first, sharing(worked_input(KEY_ACCOUNT), first)):
        with pytest.raises(ScoringError) as refusal:
            read_example(document, known=known)
        assert (refusal.value.code, refusal.value.where) == ("weights_not_100", "/groups")


def test_only_so_many_parts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_PARTS", 3)
    known = Known()

    examples = [read_example(worked_input(KEY_ACCOUNT), known=known) for _ in range(4)]

    assert examples == [read_example(worked_input(KEY_ACCOUNT))] * 4


def test_an_item_that_two_competencies_ask_is_refused_at_its_second_place() -> None:
    document = worked_input(KEY_ACCOUNT)
    competencies = [
        (place, number, element)
        for place, dimension in enumerate(document["dimensions"])
        for number, element in enumerate(dimension["elements"])
        if "items" in element
    ]
    (_, _, first), (place, number, second) = competencies[:2]
    second["items"][0]["id"] = first["items"][0]["id"]

    with pytest.raises(ScoringError) as refusal:
        read_example(document)

    where = f"/dimensions/{place}/elements/{number}/items/0/id"
    assert (refusal.value.code, refusal.value.where) == ("duplicate_id", where)
