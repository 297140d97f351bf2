"""How the form feels on a slow phone, and how often one has to touch it.

A real Chromium opens the landing page and the form as a phone on Slow 4G with a processor four
times slower; every question is tapped. Largest paint, slowest tap and what moved are told as the
75th percentile of the visits beside the limits, and so are bytes and requests. Then one finger goes
the whole way for one person, for five, and as a customer, and its taps are counted.
"""

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.config import ROOT, Settings
from app.db import db, writing
from app.factory import create_app
from app.people.groups import RaterGroup
from bench.launch import bench_settings
from bench.walks import Walk, walk
from faults.running import say
from faults.serving import Site, served
from tests.conftest import LINK_KEY
from tests.e2e.browsing import PATIENCE_MS, PHONE, follow, new_profile
from tests.e2e.conftest import CHROMIUM, QUIET
from tests.forms import make_scene

RUNS = 12
RESULT = "bench/form.json"
SETTLING_MS = 500  # until the last tap has been painted and noted
BEFORE_TOUCH_MS, BETWEEN_TOUCHES_MS = 150, 250
BARE_PAGE = "a bare page"
SLOWER = 4  # times, the processor
# Slow 4G as Chromium's own tools throttle it: 150 ms and 1.6 Mbit/s on the line become this.
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6e6 / 8 * 0.9,
    "uploadThroughput": 0.75e6 / 8 * 0.9,
}
VITALS = (ROOT / "bench" / "vitals.js").read_text(encoding="utf-8")
PEOPLE = {
    "one person": (RaterGroup.PEER,),
    "five people": (RaterGroup.PEER,) * 5,
    "a customer": (RaterGroup.CUSTOMER,),
}
# One question and nothing else: what a tap costs on this machine, now and with this browser.
BARE = "data:text/html,<title>bare</title><h1>One</h1><fieldset>" + "".join(
    f"<label><input type=radio name=a>{level}</label>" for level in range(5)
)
LIMITS = {
    "answered after, ms": 300.0,
    "LCP, ms": 1500.0,
    "INP, ms": 100.0,
    "CLS": 0.02,
    "gzip, bytes": 15_000.0,
    "raw, bytes": 60_000.0,
    "requests": 1.0,
}
LIMITS_BEFORE_START = {**LIMITS, "gzip, bytes": 8_000.0}  # a page that many read and then leave
MOST_TAPS_TO_FIRST, MOST_SPARE_TAPS = 2, 2
MOST_CUSTOMER_ITEMS, MOST_CUSTOMER_BOXES = 8, 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One visit of one page; times in milliseconds. `inp` is 0 where nothing was tapped."""

    page: str
    answered: float
    lcp: float
    inp: float
    cls: float
    gzip: int
    raw: int
    requests: int

    def figures(self) -> dict[str, float]:
        """By the names of their limits."""
        values = (self.answered, self.lcp, self.inp, self.cls, self.gzip, self.raw, self.requests)
        return dict(zip(LIMITS, values, strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """One way that somebody has to go, and what was counted on it."""

    who: str
    walk: Walk

    def goals(self) -> dict[str, tuple[int, int]]:
        """What was counted, and the most it may be."""
        done, is_customer = self.walk, self.who == "a customer"
        return {
            "taps to the first question": (done.first, MOST_TAPS_TO_FIRST),
            "taps that answer nothing": (done.spare, MOST_SPARE_TAPS),
            "taps": (done.taps, done.ratings + done.people + MOST_SPARE_TAPS),
            "pages": (done.pages, done.people + 1 + MOST_SPARE_TAPS),
            **(
                {
                    "questions": (done.ratings, MOST_CUSTOMER_ITEMS),
                    "boxes": (done.boxes, MOST_CUSTOMER_BOXES),
                }
                if is_customer
                else {}
            ),
        }


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and keep the figures in the instance folder."""
    parser = ArgumentParser(prog="script/bench form")
    parser.add_argument("--runs", type=int, default=RUNS, help="visits that are measured")
    runs: int = parser.parse_args(arguments).runs
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        readings, counted = measure(browser, Path(scratch), runs=runs)
    report(readings, counted, Settings.from_env().instance_dir / RESULT)
    return 0


