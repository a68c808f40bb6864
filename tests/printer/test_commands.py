import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printer.commands import Command, CommandReader
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.profile import PrinterProfile
from tests.printer.slips import FOLLOW_URL, slip


def read(data: bytes) -> list[Command]:
    return list(CommandReader().feed(data))


EXAMPLES = [
    (b"\x1b@", "ESC @", b""),
    (b"\x1ba\x01", "ESC a", b"\x01"),
    (b"\x1bE\x01", "ESC E", b"\x01"),
    (b"\x1bt\x11", "ESC t", b"\x11"),
    (b"\x1bJ\xff", "ESC J", b"\xff"),
    (b"\x1bd\x06", "ESC d", b"\x06"),
    (b"\x1bD\x08\x10\x00", "ESC D", b"\x08\x10"),
    (b"\x1c&", "FS &", b""),
    (b"\x1c.", "FS .", b""),
    (b"\x1d!\x77", "GS !", b"\x77"),
    (b"\x1da\x0e", "GS a", b"\x0e"),
    (b"\x1dr\x01", "GS r", b"\x01"),
    (b"\x1dV\x00", "GS V", b"\x00"),
    (b"\x1dVB\x00", "GS V", b"B\x00"),
    (b"\x1d(H\x06\x0000abcd", "GS ( H", b"00abcd"),
    (b"\x1d(k\x03\x001Q0", "GS ( k", b"1Q0"),
    (b"\x1dv0\x00\x02\x00\x01\x00\x1b@", "GS v", b"\x00\x02\x00\x01\x00\x1b@"),
    (b"\x10\x04\x02", "DLE EOT", b"\x02"),
    (b"\x10\x05\x02", "DLE ENQ", b"\x02"),
    (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", "DLE DC4", b"\x08\x01\x03\x14\x01\x06\x02\x08"),
    (b"\n", "LF", b""),
    (b"\x07", "control 07", b""),
]


@pytest.mark.parametrize(("data", "name", "parameters"), EXAMPLES)
def test_a_command_is_told_when_its_last_byte_has_come(
    data: bytes, name: str, parameters: bytes
) -> None:
    reader = CommandReader()
    for byte in data[:-1]:
        assert list(reader.feed(bytes([byte]))) == []
    assert list(reader.feed(data[-1:])) == [Command(name, parameters, data)]


def test_text_ends_where_a_command_begins() -> None:
    assert [(command.name, command.data) for command in read(b"A036\n\xcf\xd6\x1b@")] == [
        ("text", b"A036"),
        ("LF", b""),
        ("text", b"\xcf\xd6"),
        ("ESC @", b""),
    ]


def test_commands_inside_the_dots_of_a_picture_are_dots() -> None:
    dots = b"\x10\x04\x01\x1dVB\x00\x1b@"
    data = b"\x1dv0\x00\x03\x00\x03\x00" + dots + b"\n"
    assert [command.name for command in read(data)] == ["GS v", "LF"]


def test_half_a_command_is_lost_with_the_power() -> None:
    reader = CommandReader()
    assert list(reader.feed(b"\x1dv0\x00\x48\x00")) == []
    reader.forget()
    assert [command.name for command in reader.feed(b"\x1b@")] == ["ESC @"]


def test_an_unknown_command_costs_itself_and_no_more() -> None:
    assert [command.name for command in read(b"\x1bq\x01\x1d(z\x02\x00ab\n")] == [
        "ESC q",
        "GS ( z",
        "LF",
    ]


@given(st.binary(max_size=300), st.integers(1, 20))
def test_it_makes_no_difference_in_what_pieces_bytes_come(data: bytes, size: int) -> None:
    reader = CommandReader()
    pieces = [
        command
        for start in range(0, len(data), size)
        for command in reader.feed(data[start : start + size])
    ]
    assert pieces == read(data)
    raw = b"".join(command.raw for command in pieces)
    assert data.startswith(raw)


@pytest.mark.parametrize("mode", [TextMode.CODEPAGE, TextMode.BANDED, TextMode.RASTER])
def test_a_slip_is_understood_to_its_last_byte(mode: TextMode) -> None:
    encoder = SlipEncoder(PrinterProfile(), mode, serial=True)
    data = encoder.encode(slip("zh", follow_url=FOLLOW_URL))
    commands = read(data)
    assert b"".join(command.raw for command in commands) == data
    assert commands[0].name == "ESC @"
    assert commands[-1].name == "GS V"
