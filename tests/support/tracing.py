"""Looking at the system calls of a process, and meddling with them, where that is allowed."""

import shutil
import subprocess

import pytest


def _tracing_allowed() -> bool:
    """Whether there is strace and it may trace."""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode == 0


NEEDS_STRACE = pytest.mark.skipif(
    not _tracing_allowed(), reason="the Debian package strace is missing, or it may not trace here"
)
