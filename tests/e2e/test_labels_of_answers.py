"""The words of the answers are never smaller than 15 px and never take three lines side by side."""

import pytest
from playwright.sync_api import Browser, Page

from app.feedback.rules import fit_in_a_row
from app.feedback.wording import soften
from app.people.groups import RaterGroup
from tests.e2e.browsing import faults, opened
from tests.e2e.installation import Installation
from tests.e2e.test_nothing_is_lost import begin

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 390, 600)
WIDE = {
    "en": ["Usually", "Very rarely", "Occasionally", "Almost always", "Sometimes"],
    "zh": ["几乎从来不", "大部分时间是", "有时候会做", "经常这样做", "总是"],
}
MEASURED = """words => [...document.querySelectorAll('#q1 .r > label:not(.na)')].map((label, i) => {
    const span = label.querySelector('span'), style = getComputedStyle(span);
    if (words.length) span.textContent = words[i];
    return [parseFloat(style.fontSize), Math.round(span.getBoundingClientRect().height
        / parseFloat(style.lineHeight)), span.scrollWidth <= label.clientWidth ? 0 : 1] })"""


def measured(page: Page, words: list[str]) -> list[tuple[float, int, int]]:
    """Font size in px, lines, and whether it is too wide, of each answer to the first question."""
    return [tuple(row) for row in page.evaluate(MEASURED, words)]


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_labels_in_a_row_are_legible_on_every_phone(
    browser: Browser, installation: Installation, spoken: str
) -> None:
    wide = [soften(word) for word in WIDE[spoken]]
    assert fit_in_a_row(wide)
    invited = installation.invite(RaterGroup.PEER, locale=spoken)
    found: list[object] = []
    for width in WIDTHS:
        with opened(browser, width=width) as page:
            begin(page, invited)
            for words in ([], wide):
                for place, (size, lines, too_wide) in enumerate(measured(page, words)):
                    if (
                        size < 15
                        or lines > 2
                        or too_wide
                        or (place == 4 and lines > 1 and not words)
                    ):
                        found.append((width, words, size, lines, too_wide))
            found += faults(page)

    assert found == []
