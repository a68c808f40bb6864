"""What the processes of a branch take of the machine: the controller and everything it started."""

import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")

_CLOCK_OF_A_PROCESS = 2
"""CPUCLOCK_SCHED of the kernel's posix-timers.h: what its threads ran, in nanoseconds."""


def family(pid: int) -> list[int]:
    """This process and all that descend from it, as of now."""
    children: dict[int, list[int]] = {}
    for process, parent in _parents():
        children.setdefault(parent, []).append(process)
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def processor_time(processes: list[int]) -> float:
    """Seconds of a core that these processes have used; those that have ended count nothing."""
    return sum(map(_used, processes))


def _parents() -> Iterator[tuple[int, int]]:
    for folder in PROC.glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:  # it has ended
            continue
        # Its name, in parentheses, may hold anything (proc(5)).
        yield int(folder.name), int(stat.rpartition(")")[2].split()[1])


def _used(process: int) -> float:
    try:
        return time.clock_gettime((~process << 3) | _CLOCK_OF_A_PROCESS)
    except OSError:
        return 0.0


def megabytes(process: int) -> float:
    """What it holds in memory, shared files included (VmRSS of proc(5)); 0 when it has ended."""
    try:
        status = (PROC / str(process) / "status").read_text()
    except OSError:
        return 0.0
    (held,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(held) / 1000


def command_of(process: int) -> list[str]:
    """The words it was started with; one empty one when it has ended."""
    try:
        return (PROC / str(process) / "cmdline").read_text().split("\0")
    except OSError:
        return [""]


def environment_of(process: int) -> dict[str, str]:
    """What it was started with; empty when it has ended."""
    try:
        text = (PROC / str(process) / "environ").read_text()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)
