"""Checks of frames on serial lines, under the names by which makers and the CRC catalogue know them."""

from enum import StrEnum
from functools import lru_cache
from typing import assert_never


class Check(StrEnum):
    """How a frame is secured. Bytes of the CRC-16 are in the order in which they are sent."""

    XOR = "xor"
    """Also BCC or LRC: all bytes exclusive-or."""
    SUM = "sum"
    """All bytes added, modulo 256."""
    MODBUS = "crc16-modbus"
    """CRC-16/MODBUS, low byte first (Modbus over Serial Line 1.02, 6.2.2)."""
    ARC = "crc16-arc"
    """CRC-16/ARC, low byte first."""
    XMODEM = "crc16-xmodem"
    """CRC-16/XMODEM (CCITT polynomial, begun with 0), high byte first."""

    @property
    def size(self) -> int:
        """In bytes."""
        return 1 if self in (Check.XOR, Check.SUM) else 2


def checked(check: Check, data: bytes) -> bytes:
    """The check of these bytes as it is sent."""
    match check:
        case Check.XOR:
            found = 0
            for byte in data:
                found ^= byte
            return bytes([found])
        case Check.SUM:
            return bytes([sum(data) % 256])
        case Check.MODBUS:
            return _reflected(data, 0xFFFF).to_bytes(2, "little")
        case Check.ARC:
            return _reflected(data, 0).to_bytes(2, "little")
        case Check.XMODEM:
            return _ccitt(data).to_bytes(2, "big")
    assert_never(check)


def _reflected(data: bytes, crc: int) -> int:
    """Polynomial 8005, least significant bit first."""
    table = _table()
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


@lru_cache(1)
def _table() -> tuple[int, ...]:
    table = list(range(256))
    for _ in range(8):
        table = [crc >> 1 ^ (0xA001 if crc & 1 else 0) for crc in table]
    return tuple(table)


def _ccitt(data: bytes) -> int:
    """Polynomial 1021, most significant bit first."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc
