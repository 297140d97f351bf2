"""A form that came back is read in the other language, with JavaScript and without, all of it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import faults, follow, opened
from tests.e2e.installation import Installation
from tests.e2e.test_nothing_is_lost import (
    EITHER,
    WORDS,
    chosen,
    every,
    fill_in,
    lapse,
    sent_once,
    submit,
)

pytestmark = pytest.mark.browser

SWITCH = ".top button[formaction]"
WIDTHS = (320, 1280)


@EITHER
def test_a_form_that_came_back_goes_along_into_the_other_language(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with opened(browser, javascript=javascript) as page:
        fill_in(page, invited, 3)
        lapse(page)
        submit(page)
        found = faults(page, *WIDTHS) if javascript else []  # axe is a script
        follow(page.locator(SWITCH))
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        assert chosen(page) == every(3)
        assert installation.kept(invited) == []
        submit(page)

    assert found == []
    assert sent_once(installation, invited) == ([3] * 7, [WORDS])


@EITHER
def test_a_form_that_was_not_taken_goes_along_into_the_other_language(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    invited = installation.invite()
    with opened(browser, javascript=javascript) as page:
        fill_in(page, invited, 2)
        page.context.clear_cookies()
        submit(page)
        found = faults(page, *WIDTHS) if javascript else []  # axe is a script
        follow(page.locator(SWITCH))
        expect(page.locator("main")).to_contain_text(WORDS)
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        again = page.context.new_page()
        again.goto(invited.link)
        follow(again.locator("form[action$='/start'] button"))
        follow(page.locator("#carried button"))

    assert found == []
    assert sent_once(installation, invited) == ([2] * 7, [WORDS])
