"""What is taken from an identity card's content, and what isn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cardreader.idcard import IdCard, read_card
from kiosk.identities import Unreadable

NUMBER = "000000197103080018"


def content(
    *, name: str = "张样例", number: str = NUMBER, kind: str = "", photo: int = 1024
) -> bytes:
    fields = [
        (name, 15),
        ("2", 1),
        ("01", 2),
        ("19710308", 8),
        ("某处", 35),
        (number, 18),
        ("某局", 15),
    ]
    fields += [("20200101", 8), ("长期", 8), ("", 14), (kind, 1), ("", 3)]
    text = b"".join(
        (value.encode("utf-16-le") + b" \0" * length)[: 2 * length] for value, length in fields
    )
    assert len(text) == 256
    return b"\x01\x00" + photo.to_bytes(2, "big") + text + b"\x57" * photo


@pytest.mark.parametrize(
    ("data", "initial"),
    [
        (content(), "张"),
        (content(name="欧阳样例"), "欧"),
        (content(name="𠮷样例"), "𠮷"),
        (content(kind="J"), "张"),
        (content(photo=0), "张"),
        (content().replace(b" \0", b"\0\0"), "张"),
    ],
)
def test_the_first_character_of_the_name_and_the_number_are_read(data: bytes, initial: str) -> None:
    card = read_card(data)
    assert isinstance(card, IdCard)
    assert (card.initial, card.number.text) == (initial, NUMBER)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        content()[:3],
        content()[:200],
        content()[:-1],
        content() + b"\0",
        b"\x00\xff" + content()[2:],
        content(name=""),
        content(number=NUMBER[:-1] + "9"),
        content(number=""),
        content(kind="I"),
        content()[:4] + b"\x00\xd8" * 2 + content()[8:],
    ],
    ids=[
        "nothing",
        "no lengths",
        "half a text",
        "photo cut",
        "too long",
        "other text length",
        "no name",
        "wrong check character",
        "no number",
        "foreigner's card",
        "no UTF-16",
    ],
)
def test_what_cannot_be_understood_is_invalid(data: bytes) -> None:
    assert read_card(data) is Unreadable.INVALID


def spoilt(noise: bytes) -> bytes:
    """A content whose text begins with this."""
    good = content()
    return good[:4] + noise + good[4 + len(noise) :]


@given(st.binary(max_size=1400) | st.binary(max_size=252).map(spoilt))
def test_anything_else_is_invalid_or_a_card_with_a_right_number(data: bytes) -> None:
    card = read_card(data)
    if isinstance(card, IdCard):
        assert card.number.text.encode("utf-16-le") in data
    else:
        assert card is Unreadable.INVALID


def test_a_card_does_not_show_itself() -> None:
    card = read_card(content())
    assert repr(card) == str(card) == "<IdCard>"
