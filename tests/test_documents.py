"""What stands for a document's number."""

import hashlib
import hmac

import pytest

from kiosk.documents import document_token

KEY = b"d" * 32


def test_the_token_is_an_hmac_under_the_document_key() -> None:
    expected = hmac.new(KEY, b"document SAMPLE001X", hashlib.sha256).hexdigest()
    assert document_token("SAMPLE001X", KEY).digest == expected
    assert document_token("SAMPLE001X", b"e" * 32).digest != expected


@pytest.mark.parametrize(
    "typed", ["sample001x", "SAMPLE 001-X", "\uff33AMPLE001x", " SAMPLE\u3000001X "]
)
def test_a_typed_number_and_a_read_one_are_the_same(typed: str) -> None:
    assert document_token(typed, KEY) == document_token("SAMPLE001X", KEY)


def test_another_number_has_another_token() -> None:
    assert document_token("SAMPLE001", KEY) != document_token("SAMPLE002", KEY)
