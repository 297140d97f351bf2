"""Reminders, progress, and mail servers' answers in plain words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.feedback.cockpit.rules import (
    Count,
    MailTrouble,
    Progress,
    TimeLeft,
    is_due_soon,
    progress_of,
    time_left,
    trouble_of,
)
from app.feedback.reminding.rules import Skip, Standing, reason_to_skip

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
REACHABLE = Standing(
    open_forms=2,
    submitted_forms=1,
    has_declined=False,
    has_opted_out=False,
    is_cut_off=False,
    closes_at=NOON,
    last_letter_failed=False,
    has_waiting_letter=False,
    last_mailed_at=NOON - timedelta(hours=24),
    reminders=2,
    letters=3,
)


def test_somebody_with_open_forms_is_reminded_a_day_after_the_last_letter() -> None:
    assert reason_to_skip(REACHABLE, now=NOON) is None
    assert reason_to_skip(REACHABLE, now=NOON - timedelta(seconds=1)) is Skip.RECENT
    assert reason_to_skip(replace(REACHABLE, last_mailed_at=None), now=NOON) is None


def test_a_letter_that_is_to_leave_within_a_day_stops_a_reminder_and_a_later_one_does_not() -> None:
    for moment, reason in (
        (NOON - timedelta(days=2), Skip.SOON),  # held back by a pause
        (NOON + timedelta(hours=24, seconds=-1), Skip.SOON),
        (NOON + timedelta(hours=24), None),
    ):
        assert reason_to_skip(replace(REACHABLE, next_mail_at=moment), now=NOON) is reason


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (replace(REACHABLE, open_forms=0), Skip.DONE),
        (replace(REACHABLE, open_forms=0, submitted_forms=0), Skip.DECLINED),
        (replace(REACHABLE, has_declined=True), Skip.DECLINED),
        (replace(REACHABLE, has_opted_out=True), Skip.OPTED_OUT),
        (replace(REACHABLE, is_cut_off=True), Skip.CUT_OFF),
        (replace(REACHABLE, closes_at=NOON - timedelta(seconds=1)), Skip.TIME_OVER),
        (replace(REACHABLE, last_letter_failed=True), Skip.BAD_ADDRESS),
        (replace(REACHABLE, has_waiting_letter=True), Skip.NOT_SENT_YET),
        (replace(REACHABLE, reminders=3), Skip.ENOUGH),
        (replace(REACHABLE, letters=5), Skip.ENOUGH),
    ],
)
def test_each_reason_stops_a_reminder(standing: Standing, reason: Skip) -> None:
    assert reason_to_skip(standing, now=NOON) is reason


@pytest.mark.parametrize(
    ("forms", "letter", "expected"),
    [
        ((0, 2), "sent", Progress.DONE),
        ((0, 0), "sent", Progress.DECLINED),
        ((2, 0), "failed", Progress.UNDELIVERED),
        ((2, 0), "uncertain", Progress.UNDELIVERED),
        ((1, 1), "sent", Progress.SOME_SUBMITTED),
        ((2, 0), "queued", Progress.WAITING),
        ((2, 0), "sent", Progress.NONE_SUBMITTED),
    ],
)
def test_progress_says_done_or_not(forms: tuple[int, int], letter: str, expected: Progress) -> None:
    found = progress_of(
        open_forms=forms[0],
        submitted_forms=forms[1],
        is_cut_off=False,
        last_letter=letter,
    )

    assert found is expected


def test_a_paused_link_is_shown_before_anything_about_letters() -> None:
    found = progress_of(open_forms=1, submitted_forms=0, is_cut_off=True, last_letter="failed")

    assert found is Progress.CUT_OFF


def test_a_hundred_percent_means_all() -> None:
    assert Count(done=199, all=200).percent == 99
    assert Count(done=0, all=0).percent == 0
    assert [Count(done=done, all=100).shade for done in (0, 1, 34, 67, 99, 100)] == [
        0,
        1,
        2,
        3,
        3,
        4,
    ]
    assert Count(done=1, all=2) + Count(done=1, all=3) == Count(done=2, all=5)


def test_time_left_is_told_in_the_largest_unit_that_says_something() -> None:
    assert time_left(NOON + timedelta(days=3, hours=5), NOON) == TimeLeft(days=3)
    assert time_left(NOON + timedelta(hours=47), NOON) == TimeLeft(hours=47)
    assert time_left(NOON + timedelta(seconds=30), NOON) == TimeLeft(minutes=1)
    assert time_left(NOON, NOON) == TimeLeft(is_over=True)
    assert is_due_soon(NOON + timedelta(days=3), NOON)
    assert not is_due_soon(NOON + timedelta(days=4), NOON)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("550 5.1.1 User unknown", MailTrouble.NO_SUCH_ADDRESS),
        ("550-5.2.2 Mailbox full", MailTrouble.MAILBOX_FULL),
        ("550 5.7.1 Message rejected", MailTrouble.REFUSED_AS_SPAM),
        ("552 5.3.4 too big", MailTrouble.TOO_LARGE),
        ("550 no such user", MailTrouble.NO_SUCH_ADDRESS),
        ("550", MailTrouble.NO_SUCH_ADDRESS),
        ("550 Mailbox unavailable", MailTrouble.NO_SUCH_ADDRESS),
        ("550 rejected: no such user here", MailTrouble.NO_SUCH_ADDRESS),
        ("550 Mailbox not found. https://example.com/spam", MailTrouble.NO_SUCH_ADDRESS),
        ("553 用户不存在", MailTrouble.NO_SUCH_ADDRESS),
        ("550 Mailbox unavailable or access denied", MailTrouble.REFUSED),
        ("550 Mail is rejected by recipients", MailTrouble.REFUSED),
        ("553 host denies relay", MailTrouble.REFUSED),
        ("550 Mail content denied", MailTrouble.REFUSED_AS_SPAM),
        ("550 Suspected spam ip", MailTrouble.REFUSED_AS_SPAM),
        ("550 DMARC check failed", MailTrouble.REFUSED_AS_SPAM),
        ("550 Sender frequency limited", MailTrouble.TEMPORARY),
        ("552 full", MailTrouble.MAILBOX_FULL),
        ("554 5.9.9 spam", MailTrouble.REFUSED_AS_SPAM),
        ("500 what", MailTrouble.REFUSED),
        ("451 4.7.1 try later", MailTrouble.TEMPORARY),
        ("127.0.0.1: [Errno 111] Connection refused", MailTrouble.SERVER_DOWN),
    ],
)
def test_a_servers_answer_is_put_into_plain_words(answer: str, trouble: MailTrouble) -> None:
    assert trouble_of(answer, is_uncertain=False) is trouble


def test_a_letter_whose_fate_is_unknown_says_so() -> None:
    assert trouble_of("250 maybe", is_uncertain=True) is MailTrouble.UNKNOWN_FATE


@pytest.mark.parametrize(
    "answer",
    ["mail: connection refused", "450 4.2.0 greylisted", "550 Domain frequency limited"],
)
def test_a_letter_that_nobody_took_in_all_its_tries_is_given_up(answer: str) -> None:
    assert trouble_of(answer, is_uncertain=False, has_failed=True) is MailTrouble.GIVEN_UP
