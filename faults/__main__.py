"""`python -m faults NAME`: one suite of faults, or all of them, each with its closing line."""

import argparse
import sys

from app.web.translations import compile_catalogues
from faults import disclosure, linkage, mail, noninterference, submit

SUITES = {
    "disclosure": disclosure.run,
    "noninterference": noninterference.run,
    "mail": mail.run,
    "submit": submit.run,
    "linkage": linkage.run,
}
COUNTS = {
    "disclosure": disclosure.USUAL_COUNT,
    "noninterference": noninterference.USUAL_COUNT,
    "mail": mail.USUAL_COUNT,
    "submit": submit.USUAL_COUNT,
    "linkage": linkage.USUAL_COUNT,
}


def main(arguments: list[str]) -> int:
    """Run the suite that is named, or all; 1 where one of them found something."""
    parser = argparse.ArgumentParser(prog="script/faults", description="Fault injection.")
    parser.add_argument("name", nargs="?", choices=SUITES)
    parser.add_argument("--count", type=int, help="how many faults instead of the usual number")
    parser.add_argument("--seed", type=int, default=1, help="where the random rounds begin")
    chosen = parser.parse_args(arguments)
    compile_catalogues()  # once, before several processes would at the same moment
    names = [chosen.name] if chosen.name else list(SUITES)
    held = [SUITES[name](count=chosen.count or COUNTS[name], seed=chosen.seed) for name in names]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
