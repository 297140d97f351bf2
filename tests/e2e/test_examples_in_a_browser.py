"""The box for an example comes and goes with the answer that asks for it, also without scripts."""

import gzip

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.db import writing
from app.people.groups import RaterGroup
from app.schemes.service import install_packs
from tests.e2e.browsing import faults, follow, opened, tap
from tests.e2e.installation import Installation, Invited
from tests.e2e.test_nothing_is_lost import begin, save, submit
from tests.e2e.test_reviewer_on_a_phone import GZIP_LIMIT, RAW_LIMIT, WIDTHS
from tests.forms import mark_critical

pytestmark = pytest.mark.browser

EITHER = pytest.mark.parametrize("javascript", [True, False], ids=["JavaScript", "plain"])
CRITICAL = {1: "kam-c1-01", 3: "kam-c1-03", 7: "kam-c1-07"}  # number of the question → item
REVERSED = 7
NEVER, OFTEN, ALWAYS, NOT_OBSERVED = 0, 3, 4, 5
WORDS = "The call that was promised for Friday was never made."
PEER = RaterGroup.PEER


@pytest.fixture(scope="module", autouse=True)
def _critical_items(installation: Installation) -> None:
    """Before any form of this module is shown: what a launch has frozen stays in memory."""
    with installation.app.app_context(), writing():
        install_packs()
        mark_critical(*CRITICAL.values())


def box(page: Page, number: int = 1) -> Locator:
    return page.locator(f"#q{number} textarea")


def choose(page: Page, number: int, place: int) -> None:
    tap(page.locator(f"#q{number} .r > label").nth(place))


def choose_others(page: Page) -> None:
    """Answer in the middle whatever has no answer yet."""
    for question in page.locator("fieldset").all():
        if not question.locator("input:checked").count():
            tap(question.locator(".r > label").nth(2))


def comments(installation: Installation, invited: Invited) -> dict[str, str]:
    """Of the one form that was kept."""
    [kept] = installation.kept(invited)
    return dict(kept.comments)


