from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

# Stands in a stored letter where the reviewer's link, or the one that sets a password, will be;
# filled in only while sending, so that no link that opens anything lies in the database.
LINK = "{{link}}"
# Stands in letters to customers where the address will be at which they end these letters.
OPT_OUT = "{{opt_out}}"
# Stands where the code will be that lets another browser in.
CODE = "{{code}}"
# Characters; several long names may be more, and must not keep a round from being launched.
MOST_SUBJECT, MOST_FROM_NAME = 400, 300
# For statements over letters; written as the index has it, or SQLite does not use it.
WITH_TEXT = "text <> ''"


class LetterState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Letter(Base):
    """A rendered letter in the outbox. The worker only sends it; it never renders.

    `text` and `html` are emptied when their time is over; the rest tells what became of it.
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'uncertain')", name="state"),
        Index("ix_letters_link_owner_id", "link_owner_id"),
        # Few letters still have their text, and whose time is over is asked each minute.
        Index(
            "ix_letters_with_text",
            "posted_at",
            sqlite_where=text(WITH_TEXT),
            postgresql_where=text(WITH_TEXT),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    to_name: Mapped[str] = mapped_column(String(200))
    to_address: Mapped[str] = mapped_column(String(254), index=True)
    # Who writes, and who reads the reply; empty: the company, at the sender's address.
    from_name: Mapped[str] = mapped_column(String(MOST_FROM_NAME), default="", server_default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="", server_default="")
    locale: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(MOST_SUBJECT))
    text: Mapped[str]
    html: Mapped[str]
    link_owner_id: Mapped[int | None]  # whose link belongs at LINK: a reviewer of one cycle
    state: Mapped[LetterState] = mapped_column(default=LetterState.QUEUED)
    posted_at: Mapped[datetime]
    # Set while a letter that must not go twice is in the server's hands. Found on a queued letter
    # by the next worker, it says that the one before was killed and nobody knows what arrived.
    # On a letter that may go twice: when a try ended in the same doubt.
    handed_over_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]


class MailFlow(Base):
    """How letters leave at the moment: at most one row, which all workers read."""

    __tablename__ = "mail_flow"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paused_since: Mapped[datetime | None]
    # Where the letters of the last minutes have brought us under the limit: the next one waits
    # for this moment.
    paced_until: Mapped[datetime | None]


class OptOut(Base):
    """An address that asked for no more letters about feedback, in this round or any later one.

    Kept by address and not by person: it holds for whoever is entered with it again.
    """

    __tablename__ = "opt_outs"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)  # lower case
    asked_on: Mapped[date]
