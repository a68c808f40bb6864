"""PADs: the managers' tablets, and what each of them is set to."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kiosk.domain.commands import Reminders
from kiosk.domain.role import Role
from kiosk.store.accountsfile import AccountsFile, AccountsUnavailable

MANAGERS = (Role.LOBBY_MANAGER, Role.WEALTH_MANAGER)
"""Who works with a PAD."""


class Pads:
    """The PADs in the accounts' file. Every method blocks and may be called from any thread.

    ``usual`` is the reminder, in minutes, of a PAD that has none of its own (LOB-21). What is asked
    of one PAD raises AccountsUnavailable when the file can't be used.
    """

    def __init__(self, path: Path, usual: int) -> None:
        self._file = AccountsFile(path)
        self._usual = usual
        self._latest: Reminders = ()

    def close(self) -> None:
        """Close the file; idempotent."""
        self._file.close()

    def reminder(self, pad: str) -> int:
        """Minutes of a wait after which this PAD wants to be told."""
        with self._file.reading() as database:
            row = database.execute("SELECT reminder FROM pad WHERE id = ?", (pad,)).fetchone()
        return int(row[0]) if row else self._usual

    def remind(self, pad: str, minutes: int) -> None:
        """Set a PAD's own reminder, for whoever signs in at it."""
        with self._file.changing() as database:
            database.execute("INSERT OR REPLACE INTO pad VALUES (?, ?)", (pad, minutes))

    def reminders(self, now: datetime) -> Reminders:
        """The reminders of all PADs at which a manager is signed in; as last known when in doubt."""
        wanted = (self._usual, int(now.timestamp()), *MANAGERS)
        with suppress(AccountsUnavailable), self._file.reading() as database:
            self._latest = tuple(database.execute(_SIGNED_IN, wanted).fetchall())
        return self._latest


_SIGNED_IN = (
    "SELECT DISTINCT session.device, coalesce(pad.reminder, ?) FROM session"
    " JOIN staff ON staff.reference = session.user LEFT JOIN pad ON pad.id = session.device"
    " WHERE session.device IS NOT NULL AND session.expires_at > ? AND NOT staff.disabled"
    " AND staff.role IN (?, ?) ORDER BY session.device"
)
