"""The suite `linkage` in short, and that it sees every trail that is planted for it."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from faults import trails
from faults.linkage import AFTER_CLOSE, AFTER_EACH, Attack, Result, Sightings, attack, summary
from faults.ranking import Places, most_hits, score, score_newest
from faults.running import closing_line
from tests.servers import postgres_database

ROUNDS, RATERS = 2, 10
SHUFFLED = (3, 0, 5, 2, 9, 7, 1, 6, 8, 4)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/linkage.sqlite"
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def test_no_trail_tells_whose_an_answer_is(empty_database: str, tmp_path: Path) -> None:
    result = attack(empty_database, tmp_path, count=ROUNDS, raters=RATERS, seed=1)

    assert result.complaints == []
    assert {one.moment for one in result.attacks} == {AFTER_CLOSE, AFTER_EACH}
    assert summary([result]) == closing_line(faults=2 * ROUNDS * RATERS, is_whole=True)


@pytest.mark.parametrize("step", [1, -1], ids=["forwards", "backwards"])
def test_places_in_the_order_of_arrival_are_found(step: int) -> None:
    found = score([lying(range(RATERS), step=step)] * ROUNDS, lots())

    assert (found.hits, found.is_luck) == (ROUNDS * RATERS, False)


def test_places_that_follow_the_order_within_pages_only_are_found() -> None:
    page_by_page: Places = {rank: (rank % 10, rank) for rank in range(50)}
    found = score([page_by_page] * ROUNDS, lots())

    assert not found.is_luck
    assert found.sigmas > 0


def test_equal_places_and_shuffled_places_are_luck() -> None:
    assert score([lying([0] * RATERS)] * ROUNDS, lots()).is_luck
    assert score([lying(SHUFFLED)] * ROUNDS, lots()).is_luck


def test_whoever_always_finds_the_newest_answer_is_noticed() -> None:
    moments = [lying(range(number)) for number in range(2, 12)] * ROUNDS
    equal = [lying([0] * number) for number in range(2, 12)] * ROUNDS

    assert not score_newest(moments, lots()).is_luck
    assert score_newest(equal, lots()).is_luck


def test_luck_has_a_limit() -> None:
    assert most_hits(1.0) == 8
    assert most_hits(20.0) == 42


def test_a_trail_is_told_by_its_name_and_ends_the_suite_badly() -> None:
    sightings = Sightings()
    marks = [f"mark-{letter * 12}" for letter in "abcdefgh"]
    trail = {mark: (0, number) for number, mark in enumerate(marks)}
    for _round in range(ROUNDS):
        sightings.add({"xmin": trail}, marks)
    found = Attack(
        engine="postgresql",
        mode="anonymous",
        moment=AFTER_CLOSE,
        trail="xmin",
        score=score(sightings.seen["xmin"], lots()),
    )
    result = Result(attacks=[found], strays=["jobs"], answers=8)

    assert result.complaints == [
        "postgresql, anonymous, after the close: xmin",
        "an answer is named in jobs",
    ]
    assert summary([result]).endswith("integrity=broken")


def test_an_answer_that_is_named_in_a_log_is_found(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("submitted mark-abcdefghijkl\n", encoding="utf-8")
    (tmp_path / "worker.log").write_text("submitted 0123456789abcdef\n", encoding="utf-8")
    (tmp_path / "other.log").write_text("nothing\n", encoding="utf-8")

    keys = frozenset({"0123456789abcdef"})
    assert trails.strays_in_files(tmp_path, keys) == ["web.log", "worker.log"]


def lots() -> Random:
    return Random(1)  # noqa: S311 - breaks ties


def lying(positions: "list[int] | tuple[int, ...] | range", *, step: int = 1) -> Places:
    """All in one file, each at its position."""
    return {rank: (0, step * position) for rank, position in enumerate(positions)}
