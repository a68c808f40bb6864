"""PADs: the managers' tablets, and what each of them is set to."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.domain.client import Client
from kiosk.domain.commands import Reminders
from kiosk.domain.role import Role
from kiosk.store.accountsfile import AccountsFile, AccountsUnavailable

MANAGERS = (Role.LOBBY_MANAGER, Role.WEALTH_MANAGER)
"""Who works with a PAD."""


@dataclass(frozen=True, slots=True)
class PadChoice:
    """What a PAD is set to, for whoever signs in at it."""

    reminder: int
    """Minutes of a wait after which it wants to be told (LOB-21)."""
    vip_amount: int | None = None
    """Assets from which on a client is a VIP to it (LOB-30), whole units of the currency.

    None: only those of the branch's own segments are."""


class Pads:
    """The PADs in the accounts' file. Every method blocks and may be called from any thread.

    ``usual`` is the reminder, in minutes, of a PAD that has none of its own. What is asked of one
    PAD raises AccountsUnavailable when the file can't be used.
    """

    def __init__(self, path: Path, usual: int) -> None:
        self._file = AccountsFile(path)
        self._usual = usual
        self._in_use: dict[str, PadChoice] = {}

    def close(self) -> None:
        """Close the file; idempotent."""
        self._file.close()

    def choice(self, pad: str) -> PadChoice:
        """What this PAD is set to."""
        with self._file.reading() as database:
            row = database.execute(
                "SELECT reminder, vip_amount FROM pad WHERE id = ?", (pad,)
            ).fetchone()
        return PadChoice(*row) if row else PadChoice(self._usual)

    def choose(self, pad: str, choice: PadChoice) -> None:
        """Set a PAD."""
        with self._file.changing() as database:
            row = pad, choice.reminder, choice.vip_amount
            database.execute("INSERT OR REPLACE INTO pad VALUES (?, ?, ?)", row)

    def reminders(self, now: datetime) -> Reminders:
        """The reminders of all PADs at which a manager is signed in; as last known when in doubt."""
        wanted = (self._usual, int(now.timestamp()), *MANAGERS)
        with suppress(AccountsUnavailable), self._file.reading() as database:
            rows = database.execute(_SIGNED_IN, wanted).fetchall()
            self._in_use = {pad: PadChoice(*choice) for pad, *choice in rows}
        return tuple((pad, choice.reminder) for pad, choice in self._in_use.items())

    def told_of(self, client: Client) -> tuple[str, ...]:
        """The PADs to which this client is a VIP by their own amount (LOB-53).

        Of those whose reminders were asked for last. Doesn't block.
        """
        assets = client.assets or 0
        return tuple(
            pad
            for pad, choice in self._in_use.items()
            if choice.vip_amount is not None and assets >= choice.vip_amount
        )


_SIGNED_IN = (
    "SELECT DISTINCT session.device, coalesce(pad.reminder, ?), pad.vip_amount FROM session"
    " JOIN staff ON staff.reference = session.user LEFT JOIN pad ON pad.id = session.device"
    " WHERE session.device IS NOT NULL AND NOT staff.disabled"
    " AND min(session.expires_at, session.last_seen + session.idle) > ?"
    " AND staff.role IN (?, ?) ORDER BY session.device"
)
