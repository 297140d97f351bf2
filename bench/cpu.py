"""How much processor time programs have used, as Linux counts it."""

import os
from collections.abc import Iterator
from pathlib import Path
from time import clock_gettime, process_time

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
LOOP_ROUNDS = 1_000_000
LOOP_TRIES = 3
# Places of fields behind the name of the program, see proc(5).
PARENT = 1
USED_BY_ENDED = slice(13, 15)  # by children that have ended, user and system, in ticks
CLOCK_OF_PROCESS = 2  # the kind of clock that clock_getcpuclockid(3) makes of a process


def used_by(pid: int) -> float:
    """Seconds used so far by a process and all that it has started; 0 where there is no such.

    What runs is read from its own clock, to the nanosecond; what has ended is told in ticks.
    """
    facts = dict(_all_processes())
    family, seconds = [pid] if pid in facts else [], 0.0
    while family:
        member = family.pop()
        ticks = sum(int(used) for used in facts[member][USED_BY_ENDED])
        seconds += _used_alone(member) + ticks / TICKS_PER_SECOND
        family += [child for child, fields in facts.items() if int(fields[PARENT]) == member]
    return seconds


def _used_alone(pid: int) -> float:
    """Nothing for a process that has just ended."""
    try:
        return clock_gettime(~pid << 3 | CLOCK_OF_PROCESS)
    except OSError:
        return 0.0


def parent_of(pid: int) -> int:
    """Who started a process of this machine."""
    return int(_fields(PROC / str(pid))[PARENT])


def loop_seconds() -> float:
    """What this machine takes for a fixed loop of plain Python, at its best."""
    return min(_loop() for _try in range(LOOP_TRIES))


def _loop() -> float:
    began, total = process_time(), 0
    for number in range(LOOP_ROUNDS):
        total += number
    return process_time() - began


def _all_processes() -> Iterator[tuple[int, list[str]]]:
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := _fields(folder)):
            yield int(folder.name), fields


def _fields(folder: Path) -> list[str]:
    """What follows the name, which may hold spaces; nothing for a process that has just ended."""
    try:
        line = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return line.rpartition(")")[2].split()
