"""Signatures under a frozen record: the employee's answer, the manager's, and HR's.

A signature confirms that the talk took place and the record was read; it is no part of the frozen
content, so the check code stays what it was.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import update

from app.auth.models import Account
from app.clock import now
from app.db import db
from app.interviews import queries
from app.interviews.content import document_to_paper
from app.interviews.models import Decision, Interview, RecordVersion
from app.interviews.service import RecordError, changed, note
from app.jobs.models import JobKind
from app.jobs.service import enqueue
from app.pdf import papers


def answer_record(
    interview: Interview,
    *,
    version: int,
    decision: Decision,
    words: str,
    account: Account,
    address: str,
) -> RecordVersion:
    """Keep the employee's answer to the newest version, once, and print it on the record.

    `words` may stay empty. `address` is where the request came from; the audit log keeps it with
    the check code.
    """
    newest = _newest_or_refuse(interview, version)
    done = changed(
        update(RecordVersion)
        .where(RecordVersion.id == newest.id, RecordVersion.employee_signed_at.is_(None))
        .values(decision=decision, decision_note=words.strip()[:2000], employee_signed_at=now())
    )
    if not done:
        raise RecordError(_("You have acknowledged this record already."))
    detail = f"{decision} version {version} {newest.check_code} from {address}"
    note("record.acknowledged", interview, account, detail)
    enqueue(JobKind.RENDER_RECORD, newest.id)
    db.session.refresh(newest)
    return newest


def sign_as_manager(interview: Interview, *, version: int, account: Account) -> None:
    """The manager's signature under the newest version; signing twice changes nothing."""
    newest = _newest_or_refuse(interview, version)
    done = changed(
        update(RecordVersion)
        .where(RecordVersion.id == newest.id, RecordVersion.manager_signed_at.is_(None))
        .values(manager_signed_at=now())
    )
    if done:
        note("record.manager_signed", interview, account, f"version {version}")
        enqueue(JobKind.RENDER_RECORD, newest.id)


def countersign(interview: Interview, *, version: int, account: Account) -> None:
    """HR's signature, after those of the employee and the manager."""
    newest = _newest_or_refuse(interview, version)
    if newest.employee_signed_at is None or newest.manager_signed_at is None:
        raise RecordError(_("HR countersigns after the employee and the manager."))
    done = changed(
        update(RecordVersion)
        .where(RecordVersion.id == newest.id, RecordVersion.hr_signed_at.is_(None))
        .values(hr_signed_at=now(), hr_signed_by_id=account.id)
    )
    if done:
        note("record.countersigned", interview, account, f"version {version}")
        enqueue(JobKind.RENDER_RECORD, newest.id)


def _newest_or_refuse(interview: Interview, version: int) -> RecordVersion:
    db.session.refresh(interview, with_for_update={"of": Interview})
    newest = queries.find_version(interview.id, None)
    if newest is None:
        raise RecordError(_("There is no finished record to sign yet."))
    db.session.refresh(newest)
    if interview.reopened_for:
        raise RecordError(_("A new version of this record is being written. Please wait for it."))
    if newest.version != version:
        raise RecordError(
            _("There is a newer version of this record. Open the page again and read it first.")
        )
    return newest


def signed_paper(version: RecordVersion) -> papers.RecordPaper:
    """The frozen paper with the answer and the signatures given since, as it is printed."""
    paper = document_to_paper(version.content)
    end = paper.acknowledgement
    moments = {
        papers.SignatureRole.EMPLOYEE: version.employee_signed_at,
        papers.SignatureRole.MANAGER: version.manager_signed_at,
        papers.SignatureRole.HR: version.hr_signed_at,
    }
    zone = version.interview.participant.cycle.time_zone
    hr_name = version.hr_signed_by.name if version.hr_signed_by else ""
    signatures = tuple(
        replace(
            signature,
            name=signature.name or hr_name,
            signed=_signed_text(moments.get(signature.role), paper.language, zone),
        )
        for signature in end.signatures
    )
    return replace(
        paper,
        acknowledgement=replace(
            end,
            decision=papers.Decision[version.decision.upper()] if version.decision else None,
            note=version.decision_note,
            signatures=signatures,
        ),
    )


def _signed_text(moment: datetime | None, language: str, zone: str) -> str:
    if moment is None:
        return ""
    with force_locale(language):
        shown = moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        text: str = _("Confirmed in the system, %(moment)s", moment=shown)
    return text
