from flask_babel import force_locale
from sqlalchemy import ColumnElement, update

from app.db import db
from app.errors import DomainError
from app.interviews.models import RecordVersion
from app.interviews.signing import signed_paper
from app.pdf.labels import N_
from app.pdf.record import record_html
from app.pdf.service import render_pdf

NOT_PRINTED = N_("The PDF could not be made. HR can see why in the log of the worker.")


def render_record(version_id: int) -> None:
    """Print a frozen record with the signatures it has, and keep the PDF.

    Running it again gives the same bytes unless somebody has signed in between. A record that
    cannot be printed keeps the sentence that says why; a broken printing process raises, and the
    job is tried again.
    """
    version = db.session.get(RecordVersion, version_id, populate_existing=True)
    if version is None:
        return
    paper = signed_paper(version)
    signed = _signatures(version)
    db.session.commit()  # printing takes a second or more; nobody's writing waits for it
    error = pdf = None
    try:
        pdf = render_pdf(
            record_html(paper),
            title=f"{paper.head.number} v{paper.head.version}",
            language=paper.language,
        )
    except DomainError as refusal:
        with force_locale("en"):  # whoever reads it gets it in their own language
            error = str(refusal)
    # Somebody may have signed meanwhile: the later job prints that, and this one must not undo it.
    db.session.execute(
        update(RecordVersion)
        .where(RecordVersion.id == version_id, *signed)
        .values({"pdf_error": error} | ({"pdf": pdf} if pdf else {}))
        .execution_options(synchronize_session=False)
    )


def give_up(version_id: int) -> None:
    """Tell whoever waits for the PDF that it could not be made."""
    db.session.execute(
        update(RecordVersion)
        .where(RecordVersion.id == version_id, RecordVersion.pdf.is_(None))
        .values(pdf_error=NOT_PRINTED)
        .execution_options(synchronize_session=False)
    )


def _signatures(version: RecordVersion) -> list[ColumnElement[bool]]:
    columns = (
        RecordVersion.employee_signed_at,
        RecordVersion.manager_signed_at,
        RecordVersion.hr_signed_at,
    )
    return [column.is_not_distinct_from(getattr(version, column.key)) for column in columns]
