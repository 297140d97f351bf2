"""A whole cycle, played by the demo, that stops now and then to look at every page it has by then.

Which pages there are comes from the application's own routes; their ids come from the database.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.routing import MapAdapter

from app.demo import checks
from app.demo import interviews as talks
from app.demo import story as acts
from app.demo.mailbox import Received
from app.demo.reviewers import link_in
from app.demo.story import HR_ADDRESS, PASSWORD, Story
from app.web.policy import Policy, policy_of
from tests.e2e.browsing import DESK, PHONE, follow, new_profile
from tests.e2e.one_language import EnteredTexts
from tests.e2e.sweep import Sweep
from tests.e2e.tour_of_comments import look_comments_through
from tests.e2e.tour_of_questionnaires import begin_one, edit_a_draft
from tests.e2e.tour_of_relations import hear_of_relations, say_wrong
from tests.e2e.tour_of_second_step import sign_in_by_two_steps
from tests.e2e.tour_story import (
    PROPOSING,
    a_letter_that_came_back,
    choose_reviewers,
    close,
    let_days_pass,
    wait_for_all_letters,
)
from tests.workbook_files import PEOPLE, RELATIONS, make_workbook, person, relation

NOT_PAGES = frozenset(
    {
        *("static", "health.healthz", "health.readyz"),
        "cockpit.sending",  # a part of the cockpit, which carries it too
        *("imports.sample", "imports.template", "imports.annotated"),
        "exchange.download",
        *("interviews.print_for_hr", "interviews.print_for_manager", "interviews.print_own"),
    }
)
# Sheets, columns and values of the Chinese workbook, which its faults are reported with.
IN_THE_WORKBOOK = (
    *("人员", "评价关系", "姓名", "上级工号", "关系", "评价人", "朋友", "李喆"),
    *("上级", "同级", "下级", "客户", "本人"),
)
SIGNED_IN = frozenset({Policy.SIGNED_IN})
Ids = Mapping[str, Sequence[object]]


def page_routes(app: Flask) -> dict[str, Policy | None]:
    """Every view that answers GET with a page, and who is let in."""
    return {
        rule.endpoint: policy_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES
    }


@dataclass(kw_only=True)
class Tour:
    """One browser profile for each reader, kept from stop to stop."""

    app: Flask
    routes: MapAdapter
    browser: Browser
    story: Story
    sweep: Sweep
    _pages: dict[str, Page] = field(default_factory=dict)

    def page(self, reader: str) -> Page:
        """The window of a reader; a new one knows nobody."""
        if reader not in self._pages:
            self._pages[reader] = self.sweep.watch(new_profile(self.browser).new_page())
        return self._pages[reader]

    def forget(self, reader: str) -> None:
        """Close the window of a reader."""
        self._pages.pop(reader).context.close()

    def sign_in(self, email: str) -> Page:
        page = self.page(email)
        page.goto(f"{self.site}/sign-in")
        page.locator("#email").fill(email)
        page.locator("#password").fill(PASSWORD)
        follow(page.locator("main form button"))
        return page

    @property
    def site(self) -> str:
        return self.story.instance.site

    def learn(self) -> None:
        """Read anew what has been entered, before pages are judged by it."""
        known = (self.sweep.company, HR_ADDRESS, *IN_THE_WORKBOOK)
        for lang in ("zh", "en"):
            self.sweep.entered[lang] = EnteredTexts(self.story.instance.database, lang, *known)

    def look_at(self, page: Page, policies: frozenset[Policy], ids: Ids) -> None:
        """Every page that the policies let in and whose address these ids complete."""
        for endpoint, policy in page_routes(self.app).items():
            if policy in policies:
                for address in self._addresses(endpoint, ids):
                    self.sweep.visit(page, self.site + address)

    def _addresses(self, endpoint: str, ids: Ids) -> Iterator[str]:
        [rule] = [
            rule for rule in self.app.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ())
        ]
        names = sorted(rule.arguments)
        for values in product(*(ids.get(name, []) for name in names)):
            yield self.routes.build(endpoint, dict(zip(names, values, strict=True)))


def take(tour: Tour) -> None:
    """The whole tour, from an empty installation to signed records and the next draft."""
    story = tour.story
    before_anything(tour)
    acts.import_people(story)
    acts.plan_cycle(story)
    with a_letter_that_came_back(story):
        while_planned(tour)
    edit_a_draft(tour.page(HR_ADDRESS), tour.site, tour.sweep, tour.learn)
    begin_one(tour.page(HR_ADDRESS), tour.site, tour.sweep, tour.learn)
    while_proposing(tour)
    let_days_pass(story)
    acts.launch(story)
    kept_back = choose_reviewers(story)
    story.invitations = [letter for letter in story.invitations if letter not in kept_back]
    acts.fill_in(story)
    while_collecting(tour, kept_back)
    close(story)
    after_close(tour, kept_back)
    acts.rate(story)
    acts.set_passwords(story)
    before_release(tour)
    acts.release(story)
    talks.open_interviews(story)
    while_talking(tour)
    at_the_end(tour)


def before_anything(tour: Tour) -> None:
    """Empty lists, and a workbook that is not sound."""
    tour.learn()
    tour.look_at(tour.page("nobody"), frozenset({Policy.PUBLIC}), {"token": ["x"]})
    for missing in ("/nowhere", "/i/x"):
        tour.sweep.after(tour.page("nobody"), tour.site + missing, lambda _page: None)
    hr = tour.sign_in(HR_ADDRESS)
    wrong = tour.story.instance.folder / "wrong.xlsx"
    wrong.write_bytes(
        make_workbook(
            people=[*PEOPLE, person("５", "", manager_number="1O", email="A@firm.example")],
            relations=[*RELATIONS, relation("2", "1", "朋友")],
        )
    )
    staged = [_upload(tour, hr, file) for file in (tour.story.workbook, wrong)]
    tour.learn()
    sign_in_by_two_steps(hr, tour.site, HR_ADDRESS, PASSWORD, tour.sweep)
    tour.look_at(hr, frozenset({Policy.HR}), {"staged_id": staged})
    tour.sweep.visit(hr, f"{tour.site}/hr/import/{staged[0]}")


def while_planned(tour: Tour) -> None:
    """A draft: HR's plan, who rates whom, the checklist; wrong entries where people sign in."""
    tour.learn()
    tour.look_at(tour.page(HR_ADDRESS), frozenset({Policy.HR, Policy.SIGNED_IN}), _ids(tour))
    tour.sweep.after(
        tour.page(HR_ADDRESS),
        f"{tour.site}/hr/c/new",
        _plan_backwards,
    )
    nobody = tour.page("nobody")
    tour.sweep.after(nobody, f"{tour.site}/sign-in", _enter_nothing)
    tour.sweep.after(nobody, f"{tour.site}/forgot", lambda page: _ask_for_link(page, HR_ADDRESS))
    # Asked twice: the later link is the valid one, and need not be the one that arrives last.
    for letter in acts.wait_for_letters(tour.story, 2):
        token = letter.text.split("/set-password/")[1].split()[0]
        tour.sweep.visit(nobody, f"{tour.site}/set-password/{token}")
    tour.look_at(nobody, frozenset({Policy.PUBLIC}), {})


