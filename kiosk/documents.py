"""What stands for the number of an identity document wherever the number itself must not be."""

import hashlib
import hmac
import unicodedata
from dataclasses import replace

from kiosk.identities import DocumentToken
from kiosk.keys.changing import ChangingKey


def document_key(card_key: bytes) -> bytes:
    """The key under which document numbers are kept: of the card key, and of no use for cards."""
    return hmac.new(card_key, b"documents", hashlib.sha256).digest()


def document_keys(card_key: ChangingKey) -> ChangingKey:
    """Those that go with a card key."""
    former = document_key(card_key.former) if card_key.former else None
    return ChangingKey(document_key(card_key.present), former)


def document_token(number: str, key: bytes) -> DocumentToken:
    """HMAC-SHA-256 (RFC 2104) of a number under the bank's document key.

    Spaces, dashes, letter case and full-width forms make no difference, so that a number that was
    typed and the same one read from the card are one.
    """
    typed = unicodedata.normalize("NFKC", number).upper()
    plain = "".join(sign for sign in typed if sign.isalnum())
    return DocumentToken(hmac.new(key, b"document " + plain.encode(), hashlib.sha256).hexdigest())


def document_tokens(number: str, keys: ChangingKey) -> DocumentToken:
    """The same under the present document key and, while that is changed, under the former one."""
    former = document_token(number, keys.former).digest if keys.former else None
    return replace(document_token(number, keys.present), former=former)
