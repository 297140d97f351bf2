"""Keeping an uploaded workbook on our side until the person who uploaded it confirms."""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from app.clock import now
from app.db import db
from app.kpi.imports.models import StagedWorkbook

KEPT_FOR = timedelta(hours=24)
MAX_NAME = 200


def stage(content: bytes, *, file_name: str, account_id: int) -> StagedWorkbook:
    """Keep the file. It takes the place of this account's earlier ones; old ones of all go."""
    db.session.execute(
        delete(StagedWorkbook).where(
            or_(
                StagedWorkbook.account_id == account_id,
                StagedWorkbook.uploaded_at < now() - KEPT_FOR,
            )
        )
    )
    staged = StagedWorkbook(
        account_id=account_id,
        file_name=file_name[:MAX_NAME],
        content=content,
        uploaded_at=now(),
    )
    db.session.add(staged)
    db.session.flush()
    return staged


def find_staged(staged_id: str, *, account_id: int) -> StagedWorkbook | None:
    """The file under this id, for whoever uploaded it and nobody else."""
    return db.session.scalar(
        select(StagedWorkbook).where(
            StagedWorkbook.id == staged_id,
            StagedWorkbook.account_id == account_id,
            StagedWorkbook.uploaded_at >= now() - KEPT_FOR,
        )
    )


def discard(staged: StagedWorkbook) -> None:
    """Forget the file, once it is imported or no longer wanted."""
    db.session.delete(staged)
