"""What each row of calibration did, as a sentence in zh and en."""

from app.scoring.calibration import StepKind
from app.scoring.calibration_replay import Replayed
from app.scoring.numbers import exact, fixed_text
from app.scoring.workings import Explanation

STANDING = {
    StepKind.DELTA: Explanation(
        zh="校准 {points} 分（{before} → {after}）：{reason}",
        en="Calibration {points} points ({before} → {after}): {reason}",
    ),
    StepKind.GRADE: Explanation(
        zh="等级由 {before} 定为 {after}，分数不变：{reason}",
        en="Grade set from {before} to {after}, the score stays: {reason}",
    ),
}

TAKEN_OVER = {
    StepKind.DELTA: Explanation(
        zh="校准 {points} 分，已由后面的记录取代：{reason}",
        en="Calibration {points} points, which a later row took over: {reason}",
    ),
    StepKind.GRADE: Explanation(
        zh="等级定为 {grade}，已由后面的记录取代：{reason}",
        en="Grade set to {grade}, which a later row took over: {reason}",
    ),
    StepKind.LAPSE: Explanation(
        zh="此前的一项校准未再确认，已失效：{reason}",
        en="An earlier calibration was not confirmed again and lapsed: {reason}",
    ),
}


def explain_step(step: Replayed, *, places: int = 2) -> Explanation:
    """``校准 −0.50 分（92.16 → 91.66）：理由``; a row without effect says why it has none."""
    row = step.row
    points = fixed_text(abs(row.delta), places)
    facts = {
        "points": f"{'−' if row.delta < 0 else '+'}{points}",
        "grade": row.grade,
        "reason": row.reason.strip(),
    }
    if not step.stands:
        return TAKEN_OVER[row.kind].filled(**facts)
    is_delta = row.kind is StepKind.DELTA
    ends = [
        fixed_text(exact(one), places) if is_delta else one for one in (step.before, step.after)
    ]
    return STANDING[row.kind].filled(**facts, before=ends[0], after=ends[1])
