"""Idempotency keys as the log keeps them: what the caller gave, and a mark of what was asked with it."""

import hashlib

MARK = "\x01"
"""Before the mark; nobody can give it, and no sign of a key comes before it."""
DIGITS = 16


def request_key(given: str, asked: bytes) -> str:
    """The caller's key for this very request."""
    return f"{given}{MARK}{hashlib.sha256(asked).hexdigest()[:DIGITS]}"


def given_key(key: str) -> str:
    """What the caller gave."""
    return key.partition(MARK)[0]


def is_same_request(known: str | None, key: str) -> bool:
    """Whether the one is a retry of the other; a key without a mark tells nothing of its request."""
    return known is None or MARK not in known or known == key
