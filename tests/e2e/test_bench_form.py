"""The measurement of the form: a short one, its limits, and the counts that it prints."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.form import (
    BARE_PAGE,
    LIMITS,
    Counted,
    Reading,
    limits_of,
    measure,
    report,
    upper_quarter,
)

ITEMS, BOXES = 30, 3
CUSTOMER_ITEMS, CUSTOMER_BOXES = 7, 1
WEIGHT = ("CLS", "gzip, bytes", "raw, bytes", "requests")

Found = tuple[list[Reading], list[Counted]]


@pytest.fixture(scope="module")
def found(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Found:
    return measure(browser, tmp_path_factory.mktemp("bench"), runs=1)


@pytest.mark.browser
def test_what_does_not_depend_on_the_machine_is_within_its_limits(found: Found) -> None:
    readings, _counted = found

    bare, landing, own = readings
    assert [bare.page, landing.page, own.page] == [BARE_PAGE, "landing", "form"]
    assert bare.inp > 0, "taps were noted"
    for one in (landing, own):
        figures, limits = one.figures(), limits_of(one.page)
        assert {name: figures[name] for name in WEIGHT if figures[name] > limits[name]} == {}
        assert 0 < one.gzip < one.raw
        assert one.lcp > 0
    assert own.inp > 0


@pytest.mark.browser
def test_nobody_touches_more_than_the_questions_and_four_buttons(found: Found) -> None:
    walks = {one.who: one.walk for one in found[1]}
    one, five, customer = walks["one person"], walks["five people"], walks["a customer"]

    assert (one.first, one.taps, one.pages) == (1, 1 + ITEMS + 1, 3)
    assert (one.ratings, one.boxes) == (ITEMS, BOXES)
    assert (five.first, five.taps, five.pages) == (2, 2 + 5 * (ITEMS + 1), 2 + 5 + 1)
    assert (five.people, five.ratings) == (5, 5 * ITEMS)
    assert (customer.first, customer.taps, customer.pages) == (1, 1 + CUSTOMER_ITEMS + 1, 3)
    assert (customer.ratings, customer.boxes) == (CUSTOMER_ITEMS, CUSTOMER_BOXES)


@pytest.mark.browser
def test_every_count_reaches_its_goal(found: Found) -> None:
    missed = [
        (one.who, name)
        for one in found[1]
        for name, (counted, most) in one.goals().items()
        if counted > most
    ]

    assert missed == []


@pytest.mark.browser
def test_each_figure_is_printed_beside_its_limit_and_kept(
    found: Found, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "bench" / "form.json"
    report(*found, target)

    printed = capsys.readouterr().out
    assert all(f"{name} " in printed for name in LIMITS)
    assert "slowest tap on a bare page" in printed
    assert "taps to the first question" in printed
    kept = json.loads(target.read_text(encoding="utf-8"))
    assert [row["page"] for row in kept["readings"]] == [BARE_PAGE, "landing", "form"]
    assert [row["who"] for row in kept["counts"]] == ["one person", "five people", "a customer"]


def test_the_upper_quarter_is_what_three_of_four_visits_stay_below() -> None:
    assert upper_quarter([7.0]) == 7.0
    assert upper_quarter([1.0, 2.0, 3.0, 4.0, 5.0]) == 4.0
