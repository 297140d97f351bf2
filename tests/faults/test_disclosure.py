"""The suites of `script/faults` in short, and that they see what is planted for them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from app.ratings.computing import compute
from app.scoring.disclosure.equations import Figure, FigureKind
from faults.__main__ import main
from faults.cycles import random_cycle
from faults.disclosure import (
    LEAST_SHARE,
    PAGE_EVERY,
    complaints_about,
    examine,
    is_naive_leak,
)
from faults.noninterference import compare
from faults.oracle import Oracle, WrongNumberError
from faults.pages import Reader, reading_room
from faults.reading import Seen, UnexplainedError, figures_seen

RATED_SEED = 3  # a round with a rating, lines and items
PAPER_SEED = 4_000


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with reading_room() as found:
        yield found


def rated(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    document = random_cycle(seed)
    return document, json.loads(json.dumps(compute(document).result))


def test_no_random_round_tells_about_too_few(reader: Reader) -> None:
    found = [examine(seed, reader) for seed in range(1, 2 * PAGE_EVERY + 1)]

    assert [one for one in found if one.complaint] == []
    assert sum(one.items for one in found) > 1_000
    assert sum(one.tried_all_sets for one in found) > 10
    assert sum(one.pages for one in found) == 4


def test_random_rounds_ask_some_items_of_single_groups_and_some_of_a_whole_audience() -> None:
    items = [
        item
        for seed in range(1, 21)
        for dimension in random_cycle(seed)["dimensions"]
        for element in dimension["elements"]
        for item in element.get("items", [])
    ]

    assert sum("groups" in item for item in items) > 50
    assert sum("audience" in item for item in items) > 50


def test_a_record_on_paper_shows_no_number_more_than_the_page(reader: Reader) -> None:
    assert examine(PAPER_SEED, reader).complaint == ""


def test_the_naive_policy_is_caught_in_most_rounds() -> None:
    leaks = [is_naive_leak(*rated(seed)) for seed in range(1, 101)]

    assert sum(leaks) / len(leaks) >= LEAST_SHARE


def test_blanks_that_are_filled_in_again_are_noticed() -> None:
    noticed = [seed for seed in range(1, 61) if list(_complaints_with_blanks_filled(seed))]

    assert len(noticed) >= 5


def _complaints_with_blanks_filled(seed: int) -> Iterator[str]:
    """All items from k answers up, in competencies whose average leaves nobody out."""
    document, result = rated(seed)
    oracle = Oracle(document, result)
    seen = [one for one in figures_seen(result) if one.figure.kind is not FigureKind.ITEM]
    for competency, lines in oracle.lines.items():
        for line in lines:
            counted = oracle.counted(competency, line.members)
            least = max(oracle.groups[member]["k_min"] for member in line.members)
            for item in oracle.elements[competency]["items"]:
                if sum(item["id"] in answers for answers in counted.values()) >= least:
                    figure = Figure(
                        kind=FigureKind.ITEM, of=competency, members=line.members, item=item["id"]
                    )
                    seen.append(Seen(figure=figure, text="≤ 3.0"))
    return (one for one in complaints_about(oracle, seen) if "show, from" in one)


def test_a_part_that_nobody_can_explain_is_no_good_sign() -> None:
    _, result = rated(RATED_SEED)
    result["view"]["competencies"][0]["spread"] = "0.4"

    with pytest.raises(UnexplainedError, match="spread"):
        figures_seen(result)


def test_a_number_that_is_not_what_its_equation_gives_proves_nothing() -> None:
    document, result = rated(RATED_SEED)
    oracle = Oracle(document, result)
    cell = next(one for one in figures_seen(result) if one.figure.kind is FigureKind.CELL)

    with pytest.raises(WrongNumberError):
        oracle.check(Seen(figure=cell.figure, text="9.99"))


class Talkative(Reader):
    """Sees a page that tells more than it should."""

    def page(self, result: Mapping[str, Any], language: str) -> str:
        return super().page(result, language) + '<p title="2.67">3.33</p>'


def test_a_number_on_the_page_alone_is_found(reader: Reader) -> None:
    _, result = rated(RATED_SEED)

    assert reader.unknown_numbers(result, paper_too=False) == []
    assert Talkative(reader.app).unknown_numbers(result, paper_too=False) == ["2.67", "3.33"]


def test_who_is_left_out_changes_not_one_byte(reader: Reader) -> None:
    pairs = [pair for seed in range(1, 101) if (pair := compare(seed, reader)) is not None]

    assert len(pairs) > 40
    assert sum(pair.replaced for pair in pairs) > 1_000
    assert [pair for pair in pairs if pair.differs] == []


@pytest.mark.parametrize("suite", ["disclosure", "noninterference"])
def test_each_suite_ends_with_the_line_that_programs_read(
    suite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([suite, "--count", "24"]) == 0

    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "faults=24 lost=0 dup=0 partial=0 integrity=ok"
