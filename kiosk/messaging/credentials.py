"""What somebody signs in with at the broker."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.role import Role
from kiosk.machine.privatefile import write_private

ITERATIONS = 101
"""As mosquitto's own tools make them. That is few: only random tokens of 128 bits and more are hashed
here, never a person's password."""


@dataclass(frozen=True, slots=True)
class BrokerClient:
    """Somebody who may sign in: a program by its token, staff as long as they are signed in at a
    PAD, a PAD in client mode. Whoever has no business at the broker (a terminal) is kept out."""

    name: str
    """User name and client identifier."""
    password_hash: str = field(repr=False)
    """See :func:`token_hash`; empty: not for the broker."""
    role: Role | None
    """None: a PAD in client mode."""
    node: str
    """Of its presence, and of alerts for it: the name of its token, or the PAD's id."""
    user: str | None = None
    """The reference of the person who is signed in."""


def new_token() -> str:
    """A random token of 128 bits."""
    return secrets.token_hex(16)


def token_hash(token: str) -> str:
    """What mosquitto 2 keeps of a password: ``$7$``, PBKDF2-HMAC-SHA-512, a salt of 12 bytes."""
    salt = secrets.token_bytes(12)
    key = hashlib.pbkdf2_hmac("sha512", token.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def no_hash(token: str) -> str:
    """Of a token that is good for HTTP alone."""
    del token
    return ""


class NewTokens:
    """Tokens on their way to a running broker, which takes them as they are and hashes them itself.

    Each lies in a file of its own, mode 0600, until the broker has it: whoever makes a token may be
    another process than the one that is connected, and the broker may be away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, var: Path) -> "NewTokens":
        """Of the branch in this var folder."""
        return cls(var / "broker" / "tokens")

    def put(self, name: str, token: str) -> None:
        """A client of this name is to sign in with this token."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self._folder / name, token)

    def waiting(self) -> dict[str, str]:
        """Those that the broker hasn't taken yet, by name."""
        if not self._folder.is_dir():
            return {}
        files = [file for file in self._folder.iterdir() if file.suffix != ".new"]
        return {file.name: file.read_text() for file in files}

    def forget(self, tokens: dict[str, str]) -> None:
        """Take away what is still as it was."""
        for name in tokens.items() & self.waiting().items():
            (self._folder / name[0]).unlink(missing_ok=True)
