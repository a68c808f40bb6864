"""Keys as readers and directories ask for them, and a keyring with a card key that a test knows."""

from pathlib import Path

from kiosk.keys.changing import ChangingKey, KeyNow
from kiosk.keys.keyring import Keyring
from kiosk.settings import SecretsSection


def always(key: bytes, former: bytes | None = None) -> KeyNow:
    """The same one each time."""
    return lambda: ChangingKey(key, former)


def keyring(var: Path, card_key: bytes = b"k" * 32) -> Keyring:
    """Of a branch in this folder, with this card key."""
    file = var / "secrets" / "card.key"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(card_key)
    return Keyring(SecretsSection(), var, {}, var / "no credentials")
