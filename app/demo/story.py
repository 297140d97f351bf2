"""The main job from end to end, as the people concerned would do it: over HTTP and by mail."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.demo import checks
from app.demo.instance import DemoError, Instance
from app.demo.mailbox import Mailbox, Received
from app.demo.reviewers import Visit, answer_letters, link_in
from app.demo.visitor import Visitor

HR_ADDRESS = "hr@liansheng.example"
PASSWORD = "roundview demo 2026"  # noqa: S105 - printed for everybody to use
CYCLE = "2026 年度评价 2026 annual review"
NEXT_CYCLE = "2027 第一季度评价 2027 Q1 review"
PATIENCE_SECONDS = 90
REVIEWED = """
SELECT participants.id, person.name, person.email, person.locale, manager.email
FROM participants
JOIN people AS person ON person.id = participants.person_id
JOIN people AS manager ON manager.id = participants.manager_id
JOIN ratings ON ratings.participant_id = participants.id AND ratings.status = 'rated'
ORDER BY participants.id
"""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reviewed:
    """One person whose interview is held, and who holds it."""

    participant_id: int
    name: str
    email: str
    locale: str
    manager_email: str


@dataclass(kw_only=True)
class Story:
    """What has happened so far, noted outside the product, so that it can be compared with it."""

    instance: Instance
    people: int
    seed: int
    say: Callable[[str], None]
    tick: Callable[[], None]
    cycle_id: int = 0
    invitations: list[Received] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    reviewed: list[Reviewed] = field(default_factory=list)
    ratings: int = 0
    records: int = 0

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.instance.letters)

    @property
    def workbook(self) -> Path:
        return self.instance.folder / "people.xlsx"

    @property
    def forms(self) -> int:
        return sum(len(visit.forms) for visit in self.visits)

    @contextmanager
    def signed_in(self, email: str) -> Iterator[Visitor]:
        """Somebody with a password, at their first page."""
        with Visitor(self.instance.site) as visitor:
            visitor.open("/sign-in")
            form = visitor.form(having="password")
            visitor.send(form, {"email": email, "password": PASSWORD})
            if "/sign-in" in visitor.address:
                raise DemoError(f"{email} could not sign in.")
            yield visitor


def prepare(story: Story) -> str:
    """A database, the ready schemes, and an account for HR."""
    story.instance.flask("prepare")
    story.instance.flask(
        "create-admin", HR_ADDRESS, "--name", "王芳 Wang Fang", "--password", PASSWORD
    )
    story.instance.flask(
        *("sample-workbook", str(story.workbook)),
        *("--people", str(story.people), "--seed", str(story.seed)),
    )
    return story.workbook.name


def import_people(story: Story) -> str:
    """HR uploads the workbook, looks at the preview, and confirms."""
    with story.signed_in(HR_ADDRESS) as hr:
        _upload(story, hr)
        hr.send(hr.form(action="/confirm"))
        again = _upload(story, hr)
    counts = checks.count_rows(story.instance, "people", "relations", "kpi_lines")
    checks.require(
        "imports.confirm" not in again and not re.search(r'action="[^"]*/confirm"', again),
        "A second import of the same workbook wants to change something.",
    )
    return f"{counts['people']} people, {counts['relations']} relations, {counts['kpi_lines']} KPI"


def plan_cycle(story: Story) -> str:
    """HR plans the round and chooses who is reviewed."""
    with story.signed_in(HR_ADDRESS) as hr:
        story.cycle_id = _plan(hr, CYCLE)
    counts = checks.count_rows(story.instance, "participants")
    return f"{counts['participants']} people reviewed"


def launch(story: Story) -> str:
    """HR reads the checklist and launches; every letter reaches the mailbox."""
    before = len(story.mailbox.numbers())
    with story.signed_in(HR_ADDRESS) as hr:
        hr.open(f"/hr/c/{story.cycle_id}/launch")
        hr.send(hr.form(action="/launch"), {"leaving": "at_once"})
    counts = checks.count_rows(story.instance, "reviewers", "feedback_requests")
    letters = wait_for_letters(story, before + counts["reviewers"])[before:]
    story.invitations = [letter for letter in letters if link_in(letter)]
    checks.require(
        len(story.invitations) == counts["reviewers"],
        f"{counts['reviewers']} reviewers, but {len(story.invitations)} letters with a link.",
    )
    checks.no_link_at_rest(story.instance, story.invitations)
    return f"{len(story.invitations)} letters for {counts['feedback_requests']} forms"


def fill_in(story: Story) -> str:
    """Reviewers follow their links and fill in their forms."""
    visits = answer_letters(
        story.instance.site, story.invitations, seed=story.seed, done=story.tick
    )
    story.visits = list(visits)
    checks.answers_arrived(story.instance, story.visits)
    declined = sum(visit.declined for visit in story.visits)
    return f"{story.forms} forms, {declined} declined"


def remind(story: Story) -> str:
    """HR looks whom to chase; nobody is mailed twice within a day, so the preview says so."""
    with story.signed_in(HR_ADDRESS) as hr:
        hr.open(f"/hr/c/{story.cycle_id}")
        cockpit = hr.text()
        hr.open(f"/hr/c/{story.cycle_id}/remind")
        preview = hr.text()
    checks.require(str(story.forms) in cockpit, "The cockpit does not show the forms submitted.")
    checks.require("24" in preview, "The reminder does not say who was mailed within 24 hours.")
    return "whom to chase is shown; nobody is mailed twice within 24 hours"


def close(story: Story) -> str:
    """HR ends the collection; from then on nothing ties an answer to its rater."""
    with story.signed_in(HR_ADDRESS) as hr:
        hr.open(f"/hr/c/{story.cycle_id}/close")
        hr.send(hr.form(action="/close"))
    checks.ties_are_cut(story.instance, story.visits)
    return "answers can no longer be tied to those who gave them"


def rate(story: Story) -> str:
    """The engine rates everybody; each rating is recomputed from its own inputs."""
    with story.signed_in(HR_ADDRESS) as hr:
        hr.open(f"/hr/c/{story.cycle_id}/ratings")
        hr.send(hr.form(action="/compute"))
    story.ratings = checks.ratings_recompute(story.instance)
    return f"{story.ratings} ratings, each recomputed outside"


def release(story: Story) -> str:
    """HR releases the results; everybody concerned is told by mail."""
    before = len(story.mailbox.numbers())
    with story.signed_in(HR_ADDRESS) as hr:
        hr.open(f"/hr/c/{story.cycle_id}/ratings")
        hr.send(hr.form(action="/release"), {"reviewed": "yes"})
    [(letters,)] = checks.rows(
        story.instance, "SELECT count(*) FROM letters WHERE kind LIKE '%result%'"
    )
    wait_for_letters(story, before + letters)
    return f"{letters} people told by mail"


def set_passwords(story: Story) -> str:
    """Managers and employees set a password through a mailed link, as on their first visit."""
    story.reviewed = [
        Reviewed(participant_id=number, name=name, email=email, locale=locale, manager_email=boss)
        for number, name, email, locale, boss in checks.rows(story.instance, REVIEWED)
    ]
    people = {one.email for one in story.reviewed} | {one.manager_email for one in story.reviewed}
    let_in(story, people)
    return f"{len(people)} people"


def let_in(story: Story, people: set[str]) -> None:
    """These people set a password, each through the link in a letter."""
    before = len(story.mailbox.numbers())
    with Visitor(story.instance.site) as visitor:
        for email in sorted(people):
            visitor.open("/forgot")
            visitor.send(visitor.form(having="email"), {"email": email})
        for link in _password_links(story, before, len(people)):
            visitor.open(link)
            visitor.send(visitor.form(having="password"), {"password": PASSWORD})


def prepare_next(story: Story) -> str:
    """HR has begun to plan the next round, so that a draft can be looked at too."""
    with story.signed_in(HR_ADDRESS) as hr:
        _plan(hr, NEXT_CYCLE)
    return NEXT_CYCLE


def _upload(story: Story, hr: Visitor) -> str:
    hr.open("/hr/import")
    file = (story.workbook.name, story.workbook.read_bytes(), XLSX)
    return str(hr.send(hr.form(having="csrf_token", action="/import"), files={"file": file}))


def _plan(hr: Visitor, name: str) -> int:
    hr.open("/hr/c/new")
    today = datetime.now(UTC).date()  # noqa: TID251 - the visitor's own calendar
    hr.send(
        hr.form(having="period_from"),
        {
            "name": name,
            "opens_on": str(today - timedelta(days=1)),
            "closes_on": str(today + timedelta(days=14)),
            "contact_phone": "010-5555 0100",
        },
    )
    hr.send(hr.form(action="/participants"))
    found = re.search(r"/hr/c/(\d+)", hr.address)
    if found is None:
        raise DemoError(f"The round was not planned: {hr.text()[:300]}")
    return int(found.group(1))


def _password_links(story: Story, before: int, count: int) -> list[str]:
    """The links in the letters that came after so many; others may arrive in between."""
    total = before + count
    while True:
        letters = wait_for_letters(story, total)[before:]
        found = [re.search(r"https?://\S+/set-password/\S+", letter.text) for letter in letters]
        links = [match.group() for match in found if match]
        if len(links) >= count:
            return links
        total = before + len(letters) + count - len(links)


def wait_for_letters(story: Story, count: int) -> list[Received]:
    end = time.monotonic() + PATIENCE_SECONDS
    while len(story.mailbox.numbers()) < count:
        if time.monotonic() > end:
            arrived = len(story.mailbox.numbers())
            raise DemoError(f"Only {arrived} of {count} letters arrived.")
        time.sleep(0.1)
    return story.mailbox.read_all()