def while_proposing(tour: Tour) -> None:
    """HR asks the participants for their reviewers; one list goes to the manager and to HR."""
    story, hr = tour.story, tour.page(HR_ADDRESS)
    nomination = f"{tour.site}/hr/c/{story.cycle_id}/nomination"
    hr.goto(nomination)
    follow(hr.locator("main form[novalidate] button"))
    wait_for_all_letters(story)
    [one] = checks.rows(story.instance, PROPOSING, story.cycle_id)
    acts.let_in(story, {one[1], one[2]})
    tour.learn()
    employee, manager = tour.sign_in(one[1]), tour.sign_in(one[2])
    ids: Ids = {"participant_id": [one[0]]}
    tour.look_at(employee, SIGNED_IN, ids)
    own_list = f"{tour.site}/me/reviewers/{one[0]}"
    tour.sweep.after(employee, own_list, lambda page: _untick(page, "propose"))
    employee.goto(own_list)
    for box in employee.locator("input[type=checkbox]:not([disabled])").all():
        box.check()
    _press(employee, "propose")
    tour.look_at(manager, SIGNED_IN, ids)
    tour.look_at(employee, SIGNED_IN, ids)
    for address in (nomination, f"{nomination}/{one[0]}"):
        tour.sweep.visit(hr, address)
    wait_for_all_letters(story)
    for email in one[1:]:
        tour.forget(email)  # they set their passwords anew later


