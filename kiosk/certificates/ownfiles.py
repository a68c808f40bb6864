"""The files of a branch that makes its certificate itself, and the program that makes them."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kiosk.certificates.names import MachineNames
from kiosk.certificates.presented import CertificateFault

_MAKES_WITHIN = 30
"""Seconds."""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """Where a branch keeps what it made: keys mode 0600, certificates in PEM."""

    folder: Path

    @property
    def authority(self) -> Path:
        """What PADs install to trust the machine."""
        return self.folder / "authority.crt"

    @property
    def authority_key(self) -> Path:
        """Never leaves the machine but in its backups."""
        return self.folder / "authority.key"

    @property
    def certificate(self) -> Path:
        """The machine's."""
        return self.folder / "machine.crt"

    @property
    def key(self) -> Path:
        """The machine's."""
        return self.folder / "machine.key"


def make(files: OwnFiles, branch: str, wanted: MachineNames) -> tuple[str, ...]:
    """Make a new certificate, and at first an authority for it. Blocks for a second.

    Returns the names that it isn't good for: the authority, made under others, can't speak for them.
    Raises CertificateFault.
    """
    asked = {
        "folder": str(files.folder),
        "branch": branch,
        "names": wanted.names,
        "addresses": [str(one) for one in wanted.addresses],
    }
    # A program of its own: what signs is 13 MB that a controller needs once in a year.
    command = [sys.executable, "-m", "kiosk.certificates.authority"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked),
            capture_output=True,
            check=True,
            text=True,
            timeout=_MAKES_WITHIN,
        )
    except subprocess.CalledProcessError as error:
        why = error.stderr.strip().rpartition("\n")[2]
        raise CertificateFault(f"{files.folder}: no certificate was made: {why}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CertificateFault(f"{files.folder}: no certificate was made: {error}") from error
    return tuple(json.loads(done.stdout))