def report(readings: Sequence[Reading], counted: Sequence[Counted], target: Path) -> None:
    """Print every figure beside its limit, and write all readings and counts down."""
    for page in dict.fromkeys(reading.page for reading in readings):
        if page != BARE_PAGE:
            _print_page(page, [one for one in readings if one.page == page])
    bare = upper_quarter([one.inp for one in readings if one.page == BARE_PAGE])
    say(f"slowest tap on a bare page with one question, same browser and moment: {bare:g} ms\n")
    for one in counted:
        _print_counts(one)
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "readings": [asdict(one) for one in readings],
        "counts": [asdict(one) for one in counted],
    }
    target.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def measure(browser: Browser, folder: Path, *, runs: int) -> tuple[list[Reading], list[Counted]]:
    """Build reviewers, serve them, visit as often, and go every way once."""
    database_url = f"sqlite:///{folder}/bench.sqlite"
    links, ways = _build(database_url, folder, runs)
    readings: list[Reading] = []
    with served(folder, database_url, link_key=LINK_KEY) as site:
        for link in links:
            readings += _visit(browser, site, link)
        counted = []
        for who, link in ways.items():
            with _phone(browser) as context:
                done = walk(context.new_page(), _address(site, link))
                counted.append(Counted(who=who, walk=done))
    return readings, counted


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium from the system, or Playwright's own where that is installed."""
    installed = next((path for path in CHROMIUM if Path(path).exists()), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


def _visit(browser: Browser, site: Site, link: str) -> list[Reading]:
    """The landing page, Start, and every question of the form with the finger."""
    with _phone(browser) as context:
        page = context.new_page()
        page.add_init_script(VITALS)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        _throttle(context, page)
        bare = _read(page, BARE_PAGE, asked, lambda: page.goto(BARE), tapping=True)
        landing = _read(page, "landing", asked, lambda: page.goto(_address(site, link)))
        follow(page.locator("form[action$='/start'] button"))
        form = _read(page, "form", asked, page.reload, tapping=True)
    return [bare, landing, form]


def _throttle(context: BrowserContext, page: Page) -> None:
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_4G)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _read(
    page: Page, name: str, asked: list[str], come: Callable[[], object], *, tapping: bool = False
) -> Reading:
    """Come to a page, wait until it stands, touch every question, and ask what was noted."""
    asked.clear()
    come()
    page.wait_for_load_state()
    requests = sum(not address.startswith("data:") for address in asked)
    if tapping:
        _touch_every_question(page)
    page.wait_for_function("tapping => isNoted(tapping)", arg=tapping)
    page.wait_for_timeout(SETTLING_MS)
    noted = page.evaluate("() => vitals()")
    return Reading(page=name, answered=_answered(page), requests=requests, **noted)


def _touch_every_question(page: Page) -> None:
    """As a finger does, which neither scrolls and touches at once nor touches twice at once."""
    questions = page.locator("fieldset")
    for number in range(questions.count()):
        level = questions.nth(number).locator("label").nth(number % 5)
        level.scroll_into_view_if_needed()
        page.wait_for_timeout(BEFORE_TOUCH_MS)
        if box := level.bounding_box():
            page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(BETWEEN_TOUCHES_MS)
        # The browser makes a click of a touch when it has time.
        expect(level.locator("input")).to_be_checked(timeout=PATIENCE_MS)


def _answered(page: Page) -> float:
    """Milliseconds in which the server answers for this page, on a line that nobody slows."""
    if page.url.startswith("data:"):
        return 0.0
    began = perf_counter()
    page.context.request.get(page.url)
    return (perf_counter() - began) * 1000


@contextmanager
def _phone(browser: Browser) -> Iterator[BrowserContext]:
    context = new_profile(browser, viewport=PHONE, touch=True)
    try:
        yield context
    finally:
        context.close()


def _address(site: Site, link: str) -> str:
    return f"http://127.0.0.1:{site.port}{link}"


def _build(database_url: str, folder: Path, runs: int) -> tuple[list[str], dict[str, str]]:
    """Links of reviewers who are asked about one person each, and one link for every way."""
    app = create_app(bench_settings(database_url, folder))
    with app.app_context(), writing():
        upgrade()
        links = [make_scene(locale="zh").link for _run in range(runs)]
        ways = {who: make_scene(groups=groups, locale="zh").link for who, groups in PEOPLE.items()}
        db.session.remove()
        db.engine.dispose()
    app.extensions["wake_up"].close()
    return links, ways


def upper_quarter(values: Sequence[float]) -> float:
    """The 75th percentile."""
    return quantiles(values, n=4, method="inclusive")[2] if len(values) > 1 else values[0]


def limits_of(page: str) -> dict[str, float]:
    """The most that each figure of this page may be."""
    return LIMITS_BEFORE_START if page == "landing" else LIMITS


def _print_page(page: str, readings: Sequence[Reading]) -> None:
    say(f"{page}, {len(readings)} visits on Slow 4G with a processor {SLOWER} times slower")
    for name, limit in limits_of(page).items():
        found = upper_quarter([one.figures()[name] for one in readings])
        say(f"  {name:<30}{found:>12,.4g}   limit {limit:>8,g}   ratio {found / limit:.2f}")
    say("")


def _print_counts(one: Counted) -> None:
    say(f"{one.who}: {one.walk.ratings} questions, {one.walk.boxes} boxes that may stay empty")
    for name, (found, most) in one.goals().items():
        say(f"  {name:<30}{found:>12}   goal  {most:>8}")
    say("")
