"""Who has what open on the machine (``proc(5)``). Other users' files are seen by root only."""

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_FOR_MODEMS = frozenset({"ModemManager", "brltty"})
"""Programs that talk to every new serial adapter, whatever is behind it."""
_LISTENING = "0A"


@dataclass(frozen=True, slots=True)
class Process:
    """A program that runs."""

    pid: int
    name: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})"


@dataclass(frozen=True, slots=True)
class Census:
    """The processes of one moment, this one left out."""

    processes: tuple[Process, ...] = ()
    open_files: Mapping[str, tuple[Process, ...]] = field(default_factory=dict)
    """By path, or ``socket:[inode]``."""
    listeners: Mapping[int, str] = field(default_factory=dict)
    """By TCP port the ``socket:[inode]`` that listens there."""

    @classmethod
    def taken(cls, proc: Path) -> "Census":
        """Look at every process. Blocks for some 10 ms."""
        me = (proc / "self").resolve().name
        folders = [one for one in proc.glob("[0-9]*") if one.name != me]
        files: defaultdict[str, list[Process]] = defaultdict(list)
        processes = []
        for folder in folders:
            if process := _process(folder):
                processes.append(process)
                for file in _open_files(folder):
                    files[file].append(process)
        shown = {path: tuple(dict.fromkeys(holders)) for path, holders in files.items()}
        return cls(tuple(processes), shown, dict(_listeners(proc)))

    def holder(self, node: Path) -> Process | None:
        """Who has this device open, or a log-in waiting at it."""
        real = node.resolve()
        for process in self.open_files.get(str(real), ()):
            return process
        for process in self.processes:
            if process.name == "agetty" and real.name in process.arguments:
                return process
        return None

    def meddler(self, node: Path) -> Process | None:
        """Who sends to every serial adapter that is plugged in, and so to this one."""
        if not re.match(r"tty(USB|ACM)", node.resolve().name):
            return None
        return next((one for one in self.processes if one.name in _FOR_MODEMS), None)

    def listener(self, port: int) -> Process | None:
        """Who listens at this TCP port; None also when that can't be seen."""
        return next(iter(self.open_files.get(self.listeners.get(port, ""), ())), None)


def _process(folder: Path) -> Process | None:
    with contextlib.suppress(OSError):
        words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        name = (folder / "comm").read_text().strip()
        return Process(int(folder.name), name, tuple(words[1:]))
    return None  # it has ended meanwhile


def _open_files(folder: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for link in (folder / "fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(link.readlink())


def _listeners(proc: Path) -> Iterator[tuple[int, str]]:
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in (proc / "net" / table).read_text().splitlines()[1:]:
                words = line.split()
                if words[3] == _LISTENING:
                    yield int(words[1].rpartition(":")[2], 16), f"socket:[{words[9]}]"
