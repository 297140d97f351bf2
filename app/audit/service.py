"""Write down who did or read what. Rows are added, never changed."""

from collections.abc import Collection

from sqlalchemy import insert

from app.audit.models import AuditEvent
from app.clock import now
from app.db import db


def record(action: str, subject: str, *, account_id: int | None, detail: str = "") -> None:
    """Note an act (`cycle.launched`) on a subject (`cycle:3`), in the caller's transaction."""
    db.session.add(
        AuditEvent(at=now(), account_id=account_id, action=action, subject=subject, detail=detail)
    )


def record_each(action: str, subjects: Collection[str], *, account_id: int | None) -> None:
    """Note the same act on each subject, with one statement however many they are."""
    moment = now()
    rows = [
        {"at": moment, "account_id": account_id, "action": action, "subject": one, "detail": ""}
        for one in subjects
    ]
    if rows:
        db.session.execute(insert(AuditEvent), rows)
