"""How much one paper may take."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Time on the wall clock, time on the processor, memory of the whole printing process.

    A record needs about 1 s, and 320 MiB of addresses; one with 100,000 characters 5 s and 340.
    """

    wall_seconds: float = 20.0
    cpu_seconds: int = 15
    memory_mib: int = 512
