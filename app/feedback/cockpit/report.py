"""A round's progress in a few lines, for the command line."""

from app.clock import now
from app.cycles.models import Cycle
from app.feedback.cockpit import queries


def status_lines(cycle: Cycle) -> list[str]:
    """`name: value` lines: stage, days, forms, letters, reportable participants."""
    funnel, post = queries.load_funnel(cycle.id), queries.load_post(cycle.id, now=now())
    reportable = queries.load_reportable(cycle).count
    return [
        f"stage: {cycle.stage(now())}",
        f"closes: {cycle.closes_local} {cycle.time_zone}",
        f"participants: {reportable.all}",
        f"reportable: {reportable.done}",
        f"forms: {funnel.asked}",
        f"delivered: {funnel.delivered}",
        *([] if funnel.started is None else [f"started: {funnel.started}"]),
        f"submitted: {funnel.submitted}",
        f"declined: {funnel.declined}",
        f"letters sent: {post.sent}",
        f"letters waiting: {post.waiting}",
        f"letters failed: {post.failed + post.uncertain}",
    ]
