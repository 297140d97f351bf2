"""Accidents, with JavaScript and without: no answer is lost beyond the promise, none kept twice.

What is promised: no answer that the server has acknowledged is ever lost. With JavaScript at most
the last second of typing is, and answers given offline survive a reload, though by choice not the
closing of the tab. Without JavaScript what a button has saved is safe.
"""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from app.clock import now
from app.feedback.models import RequestState
from tests.e2e.browsing import (
    follow,
    follow_twice,
    hold_saves_back,
    opened,
    tap,
    wait_until_saved,
)
from tests.e2e.installation import Installation, Invited

pytestmark = pytest.mark.browser

ITEMS = 7  # of the customers' form
EITHER = pytest.mark.parametrize("javascript", [True, False], ids=["JavaScript", "plain"])
WORDS = "Sends the minutes the same day."
# What the page says to a press: the next try to save says something else.
LISTEN = """() => document.getElementById('form').addEventListener('submit', () => {
    window.told = document.getElementById('state').textContent })"""
CHOSEN = """() => Object.fromEntries([...document.querySelectorAll('fieldset')].map(
    (set) => [set.id.slice(1), set.querySelector(':checked')?.value]).filter((pair) => pair[1]))"""


def begin(page: Page, invited: Invited) -> None:
    """From the link in the mail to the form."""
    page.goto(invited.link)
    follow(page.locator("form[action$='/start'] button"))
    if not page.locator("#form").count():
        follow(page.locator("a.button").first)


def choose(page: Page, levels: Mapping[int, int]) -> None:
    """Tap these levels, by number of the question."""
    for number, level in levels.items():
        tap(page.locator(f"#q{number} label").nth(level - 1))


def chosen(page: Page) -> dict[int, int]:
    """What the page shows as chosen, by number of the question."""
    return {int(number): int(level) for number, level in page.evaluate(CHOSEN).items()}


def write(page: Page, words: str) -> None:
    page.locator("textarea").first.fill(words)


def every(level: int) -> dict[int, int]:
    return dict.fromkeys(range(1, ITEMS + 1), level)


def fill_in(page: Page, invited: Invited, level: int) -> None:
    """From the link in the mail to a form with the same answer everywhere, and with words."""
    begin(page, invited)
    choose(page, every(level))
    write(page, WORDS)


def save(page: Page, javascript: bool) -> None:
    """Let the page save by itself, or press the button and come back to the form."""
    if javascript:
        wait_until_saved(page)
        return
    follow(page.locator("button[value=save]"))
    follow(page.locator("a.button").first)


def submit(page: Page) -> None:
    follow(page.locator("button[value=submit]"))


def lapse(page: Page) -> None:
    """As if the page had been open for so long that its token is none any more."""
    page.locator("#form [name=csrf_token]").evaluate("(field) => { field.value = 'old'; }")


def drafted(installation: Installation, invited: Invited) -> list[str]:
    """The levels saved and not sent."""
    draft = installation.draft(invited)
    return [value for name, value in draft.items() if name.startswith("a-")]


def sent_once(installation: Installation, invited: Invited) -> tuple[list[int | None], list[str]]:
    """The levels and comments of the one form that was kept."""
    [kept] = installation.kept(invited)
    return list(kept.answers.values()), list(kept.comments.values())


