"""What was changed in the accounts, by whichever process, until it is on record in the log.

A command's change waits there until a branch runs.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from kiosk.domain.ids import StaffRef
from kiosk.store.accountsfile import AccountsFile

PAGE = 1000
"""Changes that are read at once."""


@dataclass(frozen=True, slots=True)
class NotedChange:
    """One change; ``number`` counts them. ``subject`` is a reference of staff or a token's name."""

    number: int
    at: datetime
    kind: str
    subject: str
    role: str
    device: str | None
    by_role: str | None
    """None: something else than kiosk made it."""
    by_user: str | None


class AccountChanges:
    """The notes. Every method blocks and may be called from any thread."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file
        self._refused: Counter[StaffRef | None] = Counter()
        self._lock = Lock()

    def after(self, number: int) -> list[NotedChange]:
        """The changes that follow, in order; a page of them."""
        with self._file.reading() as database:
            rows = database.execute(_AFTER, (number, PAGE)).fetchall()
        return [NotedChange(row[0], _moment(row[1]), *row[2:]) for row in rows]

    def latest(self) -> int:
        """The number of the latest change ever noted; 0 when there is none."""
        with self._file.reading() as database:
            row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'")
            found = row.fetchone()
        return int(found[0]) if found else 0

    def forget(self, upto: int) -> None:
        """These are on record elsewhere."""
        with self._file.changing() as database:
            database.execute("DELETE FROM change WHERE number <= ?", (upto,))

    def refuse(self, user: StaffRef | None) -> None:
        """Somebody gave a wrong password for this user; None: for nobody there is.

        Counted in memory: who tries out passwords mustn't wear the disk out.
        """
        with self._lock:
            self._refused[user] += 1

    def take_refused(self) -> Counter[StaffRef | None]:
        """How often each was refused since this was last asked."""
        with self._lock:
            taken, self._refused = self._refused, Counter()
        return taken

    def give_back(self, refused: Iterable[tuple[StaffRef | None, int]]) -> None:
        """They couldn't be put on record yet."""
        with self._lock:
            self._refused.update(dict(refused))


_AFTER = (
    "SELECT number, at, kind, subject, role, device, by_role, by_user FROM change"
    " WHERE number > ? ORDER BY number LIMIT ?"
)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
