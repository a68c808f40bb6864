"""A wall clock for one process and its children that is set while they run. Needs a C compiler."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


class SteppedClock:
    """The clock of whatever is started in :attr:`environment`; the passing of time isn't touched."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ahead"
        self._library = folder / "steppedclock.so"
        command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(self._library), str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True)
        self.set(0)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process is to be started with."""
        return {"LD_PRELOAD": str(self._library), "KIOSK_STEPPED_CLOCK": str(self._file)}

    def set(self, ahead: int) -> None:
        """So many seconds ahead of the machine's clock; negative: behind it."""
        new = self._file.with_suffix(".new")
        new.write_text(str(ahead))
        new.rename(self._file)


def compiler() -> bool:
    """Whether there is one."""
    return shutil.which("cc") is not None
