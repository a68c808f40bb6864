"""The machine under examination: where its system tells of itself, and as whom the branch runs there."""

import ctypes
import grp
import os
import pwd
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_TIME_ERROR = 5
"""What adjtimex(2) answers while nothing keeps the clock."""
_TIMEX_BYTES = 256
"""More than ``struct timex`` has anywhere."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who opens devices."""

    name: str
    uid: int
    groups: frozenset[int] = frozenset()

    @classmethod
    def owner_of(cls, folder: Path) -> "User":
        """As whom a branch with this folder runs; whoever asks, before there is one."""
        uid = folder.stat().st_uid if folder.exists() else os.geteuid()
        try:
            known = pwd.getpwuid(uid)
        except KeyError:
            return cls(str(uid), uid)
        return cls(known.pw_name, uid, frozenset(os.getgrouplist(known.pw_name, known.pw_gid)))

    def may_use(self, node: os.stat_result) -> bool:
        """Whether file modes let the user read and write it; root may always."""
        if self.uid == 0:
            return True
        if node.st_uid == self.uid:
            return node.st_mode & 0o600 == 0o600
        shift = 3 if node.st_gid in self.groups else 0
        return (node.st_mode >> shift) & 0o6 == 0o6


def clock_is_kept() -> bool:
    """Whether the kernel's clock is synchronised (adjtimex(2), which asks and changes nothing)."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    return ctypes.CDLL(None).adjtimex(timex) not in {_TIME_ERROR, -1}


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a Linux system shows its devices and processes, and whether its clock can be trusted."""

    dev: Path = Path("/dev")
    sys: Path = Path("/sys")
    proc: Path = Path("/proc")
    user: User = field(default_factory=lambda: User.owner_of(Path.home()))
    """As whom the branch runs."""
    clock_is_kept: Callable[[], bool] = clock_is_kept


def group_of(node: os.stat_result) -> str:
    """The name of the group that a file belongs to."""
    try:
        return grp.getgrgid(node.st_gid).gr_name
    except KeyError:
        return str(node.st_gid)


def is_device(node: os.stat_result) -> bool:
    """Whether bytes go to a device there, and not into a file."""
    return stat.S_ISCHR(node.st_mode)
