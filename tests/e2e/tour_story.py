"""Whom the tour meets, and what the story does a little differently for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from app.config import Settings
from app.demo import checks
from app.demo import story as acts
from app.demo.mailbox import Received
from app.demo.story import HR_ADDRESS, Story
from app.jobs.queue import WakeUp

ASKED = (
    "SELECT p.email FROM feedback_requests AS r JOIN participants AS t ON t.id = r.participant_id"
    " JOIN reviewers AS v ON v.id = r.reviewer_id JOIN people AS p ON p.id = v.person_id WHERE"
)
PROPOSING = """
SELECT participants.id, person.email, manager.email FROM participants
JOIN people AS person ON person.id = participants.person_id
JOIN people AS manager ON manager.id = person.manager_id
WHERE participants.cycle_id = ? AND person.email IS NOT NULL AND manager.email IS NOT NULL
ORDER BY participants.id LIMIT 1
"""
CAME_BACK = """
INSERT INTO letters (message_id, kind, to_name, to_address, locale, subject, text, html, state,
 posted_at, error)
SELECT 'back@roundview', 'remind', name, email, locale, 'x', 'x', 'x', 'failed',
 '2026-01-05 09:00:00.000000', '550 5.1.1' FROM people
WHERE email IS NOT NULL AND id IN (SELECT reviewed.manager_id FROM people AS reviewed
 JOIN participants ON participants.person_id = reviewed.id) ORDER BY id LIMIT 1
"""


def wait_for_all_letters(story: Story) -> None:
    """Until everything that may leave today has arrived: the next act counts its own letters."""
    [(due,)] = checks.rows(
        story.instance,
        "SELECT count(*) FROM jobs WHERE kind = 'send_letter' "
        "AND run_at <= datetime('now', '+1 hour')",
    )
    acts.wait_for_letters(story, due)


def let_days_pass(story: Story) -> None:
    """Letters that waited leave, and whoever was written to has had their day of rest."""
    _move_back(story)
    _wake_worker(story)
    wait_for_all_letters(story)
    _move_back(story)


def _move_back(story: Story) -> None:
    """Everything about letters was two days earlier."""
    earlier = "strftime('%Y-%m-%d %H:%M:%f000', {0}, '-2 days')"
    with closing(sqlite3.connect(story.instance.database, timeout=30)) as connection, connection:
        for table, column in (("letters", "posted_at"), ("letters", "sent_at"), ("jobs", "run_at")):
            connection.execute(f"UPDATE {table} SET {column} = {earlier.format(column)}")  # noqa: S608


def _wake_worker(story: Story) -> None:
    """Nobody tells the worker that time has passed; it would see it within a minute."""
    queue = WakeUp(Settings.from_env(story.instance.environment()).queue_url)
    queue.send()
    queue.close()


@contextmanager
def a_letter_that_came_back(story: Story) -> Iterator[None]:
    """Meanwhile the last letter to one of the reviewers has not arrived."""
    with closing(sqlite3.connect(story.instance.database, timeout=30)) as connection:
        with connection:
            connection.execute(CAME_BACK)
        yield
        with connection:
            connection.execute("DELETE FROM letters WHERE message_id = 'back@roundview'")


def choose_reviewers(story: Story) -> list[Received]:
    """Somebody inside with several people to compare, and a customer with one: both take time."""
    queries = (
        f"{ASKED} p.kind <> 'customer' GROUP BY p.email, r.rater_group, t.scheme_id"
        " HAVING count(*) BETWEEN 3 AND 6 ORDER BY p.email LIMIT 1",
        f"{ASKED} p.kind = 'customer' GROUP BY p.email HAVING count(*) = 1"
        " ORDER BY p.email LIMIT 1",
    )
    wanted = [checks.rows(story.instance, query)[0][0] for query in queries]
    return [next(letter for letter in story.invitations if email in letter.to) for email in wanted]


def close(story: Story) -> None:
    """HR ends the collection. (The demo's own act would miss what was answered in the browser.)"""
    with story.signed_in(HR_ADDRESS) as hr:
        hr.open(f"/hr/c/{story.cycle_id}/close")
        hr.send(hr.form(action="/close"))
