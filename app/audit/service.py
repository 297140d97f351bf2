"""Write down who did or read what. Rows are added, never changed."""

from app.audit.models import AuditEvent
from app.clock import now
from app.db import db


def record(action: str, subject: str, *, account_id: int | None, detail: str = "") -> None:
    """Note an act (`cycle.launched`) on a subject (`cycle:3`), in the caller's transaction."""
    db.session.add(
        AuditEvent(at=now(), account_id=account_id, action=action, subject=subject, detail=detail)
    )
