"""Changing the card key: the new one counts at once, the former one too until a day that is set.

Meanwhile who comes with a card that only the former key knows is entered anew under the present one.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from kiosk.keys.keyfile import KeyUnusable, load_key, make_key, sync
from kiosk.machine.privatefile import write_private


class Rotation:
    """Of a branch whose secrets are in this folder. What it is doing stands in files there."""

    def __init__(self, secrets: Path) -> None:
        self._own = secrets / "card.key"
        self._former = secrets / "former-card.key"
        self.file = secrets / "card-key-rotation.json"

    @property
    def ends(self) -> datetime | None:
        """Until when the former key counts; None while there is no rotation. Raises KeyUnusable."""
        try:
            return datetime.fromisoformat(json.loads(self.file.read_text())["ends"])
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyUnusable(f"{self.file}: can't be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError):
            raise KeyUnusable(f"{self.file}: is damaged; kiosk cards rotate-key end") from None

    def begin_with_own(self, ends: datetime) -> None:
        """Make the machine's own key anew; the one it had counts until then. Raises KeyUnusable.

        Whatever interrupts it, no key is lost, and it can be begun again.
        """
        present = load_key(self._own)
        if self._former.exists() and load_key(self._former, "former card key") != present:
            raise KeyUnusable(f"{self._former}: is of the last change; kiosk cards rotate-key end")
        draft = self._own.with_name(f"{self._own.name}.new")
        draft.unlink(missing_ok=True)
        make_key(draft)
        self._former.unlink(missing_ok=True)
        os.link(self._own, self._former)
        self.begin_with_given(ends)
        draft.replace(self._own)
        sync(self._own.parent)

    def begin_with_given(self, ends: datetime) -> None:
        """Let the former key count until then; the bank has given both."""
        write_private(self.file, json.dumps({"ends": ends.astimezone(UTC).isoformat()}) + "\n")

    def end(self) -> None:
        """The former key counts no longer; the machine's own copy of it is destroyed."""
        self.file.unlink(missing_ok=True)
        if self._former.exists():
            # One file still, where a beginning was interrupted: then it is the present key's.
            if not self._former.samefile(self._own):
                _overwrite(self._former)
            self._former.unlink()
        if self.file.parent.exists():
            sync(self.file.parent)


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
