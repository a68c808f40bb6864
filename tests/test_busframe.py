"""Frames: golden bytes written from each shipped template's description by hand, and bad templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.busframe import Expected, Found, Frame
from kiosk.settings.buses import ANSWER, PICTURE, QUESTION, shipped

NAMES = QUESTION | PICTURE | ANSWER
LEDS = {one.id: one for one in shipped().led_template}
PADS = {one.id: one for one in shipped().callpad_template}
NUMBER = "A036号".encode("gbk")

GOLDEN = [
    # STX 02, length 0A of 05 44 01 00 and six bytes of text, ETX 03; exclusive-or of all of it.
    (LEDS["bar-xor"].show, {"address": 5, "lamp": 1, "effect": 0}, "A036号",
     "02 0A 05 44 01 00 41 30 33 36 BA C5 03 40"),
    (LEDS["bar-xor"].shown, {"address": 5}, "", "4B 05 4E"),
    (LEDS["bar-xor"].poll, {"address": 5}, "", "05 05 00"),
    (LEDS["bar-xor"].polled, {"address": 5}, "", "06 05 03"),
    (LEDS["bar-xor"].chime, {"address": 5}, "", "02 02 05 42 03 44"),
    (LEDS["line-ascii"].show, {"address": 7, "effect": 0x42}, "A036    ",
     "21 23 30 37 42 41 30 33 36 20 20 20 20 0D"),
    (LEDS["line-ascii"].chime, {"address": 7}, "", "21 23 30 37 43 0D"),
    (LEDS["modbus-gbk"].show, {"address": 1, "lamp": 1, "effect": 1}, "A036            ",
     "01 10 00 00 00 09 12 01 01 41 30 33 36 20 20 20 20 20 20 20 20 20 20 20 20 30 CA"),
    (LEDS["modbus-gbk"].poll, {"address": 1}, "", "01 03 00 00 00 01 84 0A"),
    (LEDS["modbus-gbk"].shown, {"address": 17}, "", "11 10 00 00 00 09 02 9F"),
    (PADS["pad-xor"].poll, {"address": 3, "seen": 7}, "", "05 03 07 01"),
    (PADS["pad-xor"].polled, {"address": 3, "sequence": 8, "key": 1}, "", "06 03 08 01 0C"),
    (PADS["pad-xor"].show, {"address": 3, "lamp": 2}, "A036  12",
     "02 0B 03 44 02 41 30 33 36 20 20 31 32 03 38"),
    (PADS["pad-modbus"].poll, {"address": 1}, "", "01 03 00 00 00 02 C4 0B"),
    (PADS["pad-modbus"].polled, {"address": 1, "sequence": 2, "key": 1}, "",
     "01 03 04 00 02 00 01 9A 33"),
    (PADS["pad-ascii"].poll, {"address": 12}, "", "3F 31 32 0D"),
    # '1' + '2' + 'N' is 31 + 32 + 4E = B1
    (PADS["pad-ascii"].polled, {"address": 12, "key": 0x4E}, "", "3D 31 32 4E 42 31 0D"),
    (PADS["pad-ascii"].show, {"address": 12}, "A036", "21 31 32 41 30 33 36 0D"),
]  # fmt: skip


def search(frame: Frame, data: bytes, known: dict[str, int]) -> Found | None:
    return Expected(frame, known, 16).search(data)


@pytest.mark.parametrize(("template", "values", "text", "expected"), GOLDEN)
def test_golden_frames(template: str, values: dict[str, int], text: str, expected: str) -> None:
    frame = Frame.parse(template, NAMES)
    data = frame.build(values, text.encode("gbk"))
    assert data.hex(" ").upper() == expected
    assert len(data) == frame.size + len(text.encode("gbk"))
    found = search(frame, b"\x00\x15" + data + b"\xff", {"address": values["address"]})
    assert found is not None
    assert found.text == text.encode("gbk")
    assert found.end == len(data) + 2
    assert {name: found.values[name] for name in values if name in frame.names} == {
        name: value for name, value in values.items() if name in frame.names
    }
    assert search(frame, data, {"address": values["address"] + 1}) is None


@pytest.mark.parametrize(("template", "values", "text", "_"), GOLDEN)
def test_a_damaged_frame_is_none(template: str, values: dict[str, int], text: str, _: str) -> None:
    frame = Frame.parse(template, NAMES)
    data = frame.build(values, text.encode("gbk"))
    for cut in range(len(data)):
        assert search(frame, data[:cut], {"address": values["address"]}) is None
    if "(" not in template:
        return  # a frame without a check is believed
    for at in range(len(data)):
        wrong = data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :]
        found = search(frame, wrong, {"address": values["address"]})
        assert found is None, at


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("", "is empty"),
        ("02 adress 03", "'adress', which is neither a byte"),
        ("02 0x03", "'0x03'"),
        ("address.dec9", "'address.dec9'"),
        ("'héllo' address", "'"),
        ("( address", r"\( ... \) and a check once"),
        ("( address )", r"needs both \( ... \) and a check"),
        ("address xor", r"needs both \( ... \) and a check"),
        ("( address ) xor sum", "once"),
        ("[ address ]", r"needs both \[ ... \] and length"),
        ("] length address [", "once"),
        ("text address text", "can have text once"),
    ],
)
def test_templates_that_are_none(template: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Frame.parse(template, NAMES)


def test_a_value_that_does_not_fit_is_told() -> None:
    frame = Frame.parse("address.dec2", NAMES)
    assert frame.build({"address": 99}) == b"99"
    with pytest.raises(ValueError, match="100 is more than 99"):
        frame.build({"address": 100})


ANSWERS = [
    Frame.parse(template, NAMES)
    for template in (
        *(one.polled for one in LEDS.values()),
        *(one.polled for one in PADS.values()),
        *(one.shown for one in LEDS.values()),
    )
    if template
]


@given(st.sampled_from(ANSWERS), st.binary(max_size=200))
def test_whatever_is_on_the_line_an_answer_is_sound_or_none(frame: Frame, data: bytes) -> None:
    found = search(frame, data, {"address": 5})
    if found is not None:
        whole = data[found.end - frame.size : found.end]
        assert frame.build(found.values) == whole


@given(st.sampled_from(ANSWERS), st.binary(max_size=60), st.binary(max_size=60))
def test_an_answer_is_found_among_other_bytes(frame: Frame, before: bytes, after: bytes) -> None:
    values = dict.fromkeys(frame.names, 1) | {"address": 5}
    data = frame.build(values)
    found = search(frame, before + data + after, {"address": 5})
    assert found is not None
    if search(frame, before + data[:-1], {"address": 5}) is None:
        assert found.values["address"] == 5
        assert found.end == len(before) + len(data)
