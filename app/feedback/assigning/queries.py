"""The limits that HR decided for a round."""

from sqlalchemy import select

from app.db import db
from app.feedback.assigning.models import GroupLimitRow, LoadCap
from app.feedback.assigning.rules import USUAL_LOAD_CAP, GroupLimit, Limits


def load_limits(cycle_id: int) -> Limits:
    """What was decided; a group that is not named has the usual limit."""
    rows = db.session.scalars(
        select(GroupLimitRow)
        .where(GroupLimitRow.cycle_id == cycle_id)
        .order_by(GroupLimitRow.rater_group)
    )
    cap = db.session.scalar(select(LoadCap.forms).where(LoadCap.cycle_id == cycle_id))
    return Limits(
        groups={row.rater_group: GroupLimit(least=row.least, most=row.most) for row in rows},
        load_cap=USUAL_LOAD_CAP if cap is None else cap,
    )
