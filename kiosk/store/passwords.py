"""Passwords: argon2id (RFC 9106), 19 MiB, two passes, one lane, one at a time."""

import secrets
import threading
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


class Passwords:
    """Makes and checks hashes; each takes some 20 ms of one core. Safe from any thread."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()

    def hash(self, password: str) -> str:
        """In the PHC string format, with a salt of its own."""
        with self._one_at_a_time:
            return self._hasher.hash(password)

    def check(self, hashed: str | None, password: str) -> bool:
        """Whether this is the password; takes as long when there is no hash to compare with."""
        from argon2.exceptions import VerificationError

        with self._one_at_a_time:
            nobodys = self._nobodys
            try:
                return self._hasher.verify(hashed or nobodys, password)
            except VerificationError:
                return False

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    @cached_property
    def _nobodys(self) -> str:
        """Compared with instead of a stranger's: the time tells nobody which names exist."""
        return self._hasher.hash(secrets.token_urlsafe(24))
