"""`python -m bench NAME`: one measurement, printed as a table and kept as JSON."""

import sys

from bench import form, launch, mail, rating, submit

MEASUREMENTS = {
    "form": form.main,
    "launch": launch.main,
    "mail": mail.main,
    "rating": rating.main,
    "submit": submit.main,
}


def main(arguments: list[str]) -> int:
    """Run what is asked for; 2 when there is no such measurement."""
    if not arguments or arguments[0] not in MEASUREMENTS:
        print(f"usage: script/bench {{{'|'.join(MEASUREMENTS)}}}", file=sys.stderr)  # noqa: T201
        return 2
    return MEASUREMENTS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
