"""LED displays: what is to be read is read, whatever happened to them meanwhile."""

from functools import partial
from pathlib import Path

import pytest

from kiosk.counterports import Key
from kiosk.devices.station import fitting
from kiosk.domain.device import DeviceKind, DeviceStatus, Fault
from tests.devices.bushall import LEDS, hall, sign
from tests.support.eventually import until


@pytest.mark.parametrize(
    ("template", "shown"),
    [("bar-xor", "请A036号"), ("line-ascii", "A036"), ("modbus-gbk", "请A036号")],
)
async def test_each_template_shows_blinks_and_chimes(
    tmp_path: Path, template: str, shown: str
) -> None:
    async with hall(tmp_path, [template]) as there:
        [led], [far] = there.leds, there.far_leds
        led.show(sign("请A036号", "A036"))
        await until(lambda: far.text == shown)
        led.show(sign("请A036号", "A036"), chime=True)
        await until(lambda: far.chimes == 1)
        assert not far.blinking
        led.show(sign("请A036号", "A036", blinking=True), chime=True)
        await until(lambda: far.blinking and far.chimes == 2)
        led.show(sign("", ""))
        await until(lambda: far.text == "")
        assert far.chimes == 2
    [condition] = there.told
    assert (condition.kind, condition.status) == (DeviceKind.LED, DeviceStatus.ONLINE)


async def test_one_that_was_unplugged_shows_the_present_sign_and_rings_for_no_old_call(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path, ["bar-xor", "bar-xor"]) as there:
        led, far = there.leds[0], there.far_leds[0]
        led.show(sign("A001"))
        await until(lambda: far.text == "A001")
        far.unplug()
        led.show(sign("A002"), chime=True)
        await until(lambda: there.faults("led-0") == [None, Fault.NO_ANSWER])
        far.plug()
        await until(lambda: far.text == "A002")
        assert far.chimes == 0
        await until(lambda: there.faults("led-0") == [None, Fault.NO_ANSWER, None])
        assert there.faults("led-1") == [None]


async def test_a_lost_cable_is_told_once_for_each_and_heals(tmp_path: Path) -> None:
    async with hall(tmp_path, ["bar-xor", "modbus-gbk"]) as there:
        await there.well()
        for led in there.leds:
            led.show(sign("A001"))
        await until(lambda: all(far.text == "A001" for far in there.far_leds))
        there.bus.unplug()
        for led in there.leds:
            led.show(sign("A002"))
        await until(lambda: all(len(there.faults(name)) == 2 for name in ("led-0", "led-1")))
        there.bus.plug()
        await until(lambda: all(far.text == "A002" for far in there.far_leds))
        await until(lambda: all(len(there.faults(name)) == 3 for name in ("led-0", "led-1")))
        for name in ("led-0", "led-1"):
            first, lost, healed = there.faults(name)
            assert (first, healed) == (None, None)
            assert lost in (Fault.CONNECTION_LOST, Fault.NOT_FOUND)


async def test_lost_and_garbled_answers_are_made_up_for(tmp_path: Path) -> None:
    async with hall(tmp_path, ["bar-xor"]) as there:
        await there.well()
        there.bus.lost = 2
        there.leds[0].show(sign("A001"))
        await until(lambda: there.far_leds[0].text == "A001" and there.bus.lost == 0)
        there.bus.garbled = 1
        there.leds[0].show(sign("A002"))
        await until(lambda: there.far_leds[0].text == "A002" and there.bus.garbled == 0)
        assert there.faults("led-0") == [None]


async def test_an_adapter_with_echo_changes_nothing(tmp_path: Path) -> None:
    async with hall(tmp_path, list(LEDS), ["pad-xor", "pad-modbus", "pad-ascii"]) as there:
        there.bus.echo = True
        for led in there.leds:
            led.show(sign("A001"))
        await there.well()
        await until(lambda: all(far.text == "A001" for far in there.far_leds))
        for far, presses in zip(there.far_pads, there.presses, strict=True):
            far.press(Key.NEXT)
            await until(partial(_is, presses, [Key.NEXT]))


def _is(present: list[Key], expected: list[Key]) -> bool:
    return present == expected


@pytest.mark.parametrize(
    ("texts", "encoding", "cells", "expected"),
    [
        (("请A036号", "A036"), "gbk", 8, "请A036号".encode("gbk")),
        (("请A036号", "A036"), "gbk", 7, b"A036"),
        (("请A036号", "A036"), "ascii", 16, b"A036"),
        (("Přijďte", "Prijdte"), "gb2312", 16, b"Prijdte"),
        (("A1000", "1000", "000"), "ascii", 4, b"1000"),
        (("一二三",), "gbk", 5, "一二".encode("gbk")),
        (("Ұсы",), "ascii", 4, b"???"),
        ((), "ascii", 4, b""),
    ],
)
def test_the_first_text_that_fits(
    texts: tuple[str, ...], encoding: str, cells: int, expected: bytes
) -> None:
    assert fitting(texts, encoding, cells) == expected