def test_answers_given_offline_are_sent_when_the_line_is_back(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite()
    with opened(browser) as page:
        begin(page, invited)
        choose(page, {1: 5, 2: 4})
        save(page, javascript=True)
        tries: list[str] = []
        page.on("requestfailed", lambda request: tries.append(request.url))
        page.context.set_offline(True)
        choose(page, {2: 3, 3: 2, 4: 1, 5: 3, 6: 4, 7: 5})
        write(page, WORDS)
        expect(page.locator("#state")).to_contain_text("7 answers not saved yet")
        page.wait_for_event("requestfailed", predicate=lambda request: len(tries) > 1)
        page.evaluate(LISTEN)
        tap(page.locator("button[value=submit]"))
        assert "You are offline" in page.evaluate("() => window.told")
        page.context.set_offline(False)
        save(page, javascript=True)
        assert sorted(drafted(installation, invited)) == sorted("5321345")
        submit(page)

    assert sent_once(installation, invited) == ([5, 3, 2, 1, 3, 4, 5], [WORDS])


def test_without_a_line_and_without_javascript_what_a_button_saved_is_there(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite()
    with opened(browser, javascript=False) as page:
        begin(page, invited)
        choose(page, {1: 5, 2: 4})
        save(page, javascript=False)
        page.context.set_offline(True)
        choose(page, {3: 2})
        follow(page.locator("button[value=save]"))  # to the browser's own page about the line
        page.context.set_offline(False)
        page.goto(f"{installation.address}/r/p/1")
        assert chosen(page) in ({1: 5, 2: 4}, {1: 5, 2: 4, 3: 2})
        choose(page, every(2))
        submit(page)

    assert sent_once(installation, invited) == ([2] * ITEMS, [])


@EITHER
def test_a_tab_that_was_killed_is_opened_again_from_the_link(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with opened(browser, javascript=javascript) as page:
        begin(page, invited)
        choose(page, {1: 5, 2: 4})
        write(page, WORDS)
        save(page, javascript)
        choose(page, {3: 1})  # too late to be saved, perhaps
    with opened(browser, javascript=javascript) as page:
        begin(page, invited)
        shown = chosen(page)
        assert (shown[1], shown[2]) == (5, 4)
        assert page.locator("textarea").first.input_value() == WORDS
        choose(page, every(3))
        submit(page)

    assert sent_once(installation, invited) == ([3] * ITEMS, [WORDS])


def test_answers_given_offline_survive_a_reload(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite()
    with opened(browser) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        begin(page, invited)
        address = page.url
        page.context.set_offline(True)
        choose(page, {1: 5, 2: 4})
        write(page, WORDS)
        expect(page.locator("#state")).to_contain_text("3 answers not saved yet")
        _reload_in_vain(page, address)
        page.context.set_offline(False)
        page.goto(address)
        assert chosen(page) == {1: 5, 2: 4}
        assert page.locator("textarea").first.input_value() == WORDS
        save(page, javascript=True)

    assert sorted(installation.draft(invited).values()) == sorted(["5", "4", WORDS])


def test_unsent_answers_stay_in_their_tab_and_are_gone_with_it(
    browser: Browser, installation: Installation
) -> None:
    """By choice: phones and the computers of meeting rooms are shared."""
    invited = installation.invite()
    with opened(browser) as page:
        begin(page, invited)
        address = page.url
        with installation.failing("drafts"):
            choose(page, {1: 5, 2: 4})
            expect(page.locator("#state")).to_contain_text("2 answers not saved yet")
            page.reload()  # the page that goes tries to save once more
            installation.wait_for_last_save()
            assert page.evaluate("() => sessionStorage.length") == 1
            assert page.evaluate("() => localStorage.length") == 0
            other = page.context.new_page()
            page.close()
        other.goto(address)
        assert chosen(other) == {}
        assert other.evaluate("() => sessionStorage.length") == 0

    assert drafted(installation, invited) == []


def _reload_in_vain(page: Page, address: str) -> None:
    """The person presses reload; the browser has only its own page to show."""
    with page.expect_event("requestfailed", lambda request: request.url == address):
        page.evaluate("() => { setTimeout(() => location.reload(), 0) }")
    page.wait_for_url("chrome-error://**")


@EITHER
def test_a_form_submitted_twice_counts_once(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with opened(browser, javascript=javascript) as page:
        fill_in(page, invited, 4)
        follow_twice(page.locator("button[value=submit]"))
        expect(page.locator("#form")).to_have_count(0)
        assert installation.state(invited) is RequestState.SUBMITTED
        expect(page.locator("main")).to_contain_text(re.compile("[A-Z2-7]{4}-[A-Z2-7]{4}"))

    assert sent_once(installation, invited) == ([4] * ITEMS, [WORDS])


@EITHER
def test_back_after_the_submission_shows_the_receipt_and_no_form(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with opened(browser, javascript=javascript) as page:
        begin(page, invited)
        choose(page, every(5))
        submit(page)
        page.go_back()
        expect(page.locator("h1")).to_contain_text("has been received")
        assert page.locator("#form").count() == 0

    assert sent_once(installation, invited) == ([5] * ITEMS, [])


@EITHER
def test_two_devices_that_fill_in_different_questions_lose_none(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with (
        opened(browser, javascript=javascript) as phone,
        opened(browser, width=1280, javascript=javascript) as desk,
    ):
        begin(phone, invited)
        begin(desk, invited)
        choose(phone, {1: 5, 2: 5, 3: 5})
        save(phone, javascript)
        choose(desk, {4: 1, 5: 1, 6: 1, 7: 1})
        write(desk, WORDS)
        save(desk, javascript)
        assert chosen(desk) == {1: 5, 2: 5, 3: 5, 4: 1, 5: 1, 6: 1, 7: 1}
        submit(desk)

    assert sent_once(installation, invited) == ([5, 5, 5, 1, 1, 1, 1], [WORDS])


@EITHER
def test_an_old_page_does_not_undo_what_another_device_changed(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with (
        opened(browser, javascript=javascript) as phone,
        opened(browser, width=1280, javascript=javascript) as desk,
    ):
        begin(phone, invited)
        choose(phone, every(3))
        save(phone, javascript)
        begin(desk, invited)
        choose(desk, {7: 1})
        write(desk, WORDS)
        save(desk, javascript)
        submit(phone)  # a page that has not heard of the desk
        expect(phone.locator("h2").first).to_have_text("Please check once more")
        assert chosen(phone) == {**every(3), 7: 1}
        assert installation.kept(invited) == []
        submit(phone)

    assert sent_once(installation, invited) == ([3, 3, 3, 3, 3, 3, 1], [WORDS])


def test_the_later_of_two_answers_to_one_question_stands_on_both_devices(
    browser: Browser, installation: Installation
) -> None:
    """However long the desk takes to send it: its change is to stay a young one."""
    invited = installation.invite()
    with opened(browser) as phone, opened(browser, width=1280) as desk:
        desk.clock.set_fixed_time(now())
        begin(phone, invited)
        begin(desk, invited)
        choose(phone, {1: 2, 2: 2})
        save(phone, javascript=True)
        choose(desk, {1: 5, 3: 5})
        save(desk, javascript=True)
        assert chosen(desk) == {1: 5, 2: 2, 3: 5}
        choose(phone, {4: 4})
        save(phone, javascript=True)
        expect(phone.locator("#q1 label").nth(4).locator("input")).to_be_checked()
        assert chosen(phone) == {1: 5, 2: 2, 3: 5, 4: 4}
        assert chosen(desk) == {1: 5, 2: 2, 3: 5}

    assert sorted(drafted(installation, invited)) == sorted("5254")


@EITHER
def test_a_page_whose_token_has_lapsed_is_sent_once_more_as_it_is(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with opened(browser, javascript=javascript) as page:
        fill_in(page, invited, 2)
        if javascript:
            save(page, javascript)
            hold_saves_back(page)  # one that comes to an end gets a new token
        lapse(page)
        choose(page, {1: 5})
        submit(page)
        expect(page.locator("#problem")).to_contain_text("Everything you typed is still here")
        assert chosen(page) == {**every(2), 1: 5}
        assert page.locator("textarea").first.input_value() == WORDS
        assert installation.kept(invited) == []
        submit(page)

    assert sent_once(installation, invited) == ([5, 2, 2, 2, 2, 2, 2], [WORDS])


def test_autosave_gets_over_a_token_that_has_lapsed(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite()
    with opened(browser) as page:
        begin(page, invited)
        lapse(page)
        choose(page, {1: 5})
        save(page, javascript=True)
        choose(page, every(5))
        save(page, javascript=True)
        submit(page)

    assert sent_once(installation, invited) == ([5] * ITEMS, [])


def test_autosave_is_tried_again_after_the_server_failed(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite()
    with opened(browser) as page:
        begin(page, invited)
        with installation.failing("drafts"):
            choose(page, {1: 5, 2: 1})
            expect(page.locator("#state")).to_contain_text("2 answers not saved yet")
        save(page, javascript=True)

    assert sorted(drafted(installation, invited)) == ["1", "5"]


@EITHER
@pytest.mark.parametrize("table", ["submissions", "drafts"])
def test_a_form_that_the_server_could_not_take_is_sent_once_more_as_it_is(
    browser: Browser, installation: Installation, javascript: bool, table: str
) -> None:
    """Without `submissions` only the writing fails; without `drafts` the form cannot be shown."""
    invited = installation.invite()
    with opened(browser, javascript=javascript) as page:
        fill_in(page, invited, 2)
        with installation.failing(table):
            submit(page)
        expect(page.locator("main")).to_contain_text("Everything you typed is still here")
        assert installation.kept(invited) == []
        follow(page.locator("main button:not([value=save])"))

    assert sent_once(installation, invited) == ([2] * ITEMS, [WORDS])


@EITHER
def test_a_form_sent_after_its_cookie_has_gone_waits_until_the_link_is_opened_again(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with opened(browser, javascript=javascript, locale="en-US") as page:
        begin(page, invited)
        hold_saves_back(page)  # one that is refused keeps the form from being sent
        choose(page, every(2))
        write(page, WORDS)
        page.context.clear_cookies()
        submit(page)
        expect(page.locator("h1")).to_have_text("Please open your link again")
        again = page.context.new_page()
        again.goto(invited.link)
        follow(again.locator("form[action$='/start'] button"))
        follow(page.locator("main button"))

    assert sent_once(installation, invited) == ([2] * ITEMS, [WORDS])


def test_autosave_goes_on_as_soon_as_the_link_is_opened_again(
    browser: Browser, installation: Installation
) -> None:
    invited = installation.invite()
    with opened(browser) as page:
        begin(page, invited)
        page.context.clear_cookies()
        choose(page, every(2))
        expect(page.locator("#state")).to_contain_text("open the link in the mail again")
        tap(page.locator("button[value=submit]"))
        assert page.locator("#form").count() == 1
        again = page.context.new_page()
        again.goto(invited.link)
        follow(again.locator("form[action$='/start'] button"))
        page.bring_to_front()
        save(page, javascript=True)
        submit(page)

    assert sent_once(installation, invited) == ([2] * ITEMS, [])
