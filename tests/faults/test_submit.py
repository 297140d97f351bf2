"""The suite `submit` in short, and that its judge sees what is planted for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faults.running import closing_line
from faults.serving import Reply
from faults.submit import Answered, Stored, judge, pairs_for, race_on, summary
from tests.servers import postgres_database

FIELDS = {"a-q1": "4", "a-q2": "2", "c-more": "listens", "action": "submit"}
ROW = ({"q1": 4, "q2": 2}, {"more": "listens"})
RECEIPT = Reply(status=200, location="", text="Receipt ABCD-EFG2")


def led_to(location: str, last: Reply = RECEIPT) -> Answered:
    first = Reply(status=303, location=location, text="")
    return Answered(fields=FIELDS, first=first, last=last)


SENT = [led_to("/r/done"), led_to("/r/p/1")]
STORED = Stored(state="submitted", submissions=[ROW], drafts=0)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """SQLite lets one writer in at a time; only PostgreSQL lets senders truly race."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/submit.sqlite"
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def test_forms_sent_many_times_at_one_moment_count_once(
    empty_database: str, tmp_path: Path
) -> None:
    found = list(race_on(empty_database, tmp_path, count=4, seed=1))

    assert [one.complaints for one in found if one.complaints] == []
    assert len(found) == 4 + pairs_for(4)
    assert summary(found) == closing_line(faults=6, is_whole=True)


def test_the_judge_has_nothing_against_one_submission() -> None:
    verdict = judge(SENT, STORED, name="form")

    assert (verdict.lost, verdict.dup, verdict.partial, verdict.complaints) == (0, 0, 0, ())


@pytest.mark.parametrize(
    ("stored", "counts"),
    [
        (replace(STORED, submissions=[]), (1, 0, 0)),
        (replace(STORED, submissions=[ROW, ROW]), (0, 1, 0)),
        (replace(STORED, submissions=[({"q1": 4, "q2": 3}, ROW[1])]), (0, 0, 1)),
        (replace(STORED, submissions=[(ROW[0], {})]), (0, 0, 1)),
        (replace(STORED, drafts=1), (0, 0, 0)),
        (replace(STORED, state="open"), (0, 0, 0)),
    ],
)
def test_the_judge_sees_what_is_lost_twice_or_mixed(
    stored: Stored, counts: tuple[int, int, int]
) -> None:
    verdict = judge(SENT, stored, name="form")

    assert (verdict.lost, verdict.dup, verdict.partial) == counts
    assert verdict.complaints
    assert summary([verdict]).endswith("integrity=broken")


@pytest.mark.parametrize(
    "sent",
    [
        [*SENT, led_to("/r/p/1", Reply(status=500, location="", text="Error"))],
        [*SENT, led_to("/r/p/1", Reply(status=200, location="", text="Thank you"))],
        [*SENT, led_to("/r/p/1", replace(RECEIPT, text="Receipt ABCD-EFG3"))],
        [*SENT, led_to("/r/done")],
        [led_to("/r/p/1")],
    ],
    ids=["failed", "no receipt", "another receipt", "two winners", "no winner"],
)
def test_the_judge_sees_a_sender_who_was_told_something_else(sent: list[Answered]) -> None:
    assert judge(sent, STORED, name="form").complaints


def test_a_sender_who_is_asked_to_send_again_was_told_clearly() -> None:
    busy = Reply(status=503, location="", text="Please send it again")
    verdict = judge([*SENT, Answered(fields=FIELDS, first=busy, last=busy)], STORED, name="form")

    assert (verdict.complaints, verdict.busy) == ((), 1)