@EITHER
def test_an_example_is_typed_survives_a_reload_and_is_sent(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite(PEER)
    with opened(browser, javascript=javascript) as page:
        begin(page, invited)
        expect(box(page)).to_be_hidden()
        choose(page, 1, NEVER)
        box(page).fill(WORDS)
        save(page, javascript)
        page.goto(page.url)
        expect(box(page)).to_be_visible()
        expect(box(page)).to_have_value(WORDS)
        choose_others(page)
        submit(page)

    assert comments(installation, invited) == {"example.kam-c1-01": WORDS}


@EITHER
def test_an_answer_that_is_changed_takes_its_example_away_and_brings_it_back(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite(PEER)
    with opened(browser, javascript=javascript) as page:
        begin(page, invited)
        choose(page, 1, NEVER)
        box(page).fill(WORDS)
        choose(page, 3, NEVER)
        box(page, 3).fill(WORDS)
        for place in (OFTEN, NOT_OBSERVED):
            choose(page, 1, place)
            expect(box(page)).to_be_hidden()
        choose(page, 3, ALWAYS)
        choose(page, 3, NEVER)
        expect(box(page, 3)).to_have_value(WORDS)
        choose_others(page)
        submit(page)

    assert comments(installation, invited) == {"example.kam-c1-03": WORDS}


@EITHER
def test_a_reversed_item_asks_at_its_other_end(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite(PEER)
    with opened(browser, javascript=javascript) as page:
        begin(page, invited)
        choose(page, REVERSED, NEVER)
        expect(box(page, REVERSED)).to_be_hidden()
        choose(page, REVERSED, ALWAYS)
        box(page, REVERSED).fill(WORDS)
        choose_others(page)
        submit(page)

    [kept] = installation.kept(invited)
    assert kept.answers[CRITICAL[REVERSED]] == 5
    assert dict(kept.comments) == {"example.kam-c1-07": WORDS}


def test_an_example_that_was_typed_offline_survives_a_reload(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite(PEER)
    with opened(browser) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        begin(page, invited)
        address = page.url
        page.context.set_offline(True)
        choose(page, 1, NEVER)
        box(page).fill(WORDS)
        expect(page.locator("#state")).to_contain_text("2 answers not saved yet")
        with page.expect_event("requestfailed", lambda request: request.url == address):
            page.evaluate("() => { setTimeout(() => location.reload(), 0) }")
        page.wait_for_url("chrome-error://**")
        page.context.set_offline(False)
        page.goto(address)
        expect(box(page)).to_be_visible()
        expect(box(page)).to_have_value(WORDS)
        save(page, javascript=True)

    assert installation.draft(invited)["c-example.kam-c1-01"] == WORDS


def test_an_example_from_another_device_shows_its_box_here(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite(PEER)
    with opened(browser) as phone, opened(browser, width=1280) as desk:
        begin(phone, invited)
        begin(desk, invited)
        choose(phone, 1, NEVER)
        box(phone).fill(WORDS)
        save(phone, javascript=True)
        choose(desk, 2, OFTEN)
        save(desk, javascript=True)
        expect(box(desk)).to_be_visible()
        expect(box(desk)).to_have_value(WORDS)


def test_keys_reach_the_box_only_while_it_is_there(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite(PEER)
    with opened(browser) as page:
        begin(page, invited)
        here = "() => (document.activeElement.closest('fieldset') || {}).id"
        page.locator("#q1 input").first.focus()
        page.keyboard.press("4")
        page.keyboard.press("Tab")
        assert page.evaluate(here) == "q2"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("1")
        expect(page.locator("#q1 input").first).to_be_focused()
        page.keyboard.press("Tab")
        expect(box(page)).to_be_focused()
        page.keyboard.type("In week 5, 0 calls")
        expect(box(page)).to_have_value("In week 5, 0 calls")
        expect(page.locator("#q1 input").first).to_be_checked()
        page.keyboard.press("Tab")
        assert page.evaluate(here) == "q2"


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_form_with_open_boxes_is_accessible_and_no_wider_than_the_screen(
    browser: Browser, installation: Installation, locale: str
) -> None:
    invited = installation.invite(PEER, locale=locale)
    with opened(browser, width=320) as page:
        begin(page, invited)
        found = faults(page, *WIDTHS)
        choose(page, 1, NEVER)
        choose(page, REVERSED, ALWAYS)
        box(page).fill("字" * 60 + "x" * 200)
        expect(box(page, REVERSED)).to_be_visible()
        found += faults(page, *WIDTHS)
        follow(page.locator("button[value=submit]"))
        found += faults(page, *WIDTHS)

    assert found == []


@pytest.mark.parametrize("width", [*WIDTHS, 280])
@pytest.mark.parametrize(("number", "place"), [(1, NEVER), (REVERSED, ALWAYS)])
def test_the_answer_that_asks_looks_and_lies_like_any_other(
    browser: Browser, installation: Installation, width: int, number: int, place: int
) -> None:
    """The row of a critical item and that of a usual one beside it, cell by cell."""
    invited = installation.invite(PEER)
    with opened(browser, width=width) as page:
        begin(page, invited)
        for chosen in (NOT_OBSERVED, place):
            choose(page, number, chosen)
            choose(page, number + 1, chosen)
            assert cells(page, number) == cells(page, number + 1)


def cells(page: Page, number: int) -> list[list[int]]:
    """Where the answers of a question lie in their row, and how big they are."""
    script = """set => { const row = set.querySelector('.r').getBoundingClientRect();
        return [...set.querySelectorAll('.r > label')].map(label => {
            const box = label.getBoundingClientRect();
            return [box.x - row.x, box.y - row.y, box.width, box.height].map(Math.round) }) }"""
    found: list[list[int]] = page.locator(f"#q{number}").evaluate(script)
    return found


def test_a_form_with_five_critical_items_stays_small(
    browser: Browser, installation: Installation
) -> None:
    with installation.app.app_context(), writing():
        mark_critical("kam-c2-01", "kam-c3-01")
    invited = installation.invite(PEER, locale="zh")
    with opened(browser) as page:
        begin(page, invited)
        answer = page.goto(page.url)
        assert answer is not None
        body = answer.body()

    assert body.count(b"c-example.kam") > 5
    assert len(gzip.compress(body)) <= GZIP_LIMIT
    assert len(body) <= RAW_LIMIT