def _untick(page: Page, action: str) -> None:
    for box in page.locator("input[type=checkbox]").all():
        box.uncheck()
    _press(page, action)


def while_collecting(tour: Tour, kept_back: list[Received]) -> None:
    """HR watches; two reviewers look at all their pages, answer a little, decline and finish."""
    tour.learn()
    tour.look_at(tour.page(HR_ADDRESS), frozenset({Policy.HR}), _ids(tour))
    for letter in kept_back:
        _be_reviewer(tour, letter)
        _end_letters(tour, letter)
    hear_of_relations(tour.page(HR_ADDRESS), tour.site, tour.story.cycle_id, tour.sweep)


def _be_reviewer(tour: Tour, letter: Received) -> None:
    link = link_in(letter) or ""
    ids: Ids = {"token": [link.rsplit("/", 1)[1]], "number": [1]}
    page = tour.page(letter.to)
    tour.look_at(page, frozenset({Policy.LINK}), ids)  # the pages of the link; no cookie yet
    page.goto(link)
    follow(page.locator("form[action$='/start'] button"))
    tour.look_at(page, frozenset({Policy.LINK}), ids)
    _lay_side_by_side(tour, page)
    tour.sweep.after(page, f"{tour.site}/r/p/1/relation", say_wrong)
    tour.sweep.after(page, f"{tour.site}/r/p/1", lambda now: _press(now, "submit"))
    page.goto(f"{tour.site}/r/p/1")
    _press(page, "submit")
    _press(page, "submit_anyway")
    page.goto(f"{tour.site}/r/p/2/decline")
    if page.locator("form[action$='/decline'] button").count():
        follow(page.locator("form[action$='/decline'] button").first)
    tour.look_at(page, frozenset({Policy.LINK}), {"number": [1, 2]})
    page.goto(f"{tour.site}/r/decline")
    if page.locator("form[action$='/decline'] button").count():
        follow(page.locator("form[action$='/decline'] button").first)
    tour.look_at(page, frozenset({Policy.LINK}), ids)


def _lay_side_by_side(tour: Tour, page: Page) -> None:
    """Whoever has several people answers the first questions about all, and reads them again."""
    page.goto(f"{tour.site}/r/compare/1")
    if page.locator("form.compare").count():
        for place, question in enumerate(page.locator("fieldset").all()[:12]):
            question.locator("input").nth(place % 6).check()
        _press(page, "leave")
        tour.sweep.visit(page, f"{tour.site}/r/check")
        assert page.locator("table.check").count() == 1


def _end_letters(tour: Tour, letter: Received) -> None:
    """A customer wants no more of them, and then does after all; employees are not offered it."""
    for address in re.findall(r"http\S+/o/\S+", letter.text):
        page = tour.page(letter.to)
        tour.sweep.visit(page, address)
        tour.sweep.visit(page, f"{address}x")
        tour.sweep.after(page, address, lambda now: follow(now.locator("main form button")))
        consent = f"{tour.site}/r/consent"
        tour.sweep.after(page, consent, _withdraw)


def _withdraw(page: Page) -> None:
    if page.locator("main form button").count():
        follow(page.locator("main form button"))


def after_close(tour: Tour, kept_back: list[Received]) -> None:
    """The door behind a link is shut, in every page of it."""
    tour.learn()
    for letter in kept_back:
        token = (link_in(letter) or "").rsplit("/", 1)[1]
        page = tour.page(letter.to)
        tour.look_at(page, frozenset({Policy.LINK}), {"token": [token], "number": [1]})


def before_release(tour: Tour) -> None:
    """Rated, and nobody but HR may know yet."""
    tour.learn()
    one = tour.story.reviewed[0]
    hr = tour.page(HR_ADDRESS)
    tour.look_at(hr, frozenset({Policy.HR}), _ids(tour))
    look_comments_through(hr, tour.site, tour.story.cycle_id, tour.sweep)
    for email in (one.email, one.manager_email):
        tour.look_at(tour.sign_in(email), SIGNED_IN, _ids(tour))


