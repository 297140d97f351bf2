"""How browser tests move and look: a page is judged only when it stands.

A click is over as soon as the next page begins to arrive. A look at that moment sees half a
document without its stylesheets, and now and then finds faults that nobody will ever see. Hence
all clicks go through `follow` (to another page) or `tap` (stays), and looks wait for the page.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from app.config import ROOT

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
PATIENCE_MS = 60_000  # a fault does not wait that long; a busy machine may
AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Violations only: describing every element that is all right takes twice as long as the checks.
AXE_RUN = """tags => axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']
}).then(found => found.violations)"""

# The bar at the foot may lie over half of an answer, which would then seem too small to be hit.
LAY_BAR_DOWN = (
    "() => document.querySelectorAll('.bar').forEach(bar => bar.style.position = 'static')"
)
LET_BAR_STICK = "() => document.querySelectorAll('.bar').forEach(bar => bar.style.position = '')"

SAVES = re.compile(r"/save$")
ALL_SENT = "() => !Object.keys(sessionStorage).some(key => key.startsWith('unsent-'))"


def new_profile(
    browser: Browser,
    *,
    viewport: ViewportSize = PHONE,
    javascript: bool = True,
    locale: str = "zh-CN",
    touch: bool = False,
) -> BrowserContext:
    """A fresh browser profile, patient and without moving colours: a look must not meet one."""
    context = browser.new_context(
        viewport=viewport,
        java_script_enabled=javascript,
        locale=locale,
        reduced_motion="reduce",
        has_touch=touch,
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


@contextmanager
def opened(
    browser: Browser, *, width: int = 360, javascript: bool = True, locale: str = "zh-CN"
) -> Iterator[Page]:
    """A fresh browser profile with one page."""
    context = new_profile(browser, viewport=window(width), javascript=javascript, locale=locale)
    try:
        yield context.new_page()
    finally:
        context.close()


def window(width: int) -> ViewportSize:
    """A phone's window or a desk's, this wide."""
    height = PHONE["height"] if width <= PHONE["width"] else DESK["height"]
    return {"width": width, "height": height}


def follow(control: Locator) -> None:
    """Click what leads to another page, and wait until that page stands with all it asked for."""
    with control.page.expect_event("load"):
        control.click()


def tap(control: Locator) -> None:
    """Click what changes the page it is on."""
    control.click()


def wait_until_saved(page: Page, said: str = "Saved") -> None:
    """Until nothing on the form waits to be sent, and the page says so.

    The words alone do not tell: after another answer they stand there until the next drawing.
    """
    page.wait_for_function(ALL_SENT)
    expect(page.locator("#state")).to_have_text(said)


def hold_saves_back(page: Page) -> None:
    """From now on no save of this form comes to an end: as slow as a line, or a machine, can be."""
    page.route(SAVES, lambda _route: None)


def follow_twice(control: Locator) -> None:
    """Click twice in a hurry what leads to another page, and wait for where that leads."""
    with control.page.expect_event("load"):
        control.dblclick()


def violations(page: Page) -> list[str]:
    """What axe finds on the page: rule and the elements concerned."""
    _let_it_stand(page)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(AXE_RUN, AXE_TAGS)
    return [
        f"{page.url}: {rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    _let_it_stand(page)
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def faults(page: Page, *widths: int) -> list[str]:
    """What axe finds at each width, and whether one would have to scroll sideways there."""
    found = []
    for width in widths:
        page.set_viewport_size(window(width))
        page.evaluate(LAY_BAR_DOWN)
        too_wide = sideways(page)
        found += [f"{page.url} is {too_wide} px too wide at {width} px"] * (too_wide > 0)
        found += [f"at {width} px: {violation}" for violation in violations(page)]
        page.evaluate(LET_BAR_STICK)
    return found


def _let_it_stand(page: Page) -> None:
    """Until the document, its stylesheets, scripts and pictures are there."""
    page.wait_for_load_state()
