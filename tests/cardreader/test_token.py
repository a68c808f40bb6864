"""Tokens of cards."""

from kiosk.cardreader.pan import Pan
from kiosk.cardreader.token import card_presented, card_token
from kiosk.domain.ids import DeviceId
from kiosk.keys.changing import ChangingKey
from kiosk.keys.keyfile import KEY_BYTES
from tests.cardreader.cards import EVERYDAY, GOLD, VISA


def test_a_token_is_the_keyed_hash_of_the_digits() -> None:
    """The expected value was made with ``openssl dgst -sha256 -hmac``."""
    number = Pan("6200123456789010")
    assert card_token(number, b"k" * KEY_BYTES) == (
        "d0c0bbb6c1d144f464c4697b0704fb26c3b3e2770bc3acfd1a991449f73f061e"
    )


def test_the_same_card_has_one_token_and_others_have_others() -> None:
    key, other = b"1" * KEY_BYTES, b"2" * KEY_BYTES
    tokens = {card_token(Pan(number), key) for number in (GOLD, EVERYDAY, VISA)}
    assert len(tokens) == 3
    assert card_token(Pan(GOLD), key) in tokens
    assert card_token(Pan(GOLD), other) not in tokens


def test_while_the_key_is_changed_a_card_has_both_tokens() -> None:
    key, former = b"2" * KEY_BYTES, b"1" * KEY_BYTES
    swiped = card_presented(DeviceId("swipe"), Pan(GOLD), ChangingKey(key, former))
    assert (swiped.token, swiped.former) == (
        card_token(Pan(GOLD), key),
        card_token(Pan(GOLD), former),
    )
    assert card_presented(DeviceId("swipe"), Pan(GOLD), ChangingKey(key)).former is None
