from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, random_id


class StagedWorkbook(Base):
    """An uploaded workbook between check and confirmation. It names people: kept a day."""

    __tablename__ = "staged_workbooks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes]
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
