"""versions of questionnaires: drafts, published ones, and those that a round has used"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DRAFT = sa.text("published_at IS NULL")


def upgrade() -> None:
    # Plain ADD COLUMNs on SQLite too: a batch would build the table anew, and dropping the old one
    # would take the competencies along.
    moment = app.db.UTCDateTime(timezone=True)
    op.add_column("questionnaires", sa.Column("published_at", moment, nullable=True))
    op.add_column(
        "questionnaires",
        sa.Column(
            "frozen_at",
            moment,
            sa.CheckConstraint(
                "frozen_at IS NULL OR published_at IS NOT NULL",
                name=op.f("ck_questionnaires_frozen_at"),
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "questionnaires",
        sa.Column(
            "revision",
            sa.Integer(),
            sa.CheckConstraint("revision > 0", name=op.f("ck_questionnaires_revision")),
            nullable=False,
            server_default="1",
        ),
    )
    op.execute("UPDATE questionnaires SET published_at = CURRENT_TIMESTAMP")
    op.execute(
        "UPDATE questionnaires SET frozen_at = ("
        " SELECT min(cycles.launched_at) FROM schemes"
        " JOIN participants ON participants.scheme_id = schemes.id"
        " JOIN cycles ON cycles.id = participants.cycle_id"
        " WHERE schemes.questionnaire_id = questionnaires.id)"
    )
    op.create_index(
        "uq_questionnaires_draft",
        "questionnaires",
        ["code"],
        unique=True,
        sqlite_where=DRAFT,
        postgresql_where=DRAFT,
    )


def downgrade() -> None:
    """A draft has no place in the old tables: it would look like a version in use."""
    op.execute("DELETE FROM questionnaires WHERE published_at IS NULL")
    op.drop_index("uq_questionnaires_draft", table_name="questionnaires")
    for name in ("revision", "frozen_at", "published_at"):
        op.drop_column("questionnaires", name)
