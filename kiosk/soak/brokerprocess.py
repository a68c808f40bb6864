"""The branch's own broker as a process that can be killed and frozen."""

import os
import signal
from contextlib import suppress
from pathlib import Path


class BrokerProcess:
    """Whichever runs just now; nothing happens to one that is down already."""

    def __init__(self, pid_file: Path) -> None:
        self._pid_file = pid_file

    def kill(self) -> None:
        """At once."""
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """It says nothing and hears nothing, until :meth:`thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):
            os.kill(int(self._pid_file.read_text()), number)
