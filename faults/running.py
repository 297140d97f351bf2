"""Many seeds on all cores, with a bar that moves and a closing line that programs can read."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

WIDTH = 40
PORTION = 50

Found = TypeVar("Found")


def spread(
    examine: Callable[[Sequence[int]], list[Found]], seeds: Sequence[int], *, title: str
) -> Iterator[Found]:
    """What ``examine`` finds for each portion of the seeds, in the order of the seeds."""
    portions = [seeds[at : at + PORTION] for at in range(0, len(seeds), PORTION)]
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for number, found in enumerate(pool.map(examine, portions), 1):
            _show(title, number, len(portions))
            yield from found


def closing_line(
    *, faults: int, lost: int = 0, dup: int = 0, partial: int = 0, is_whole: bool
) -> str:
    """The one line per suite that others rely on."""
    integrity = "ok" if is_whole else "broken"
    return f"faults={faults} lost={lost} dup={dup} partial={partial} integrity={integrity}"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command speaks by printing


def _show(title: str, done: int, portions: int) -> None:
    """Redraws the bar where somebody watches; a file gets a line at the end only."""
    if not sys.stderr.isatty():
        return
    filled = WIDTH * done // portions
    end = "\n" if done == portions else ""
    bar = "#" * filled + "." * (WIDTH - filled)
    sys.stderr.write(f"\r{title} [{bar}] {100 * done // portions:3d} %{end}")
    sys.stderr.flush()
