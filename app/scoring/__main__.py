"""``python -m app.scoring FILE``: the score command without the rest of the product."""

import sys
from pathlib import Path

from app.scoring.errors import Complaint, ScoringError
from app.scoring.worked import BAD_INPUT, ScoreOutcome, refused, score_bytes

USAGE = "Usage: python -m app.scoring FILE"


def main(arguments: list[str]) -> ScoreOutcome:
    if len(arguments) != 1:
        return ScoreOutcome(exit_code=BAD_INPUT, output=USAGE)
    try:
        content = Path(arguments[0]).read_bytes()
    except OSError as error:
        return refused(ScoringError(Complaint.FILE_UNREADABLE, found=error.strerror))
    return score_bytes(content)


if __name__ == "__main__":
    outcome = main(sys.argv[1:])
    # Bytes, so that they are the same in every locale.
    sys.stdout.buffer.write(outcome.output.encode() + b"\n")
    sys.exit(outcome.exit_code)
