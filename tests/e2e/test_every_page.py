"""Every page, in every stage of a cycle, in both languages, on a phone and on a desk."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.demo import story as acts
from app.demo.instance import COMPANY, make_instance, running
from app.demo.story import Story
from app.factory import create_app
from tests.conftest import make_settings
from tests.e2e.one_language import EnteredTexts
from tests.e2e.sweep import Check, Sweep
from tests.e2e.tour import Tour, page_routes, take
from tests.servers import free_port

pytestmark = pytest.mark.browser
PEOPLE = 20
FAULTY = """<!doctype html><html lang="en"><meta charset="utf-8"><title>发布 Release</title>
<link rel="icon" href="data:,">
<h1>发布</h1><h1>Ratings</h1><p id="a">已提交的答案</p><p id="a" style="width: 900px">x</p>
<form method="post"><input name="n"><button type="button">Publish</button></form>
<img src="http://other.example/pixel.png"><script>nothing.there()</script>"""


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application that is asked for its routes only."""
    folder = tmp_path_factory.mktemp("routes")
    app = create_app(make_settings(folder, f"sqlite:///{folder / 'none.sqlite'}"))
    yield app
    app.extensions["wake_up"].close()


@pytest.fixture(scope="module")
def sweep(browser: Browser, routes: Flask, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """A cycle is played by real processes, and every page it has is looked at on the way."""
    ports = [free_port() for _ in range(3)]
    instance = make_instance(tmp_path_factory.mktemp("tour") / "demo", ports=ports)
    story = Story(instance=instance, people=PEOPLE, seed=1, say=print, tick=lambda: None)
    acts.prepare(story)
    adapter = routes.url_map.bind(f"127.0.0.1:{instance.web_port}")
    found = Sweep(routes=adapter, company=COMPANY)
    with running(instance):
        take(Tour(app=routes, routes=adapter, browser=browser, story=story, sweep=found))
    return found


@pytest.mark.parametrize("check", list(Check))
def test_on_every_page(sweep: Sweep, check: Check) -> None:
    assert sweep.faults[check] == []


def test_every_page_was_looked_at(sweep: Sweep, routes: Flask) -> None:
    assert set(page_routes(routes)) - sweep.visited == set()


def test_no_two_pages_bear_the_same_title(sweep: Sweep) -> None:
    assert sweep.shared_titles() == []


def test_the_sweep_notices_what_is_wrong(browser: Browser, routes: Flask) -> None:
    adapter = routes.url_map.bind("roundview.example")
    sweep = Sweep(routes=adapter, company=COMPANY)
    sweep.entered = {lang: EnteredTexts(None, lang, "已提交") for lang in ("zh", "en")}
    context = browser.new_context()
    context.route("**/*", lambda route: route.fulfill(body=FAULTY, content_type="text/html"))

    sweep.visit(sweep.watch(context.new_page()), "http://roundview.example/me")
    context.close()

    assert {check for check in Check if not sweep.faults[check]} == {Check.SERVER}
    assert sweep.visited == {"ratings.home"}
    assert any(line.endswith("'的答案' in '已提交的答案'") for line in sweep.faults[Check.LANGUAGE])
