"""Tokens: random, told once, and kept nowhere but as a digest."""

import hashlib
import secrets


def new_token() -> str:
    """192 random bits, as text that needs no quoting anywhere."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """SHA-256 of a token, in hexadecimal: all that is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()
