"""The suite `script/faults mail` in short, and that its check sees what is planted for it."""

from dataclasses import replace

import pytest

from faults.__main__ import main
from faults.arrivals import Outcome, Verdict, judge
from faults.post_office import Taken

CLEAN = Verdict(lost=0, dup=0, partial=0, strangers=0)
INVITATION = Outcome(message_id="a", kind="invite_internal", state="sent", error="")
REMINDER = replace(INVITATION, kind="remind")
COPY = Taken(message_id="a")
CUT = Taken(message_id="a", is_cut=True)


def test_a_few_letters_survive_a_bad_server_and_killed_workers(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert main(["mail", "--count", "12", "--seed", "3"]) == 0
    assert "lost=0 dup=0 partial=0 integrity=ok" in capfd.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("letter", "taken"),
    [
        (INVITATION, [COPY]),
        (INVITATION, [CUT, COPY]),
        (replace(INVITATION, kills=1), [COPY, COPY]),
        (replace(INVITATION, state="failed", error="550 no such mailbox"), []),
        (replace(REMINDER, state="uncertain", error="cut"), [CUT]),
        (replace(REMINDER, state="uncertain", error="cut"), []),
    ],
)
def test_what_a_cut_or_a_kill_explains_is_no_complaint(letter: Outcome, taken: list[Taken]) -> None:
    assert judge([letter], taken) == CLEAN


@pytest.mark.parametrize(
    ("letter", "taken", "verdict"),
    [
        (replace(INVITATION, state="failed"), [], replace(CLEAN, lost=1)),
        (INVITATION, [], replace(CLEAN, lost=1, partial=1)),
        (INVITATION, [COPY, COPY], replace(CLEAN, dup=1)),
        (REMINDER, [CUT, COPY], replace(CLEAN, dup=1)),
        (replace(REMINDER, kills=1), [COPY, COPY], replace(CLEAN, dup=1)),
        (replace(REMINDER, state="failed", error="550"), [COPY], replace(CLEAN, partial=1)),
        (INVITATION, [COPY, Taken(message_id="b")], replace(CLEAN, strangers=1)),
    ],
)
def test_every_planted_fault_is_counted(
    letter: Outcome, taken: list[Taken], verdict: Verdict
) -> None:
    assert judge([letter], taken) == verdict
