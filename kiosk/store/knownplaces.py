"""Known places: the browsers from which members of staff have signed in before.

What a browser keeps is no credential. It says that whoever mistypes a name's password there is no
stranger, so that strangers' wrong passwords don't count against that person (OWASP, "Slow Down
Online Guessing Attacks with Device Cookies").
"""

from datetime import datetime

from kiosk.domain.ids import StaffRef
from kiosk.store.accountsfile import AccountsFile
from kiosk.store.tokens import digest, new_token

PLACES_OF_ONE = 20
"""Browsers that are remembered of one person; the one that wasn't used longest is forgotten."""


class KnownPlaces:
    """Those in the accounts' file. Every method blocks and may be called from any thread."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def is_known(self, token: str, name: str) -> bool:
        """Whether the user of this name has signed in from the browser that keeps this token."""
        with self._file.reading() as database:
            return database.execute(_KNOWN, (digest(token), name)).fetchone() is not None

    def remember(self, user: StaffRef, token: str | None, now: datetime) -> str:
        """The browser's new token, in the place of the one it had: nobody else's copy is any good.

        A browser may be known of several people. A token that was made elsewhere means nothing.
        """
        renewed = new_token()
        row = {"digest": digest(renewed), "user": user, "seen": int(now.timestamp())}
        with self._file.changing() as database:
            if token:
                move = "UPDATE place SET digest = ? WHERE digest = ?"
                database.execute(move, (row["digest"], digest(token)))
            database.execute("INSERT OR REPLACE INTO place VALUES (:digest, :user, :seen)", row)
            database.execute(_FORGET, {"user": user, "most": PLACES_OF_ONE})
        return renewed


_KNOWN = (
    "SELECT 1 FROM place JOIN staff ON staff.reference = place.user"
    " WHERE place.digest = ? AND staff.name = ?"
)
_FORGET = (
    "DELETE FROM place WHERE user = :user AND digest NOT IN"
    " (SELECT digest FROM place WHERE user = :user ORDER BY seen DESC, rowid DESC LIMIT :most)"
)
