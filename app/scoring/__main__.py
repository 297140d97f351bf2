"""``python -m app.scoring FILE``: the score command without the rest of the product."""

import sys
from pathlib import Path

from app.scoring.worked import ScoreOutcome, score_text


def main(arguments: list[str]) -> ScoreOutcome:
    [name] = arguments
    return score_text(Path(name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    outcome = main(sys.argv[1:])
    sys.stdout.write(outcome.output + "\n")
    sys.exit(outcome.exit_code)
