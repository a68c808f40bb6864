"""Checks of frames, held against what others have published."""

import pytest

from kiosk.checksum import Check, checked

CATALOGUE = b"123456789"
"""What the CRC catalogue (reveng) makes each of its check values of."""


@pytest.mark.parametrize(
    ("check", "data", "expected"),
    [
        (Check.MODBUS, CATALOGUE, 0x4B37.to_bytes(2, "little")),
        (Check.ARC, CATALOGUE, 0xBB3D.to_bytes(2, "little")),
        (Check.XMODEM, CATALOGUE, 0x31C3.to_bytes(2, "big")),
        # Modbus application notes: read one register of device 1; read ten of device 17.
        (Check.MODBUS, bytes.fromhex("010300000001"), bytes.fromhex("840a")),
        (Check.MODBUS, bytes.fromhex("1103006B0003"), bytes.fromhex("7687")),
        (Check.XOR, CATALOGUE, b"\x31"),
        (Check.SUM, CATALOGUE, b"\xdd"),
        (Check.SUM, bytes([0xFF, 0x02]), b"\x01"),
    ],
)
def test_checks_are_those_of_the_catalogue(check: Check, data: bytes, expected: bytes) -> None:
    assert checked(check, data) == expected
    assert check.size == len(expected)


@pytest.mark.parametrize("check", [Check.MODBUS, Check.ARC])
def test_a_frame_with_its_own_reflected_crc_leaves_nothing(check: Check) -> None:
    assert checked(check, CATALOGUE + checked(check, CATALOGUE)) == b"\x00\x00"


@pytest.mark.parametrize("check", list(Check))
def test_one_wrong_bit_shows(check: Check) -> None:
    sound = checked(check, CATALOGUE)
    for bit in range(len(CATALOGUE) * 8):
        wrong = bytearray(CATALOGUE)
        wrong[bit // 8] ^= 1 << bit % 8
        assert checked(check, bytes(wrong)) != sound
