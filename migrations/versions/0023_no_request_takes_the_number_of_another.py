"""the number of a request that was taken back is never given again

PostgreSQL never does that. SQLite gave the next request the number of the newest one that was
deleted, so that a page still open about one person would have answered about another.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE, ANEW = "feedback_requests", "feedback_requests_anew"
COLUMNS = "id, participant_id, reviewer_id, rater_group, state, reopened, decline_reason"
# As SQLite advises to make a table anew: under another name, and renamed when the old one is gone.
STEPS = (
    f"""CREATE TABLE {ANEW} (
    id INTEGER NOT NULL CONSTRAINT pk_{TABLE} PRIMARY KEY AUTOINCREMENT,
    participant_id INTEGER NOT NULL,
    reviewer_id INTEGER NOT NULL,
    rater_group VARCHAR(20) NOT NULL,
    state VARCHAR(20) NOT NULL,
    reopened BOOLEAN DEFAULT false NOT NULL
        CONSTRAINT ck_{TABLE}_reopened CHECK (NOT reopened OR state = 'submitted'),
    decline_reason VARCHAR(20),
    CONSTRAINT ck_{TABLE}_rater_group
        CHECK (rater_group IN ('self', 'supervisor', 'peer', 'subordinate', 'customer')),
    CONSTRAINT ck_{TABLE}_state
        CHECK (state IN ('open', 'started', 'submitted', 'declined')),
    CONSTRAINT fk_{TABLE}_participant_id_participants
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE,
    CONSTRAINT fk_{TABLE}_reviewer_id_reviewers
        FOREIGN KEY (reviewer_id) REFERENCES reviewers (id) ON DELETE CASCADE,
    CONSTRAINT uq_{TABLE}_participant_id UNIQUE (participant_id, reviewer_id)
)""",
    f"INSERT INTO {ANEW} ({COLUMNS}) SELECT {COLUMNS} FROM {TABLE}",
    f"DROP TABLE {TABLE}",
    f"ALTER TABLE {ANEW} RENAME TO {TABLE}",
    f"CREATE INDEX ix_{TABLE}_reviewer_id ON {TABLE} (reviewer_id)",
)


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    _watch_references(False)  # or dropping the old table would delete the drafts and answers
    for step in STEPS:
        op.execute(step)
    broken = op.get_bind().execute(sa.text(f"PRAGMA foreign_key_check({TABLE})")).all()
    if broken:
        raise RuntimeError(f"{len(broken)} requests refer to nobody; nothing was changed")
    _watch_references(True)


def downgrade() -> None:
    """The tables of 0022 are the same, and do no harm when they never repeat a number."""


def _watch_references(on: bool) -> None:
    """Between two transactions, the only place where SQLite hears it."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute("COMMIT")
    connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    connection.execute("BEGIN IMMEDIATE")
