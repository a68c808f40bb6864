"""Looking at the system calls of a process, and meddling with them, where that is allowed."""

import shutil
import subprocess


def tracing_allowed() -> bool:
    """Whether there is strace and it may trace."""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode == 0
