"""The command line, one command after the other."""

import subprocess
import sys
from pathlib import Path

from tests.support.runningbranch import RunningBranch

WELL, NOT_WELL, WRONG_USAGE = 0, 1, 2


def kiosk(*arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """One command as a process of its own."""
    command = [sys.executable, "-m", "kiosk", *map(str, arguments)]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, timeout=30
    )


def at(branch: RunningBranch) -> tuple[str, ...]:
    """The branch that a command is about."""
    return "--config", str(branch.config), "--var", str(branch.var)
