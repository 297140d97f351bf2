"""How much memory this process holds, as Linux counts it."""

from pathlib import Path

STATUS = Path("/proc/self/status")
FORGET_PEAK = Path("/proc/self/clear_refs")


def resident_kib() -> int:
    """What is in memory now."""
    return _status("VmRSS")


def peak_kib() -> int:
    """The most there has been since `forget_peak`."""
    return _status("VmHWM")


def forget_peak() -> None:
    """Let the peak be what is in memory now."""
    FORGET_PEAK.write_text("5", encoding="ascii")


def _status(name: str) -> int:
    lines = STATUS.read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