def while_talking(tour: Tour) -> None:
    """Results are out; records are open and not yet written."""
    tour.learn()
    one = tour.story.reviewed[0]
    tour.look_at(tour.page(HR_ADDRESS), frozenset({Policy.HR}), _ids(tour))
    for email in (one.email, one.manager_email):
        tour.look_at(tour.page(email), SIGNED_IN, _ids(tour))
    record = f"{tour.site}/m/p/{one.participant_id}/record"
    tour.sweep.after(tour.page(one.manager_email), record, _freeze_too_soon)


def at_the_end(tour: Tour) -> None:
    """Records signed and printed, plans running, the next round begun."""
    story = tour.story
    whole = story.reviewed
    story.reviewed = _held(story)
    talks.hold_interviews(story)
    talks.follow_up(story)
    acts.prepare_next(story)
    tour.learn()
    tour.look_at(tour.page(HR_ADDRESS), frozenset({Policy.HR, Policy.SIGNED_IN}), _ids(tour))
    for one in story.reviewed:
        for email in (one.email, one.manager_email):
            page = tour.page(email) if email in tour._pages else tour.sign_in(email)
            tour.look_at(page, SIGNED_IN, {"participant_id": [one.participant_id]})
    story.reviewed = whole
    in_the_mailbox(tour)


def in_the_mailbox(tour: Tour) -> None:
    """The demo's own mailbox, which is in both languages at once."""
    page = tour.browser.new_page()
    for address in ("", "/1"):
        page.goto(tour.story.instance.mailbox_site + address)
        tour.sweep.measure(page, DESK, PHONE)
    page.context.close()


def _held(story: Story) -> list[acts.Reviewed]:
    """One who reads Chinese and, where there is one, one who reads English."""
    by_locale = {one.locale: one for one in reversed(story.reviewed)}
    return sorted(by_locale.values(), key=lambda one: one.participant_id)


def _ids(tour: Tour) -> Ids:
    people = checks.rows(
        tour.story.instance, "SELECT id FROM participants WHERE cycle_id = ?", tour.story.cycle_id
    )
    questionnaires = checks.rows(tour.story.instance, "SELECT id FROM questionnaires ORDER BY id")
    reviewers = checks.rows(
        tour.story.instance, "SELECT id FROM reviewers WHERE cycle_id = ?", tour.story.cycle_id
    )
    open_forms = "SELECT r.id FROM feedback_requests AS r JOIN participants AS p ON "
    open_forms += "p.id = r.participant_id WHERE p.cycle_id = ? AND r.rater_group = 'peer' "
    open_forms += "ORDER BY r.state, r.id LIMIT 1"
    requests = checks.rows(tour.story.instance, open_forms, tour.story.cycle_id)
    letters = checks.rows(tour.story.instance, "SELECT id FROM letters ORDER BY id DESC LIMIT 1")
    return {
        "letter_id": [row[0] for row in letters],
        "cycle_id": [tour.story.cycle_id],
        "participant_id": [people[0][0]],
        "request_id": [row[0] for row in requests],
        "reviewer_id": [row[0] for row in reviewers[:1]],
        "questionnaire_id": [questionnaires[0][0]],
    }


def _upload(tour: Tour, page: Page, file: Path) -> str:
    page.goto(f"{tour.site}/hr/import")
    page.locator("input[type=file]").set_input_files(file)
    follow(page.locator("main form button"))
    return page.url.rsplit("/", 1)[1]


def _plan_backwards(page: Page) -> None:
    page.locator("#closes_on").fill("2020-01-01")
    follow(page.locator("main form[method=post] button").last)


def _press(page: Page, action: str) -> None:
    follow(page.locator(f"button[value={action}]").first)


def _enter_nothing(page: Page) -> None:
    page.locator("#email").fill("nobody@liansheng.example")
    page.locator("#password").fill("not the password")
    follow(page.locator("main form button"))


def _freeze_too_soon(page: Page) -> None:
    if page.locator("button[value=share]").count():
        follow(page.locator("button[value=share]"))
    follow(page.locator("form[action$='/freeze'] button"))


def _ask_for_link(page: Page, email: str) -> None:
    page.locator("#email").fill(email)
    follow(page.locator("main form button"))
