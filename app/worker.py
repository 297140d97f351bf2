"""What background work consists of: job kind → function. Run by `flask worker`."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from time import monotonic

from flask import Flask
from sqlalchemy.exc import OperationalError

from app.auth.service import password_link
from app.clock import now
from app.config import Settings
from app.db import db, forget_freed_pages, writing
from app.feedback.entering.codes import code_of_letter
from app.feedback.entering.service import forget_codes
from app.feedback.lapsing.queries import is_lapsed
from app.feedback.links import link_of_reviewer
from app.feedback.measuring.service import forget_counts, rounds_to_forget
from app.feedback.mixing import rewrite_later
from app.feedback.reminding.queries import rounds_that_remind
from app.feedback.reminding.service import remind_by_itself
from app.feedback.returned.queries import has_returned
from app.feedback.thanking.queries import rounds_to_thank
from app.feedback.thanking.service import thank
from app.interviews import jobs as records
from app.jobs import service as jobs
from app.jobs.models import Job, JobKind
from app.jobs.rules import ORDINARY, WITH_THE_POST, Patience, is_exhausted
from app.mail import flow
from app.mail.bounces import take_in
from app.mail.delivery import Sender, give_up, put_off, send_letter
from app.mail.mailbox import read_reports
from app.mail.models import CODE, LINK, OPT_OUT, Letter
from app.mail.opting_out import opt_out_link
from app.mail.smtp import Line, TryLaterError
from app.retention.letters import forget_texts
from app.retention.queries import (
    rounds_to_warn_of,
    rounds_with_answers_due,
    rounds_with_links_due,
    rounds_with_old_drafts,
)
from app.retention.service import delete_answers, delete_drafts, delete_links
from app.retention.traces import rewrite
from app.retention.warning import warn_of

log = logging.getLogger(__name__)
MAILBOX_PAUSE_SECONDS = 60


def work_until_idle(app: Flask) -> timedelta | None:
    """Do every job that is due; gives how long until the next one, or None when none waits."""
    settings: Settings = app.extensions["settings"]
    with app.app_context(), writing(), closing(Line(settings.mail_url)) as line:
        try:
            remind_where_due(settings)
            thank_where_due(settings)
            forget_where_due()
            warn_where_due(settings)
            delete_where_due()
            while (job := next_job(settings.mail_rate)) is not None:
                work(job, settings, line)
            if settings.bounce_mailbox and _is_time_to_read(app):
                read_mailbox(settings)
            return until_next(settings.mail_rate)
        finally:
            db.session.remove()
            forget_freed_pages(tries=1)  # the close may have found the log in use


def next_job(letters_per_minute: int) -> Job | None:
    """The next due job; a letter only when letters may leave now."""
    while True:
        is_held = flow.wait_of_letters(letters_per_minute) != timedelta()
        job = jobs.claim_next(without=JobKind.SEND_LETTER if is_held else None)
        if job is None or job.kind is not JobKind.SEND_LETTER:
            return job
        if flow.take_turn(letters_per_minute):
            return job
        jobs.give_back(job.id, job.claim or "")
        db.session.commit()


def until_next(letters_per_minute: int) -> timedelta | None:
    """How long until something can be done; None when nothing waits, or only what is held back."""
    wait = flow.wait_of_letters(letters_per_minute)
    if wait == timedelta():
        return jobs.seconds_until_next()
    others, all_jobs = (
        jobs.seconds_until_next(without=JobKind.SEND_LETTER),
        jobs.seconds_until_next(),
    )
    if wait is None or all_jobs is None:
        return others
    letters = max(wait, all_jobs)
    return letters if others is None else min(letters, others)


def read_mailbox(settings: Settings) -> None:
    """Take in the letters that came back; a mailbox that cannot be read now is read later."""
    try:
        read_reports(settings.bounce_mailbox, _take_in_and_commit)
    except Exception as error:
        db.session.rollback()
        log.warning("the mailbox of bounces was not read: %s", error)


def _take_in_and_commit(raw: bytes) -> None:
    effect = take_in(raw)
    db.session.commit()
    log.info("a message in the mailbox of bounces: %s", effect.value)


def _is_time_to_read(app: Flask) -> bool:
    """Once a minute in each process; two that read at one moment do no harm."""
    present = monotonic()
    if present < app.extensions.get("mailbox_rests_until", 0.0):
        return False
    app.extensions["mailbox_rests_until"] = present + MAILBOX_PAUSE_SECONDS
    return True


def remind_where_due(settings: Settings) -> None:
    """Post the reminders that go by themselves, a transaction for each round."""
    for cycle_id in rounds_that_remind(now()):
        with _by_itself(f"reminders of cycle {cycle_id}"):
            remind_by_itself(cycle_id, company=settings.company)


def thank_where_due(settings: Settings) -> None:
    """Post the letters of thanks to whoever has sent everything, a transaction for each round."""
    for cycle_id in rounds_to_thank(now()):
        with _by_itself(f"thanks of cycle {cycle_id}"):
            thank(cycle_id, company=settings.company)


def forget_where_due() -> None:
    """Delete the counts about forms of rounds that were closed long ago."""
    for cycle_id in rounds_to_forget(now()):
        with _by_itself(f"forgetting counts of cycle {cycle_id}"):
            forget_counts(cycle_id)


def warn_where_due(settings: Settings) -> None:
    """Tell HR of answers that will be deleted, a transaction for each round."""
    for cycle_id in rounds_to_warn_of(now()):
        with _by_itself(f"warning of cycle {cycle_id}"):
            warn_of(cycle_id, public_url=settings.public_url)


def delete_where_due() -> None:
    """Delete what was promised to be deleted, a transaction for each round or thousand letters."""
    moment = now()
    with _by_itself("deleting codes that are over"):
        forget_codes(moment)
    with _by_itself("deleting texts of letters"):
        while forget_texts(moment):
            db.session.commit()
    for what, rounds, delete in (
        ("drafts", rounds_with_old_drafts(moment), delete_drafts),
        ("links", rounds_with_links_due(moment), delete_links),
        ("answers", rounds_with_answers_due(moment), delete_answers),
    ):
        for cycle_id in rounds:
            with _by_itself(f"deleting {what} of cycle {cycle_id}"):
                delete(cycle_id)


@contextmanager
def _by_itself(what: str) -> Iterator[None]:
    """What goes wrong here keeps neither other rounds nor the letters that wait."""
    try:
        yield
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        log.warning("%s failed: %s", what, error)


def work(job: Job, settings: Settings, line: Line) -> None:
    """Do one claimed job; a failure puts it back with a pause, or parks it after many.

    Letters go over `line`, which is opened by the first.
    """
    job_id, claim, attempts = job.id, job.claim or "", job.attempts
    kind, subject_id = job.kind, job.subject_id
    try:
        _functions(settings, line)[kind](subject_id)
        jobs.finish(job_id, claim)
        db.session.commit()
    except Exception as error:  # whatever it was, the next job must not wait for this one
        db.session.rollback()
        log.warning("job %s %s failed, try %s: %s", job_id, kind, attempts, error)
        patience = _patience_with(kind, error)
        _note_failure(kind, subject_id, error, is_last=is_exhausted(attempts, patience))
        jobs.put_back(job_id, claim, attempts=attempts, error=str(error)[:500], patience=patience)
        db.session.commit()


def _functions(settings: Settings, line: Line) -> dict[JobKind, Callable[[int], None]]:
    sender = Sender(line=line, address=settings.mail_from, name=settings.company)
    return {
        JobKind.SEND_LETTER: lambda letter_id: send_letter(
            letter_id,
            sender=sender,
            links_of=lambda letter: _links_of(letter, settings),
            is_lapsed=is_lapsed,
            has_returned=has_returned,
        ),
        JobKind.RENDER_RECORD: records.render_record,
        JobKind.REWRITE_TABLES: rewrite_later,
        JobKind.REWRITE_ANSWERS: lambda _cycle_id: rewrite(JobKind.REWRITE_ANSWERS),
        JobKind.REWRITE_LETTERS: lambda _cycle_id: rewrite(JobKind.REWRITE_LETTERS),
    }


def _links_of(letter: Letter, settings: Settings) -> dict[str, str]:
    return {
        LINK: _link_of(letter, settings),
        OPT_OUT: opt_out_link(letter.to_address, settings),
        CODE: code_of_letter(letter.message_id, settings.link_key),
    }


def _link_of(letter: Letter, settings: Settings) -> str:
    if letter.kind == "set_password":
        return password_link(letter.message_id, settings)
    if letter.link_owner_id is None:
        return ""
    return link_of_reviewer(letter.link_owner_id, settings)


def _patience_with(kind: JobKind, error: Exception) -> Patience:
    """Longest with letters that wait for a server. One that may have arrived is not for days sent
    again and again, and what is wrong with the letter itself does not pass."""
    is_away = isinstance(error, TryLaterError | OperationalError)
    return WITH_THE_POST if kind is JobKind.SEND_LETTER and is_away else ORDINARY


def _note_failure(kind: JobKind, subject_id: int, error: Exception, *, is_last: bool) -> None:
    if kind is JobKind.RENDER_RECORD and is_last:
        records.give_up(subject_id)
    if kind is JobKind.SEND_LETTER:
        note = give_up if is_last else put_off
        note(subject_id, error)
