"""A machine of its own for a test: a network with nothing but loopback, and folders laid over others."""

import ctypes
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_CLONE_NEWNET = 0x40000000


def namespaces_allowed() -> bool:
    """Whether this user may have networks and mounts of its own."""
    tried = ["unshare", "--mount", "--net", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        os.geteuid() == 0 and not subprocess.run(tried, check=False, capture_output=True).returncode
    )


@contextmanager
def own_network() -> Iterator[None]:
    """For this thread and the processes that it starts: every port is free, nobody else listens."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _check(libc.unshare(_CLONE_NEWNET))
        try:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            yield
        finally:
            _check(libc.setns(before, _CLONE_NEWNET))
    finally:
        os.close(before)


def _check(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def laid_over(folders: Mapping[str, Path]) -> list[str]:
    """The words before a command that has these folders (where: what) in place of the machine's."""
    mounts = [f"mount --bind '{folder}' '{where}'" for where, folder in folders.items()]
    # As the unit of Debian's mosquitto does before it starts it.
    run = ["mount -t tmpfs tmpfs /run", "install -d -o mosquitto -g mosquitto /run/mosquitto"]
    script = " && ".join([*run, *mounts])
    return ["unshare", "--mount", "sh", "-ec", f'{script}; exec "$@"', "sh"]
