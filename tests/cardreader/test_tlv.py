"""Data objects in BER-TLV."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cardreader.tlv import BrokenTlv, encode, find, find_all, objects, wanted

tag = st.sampled_from([0x57, 0x5A, 0x9F38, 0x9F66, 0xBF0C, 0x70, 0xDF8101])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", []),
        ("5A02 1234", [(0x5A, "1234")]),
        ("9F6604 26000000 5A00", [(0x9F66, "26000000"), (0x5A, "")]),
        ("5A8103 123456", [(0x5A, "123456")]),
        ("5A820002 1234", [(0x5A, "1234")]),
        ("00FF 5A01AA 0000", [(0x5A, "aa")]),
        ("DF810101AA", [(0xDF8101, "aa")]),
    ],
)
def test_a_row_of_objects(data: str, expected: list[tuple[int, str]]) -> None:
    assert [(one, value.hex()) for one, value in objects(bytes.fromhex(data))] == expected


@pytest.mark.parametrize(
    "data",
    [
        "5A",
        "5A02",
        "5A0212",
        "5A80",
        "5A83000001AA",
        "5A82AA",
        "9F",
        "9F81",
        "DF81818101",
        "9F8181",
    ],
)
def test_what_is_no_row_of_objects(data: str) -> None:
    with pytest.raises(BrokenTlv):
        list(objects(bytes.fromhex(data)))


def test_objects_inside_others_are_found_in_order() -> None:
    entries = bytes.fromhex("6107 4F02A001 870101 61044F02A002")
    data = encode(0x6F, encode(0xA5, encode(0xBF0C, entries)))
    assert [value.hex() for value in find_all(0x61, data)] == ["4f02a001870101", "4f02a002"]
    assert find(0x4F, entries) == b"\xa0\x01"
    assert find(0x57, data) is None


def test_nobody_digs_deeper_than_payment_cards_go() -> None:
    data = encode(0x5A, b"\x12")
    for _ in range(4):
        data = encode(0x70, data)
    assert find(0x5A, data) is None
    assert find(0x5A, data[2:]) == b"\x12"


def test_what_a_card_wants_to_know() -> None:
    assert list(wanted(bytes.fromhex("9F6604 9F0206 5F2A02"))) == [
        (0x9F66, 4),
        (0x9F02, 6),
        (0x5F2A, 2),
    ]
    with pytest.raises(BrokenTlv):
        list(wanted(bytes.fromhex("9F66049F")))


@given(st.lists(st.tuples(tag, st.binary(max_size=700)), max_size=5))
def test_what_is_encoded_is_read_again(row: list[tuple[int, bytes]]) -> None:
    assert list(objects(b"".join(encode(*one) for one in row))) == row


@given(st.binary(max_size=300))
def test_anything_is_read_or_broken(data: bytes) -> None:
    found: list[bytes] = []
    with suppress(BrokenTlv):
        found += [value for _, value in objects(data)]
    assert sum(map(len, found)) <= len(data)
