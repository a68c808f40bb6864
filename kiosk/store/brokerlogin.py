"""How sessions of staff and PADs in client mode are called at the broker, and what they sign in with."""

import secrets
from dataclasses import dataclass, field

SESSION_PREFIX = "session-"
"""Begins the names of sessions."""
CLIENT_MODE_PREFIX = "client-mode-"
"""Begins the names of PADs at which nobody is signed in."""
NOT_FOR_PROGRAMS = (SESSION_PREFIX, CLIENT_MODE_PREFIX)


@dataclass(frozen=True, slots=True)
class BrokerLogin:
    """A name and a password at the broker; the password is told once."""

    name: str
    token: str = field(repr=False)


def broker_login(name: str) -> BrokerLogin:
    """With a new password of 128 random bits."""
    return BrokerLogin(name, secrets.token_hex(16))
