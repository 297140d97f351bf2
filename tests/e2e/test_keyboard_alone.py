"""The whole form by keyboard alone: from the mailed link to the end, focus seen at every step."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from app.people.groups import RaterGroup
from tests.e2e.browsing import opened
from tests.e2e.installation import Installation
from tests.e2e.keyboard import Keyboard

ITEMS = 30
FORGOTTEN = 7  # the question that is left out at first
NOT_OBSERVED = 12
WORDS = "Sends the agenda before the meeting."
ALL_WAYS = [
    pytest.param(1280, True, id="desk with JavaScript"),
    pytest.param(360, True, id="phone with JavaScript"),
    pytest.param(1280, False, id="desk without JavaScript"),
    pytest.param(320, False, id="narrow without JavaScript"),
]


def level_of(number: int) -> int:
    """What is answered to a question, so that each key is used."""
    return 1 + number % 5


def expected(number: int) -> int | None:
    return None if number == NOT_OBSERVED else level_of(number)


def answer(keys: Keyboard, number: int, *, digits: bool) -> None:
    """Come by Tab, choose with a digit or with Space and arrows, and stay on the question."""
    keys.tab_to(group=f"q{number}")
    if digits:
        keys.press("0" if number == NOT_OBSERVED else str(level_of(number)))
    else:
        keys.press("Space")
        steps = 5 if number == NOT_OBSERVED else level_of(number) - 1
        for _step in range(steps):
            keys.press("ArrowDown" if number % 2 else "ArrowRight")
    stop = keys.here()
    assert stop is not None
    assert stop.group == f"q{number}", "an answer must not move the focus away"


def answered(page: Page) -> dict[int, str]:
    chosen = page.locator("fieldset input:checked")
    groups: list[list[str]] = chosen.evaluate_all(
        "all => all.map(one => [one.closest('fieldset').id.slice(1), one.value])"
    )
    return {int(number): value for number, value in groups}


@pytest.mark.browser
@pytest.mark.parametrize(("width", "javascript"), ALL_WAYS)
def test_a_form_is_filled_in_from_the_link_to_the_end_without_a_mouse(
    browser: Browser, installation: Installation, width: int, javascript: bool
) -> None:
    invited = installation.invite(RaterGroup.PEER)
    with opened(browser, width=width, javascript=javascript, locale="en") as page:
        keys = Keyboard(page)
        page.goto(invited.link)
        assert keys.unreached(keys.walk()) == []
        page.reload()
        keys.tab_to(tag="button")
        keys.follow()

        for number in range(1, ITEMS + 1):
            if number != FORGOTTEN:
                answer(keys, number, digits=javascript and number % 3 == 0)
        keys.tab_to(tag="textarea")
        keys.write(WORDS)
        keys.tab_to(tag="button", value="submit")
        keys.follow()

        summary = keys.here()
        assert summary is not None
        assert summary.id == "problem", "the focus is on what is missing"
        first = keys.tab()
        assert first is not None
        assert first.address == f"#q{FORGOTTEN}"
        keys.jump()
        missing = keys.tab()
        assert missing is not None
        assert missing.group == f"q{FORGOTTEN}", "the first missing question is one Tab away"
        keys.press("Space")
        for _step in range(level_of(FORGOTTEN) - 1):
            keys.press("ArrowRight")
        assert len(answered(page)) == ITEMS
        keys.tab_to(tag="button", value="submit")
        keys.follow()

        assert re.search(r"/r/done$", page.url)
        assert keys.unreached(keys.walk()) == []

    [kept] = installation.kept(invited)
    assert [kept.answers[code] for code in kept.answers] == [
        expected(number) for number in range(1, ITEMS + 1)
    ]
    assert WORDS in kept.comments.values()


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_tab_reaches_every_control_of_the_form_and_leaves_it_again(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite(RaterGroup.PEER, RaterGroup.PEER)
    with opened(browser, width=320, javascript=javascript, locale="en") as page:
        keys = Keyboard(page)
        page.goto(invited.link)
        keys.tab_to(tag="button")
        keys.follow()
        assert keys.unreached(keys.walk()) == []
        page.goto(re.sub(r"/r\b.*", "/r/p/1", page.url))

        forwards = keys.walk()
        backwards = [keys.tab("Shift+Tab") for _stop in range(3)]

        assert keys.unreached(forwards) == []
        groups = list(dict.fromkeys(stop.group for stop in forwards if stop.group))
        assert groups == [f"q{number}" for number in range(1, ITEMS + 1)]
        assert [stop.key for stop in backwards if stop] == [
            stop.key for stop in reversed(forwards[-3:])
        ]


@pytest.mark.browser
def test_digits_choose_in_a_question_and_are_text_elsewhere(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite(RaterGroup.PEER)
    with opened(browser, width=1280, locale="en") as page:
        keys = Keyboard(page)
        page.goto(invited.link)
        keys.tab_to(tag="button")
        keys.follow()
        keys.press("3")
        assert answered(page) == {}, "a digit outside of a question chooses nothing"
        keys.tab_to(group="q1")
        keys.press("9")
        assert answered(page) == {}
        keys.press("5")
        keys.press("2")
        assert answered(page) == {1: "2"}
        keys.tab_to(tag="textarea")
        keys.write("2025")
        expect(page.locator("textarea").first).to_have_value("2025")
        assert answered(page) == {1: "2"}
