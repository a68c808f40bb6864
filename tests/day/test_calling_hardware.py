"""A call pad calls and an LED display shows it: a whole branch on a bus at 9,600 baud."""

import contextlib
import http.client
import re
from pathlib import Path

from tests.support.farbus import FINISH, NEXT, RECALL, FarBus, FarDevice
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine
from tests.support.waiting import until

DEVICES = """
[[led]]
id = "led-1"
counter = "1"
template = "bar-xor"
port = "{port}"
address = 1
language = "zh"

[[callpad]]
id = "pad-1"
counter = "1"
template = "pad-xor"
port = "{port}"
address = 17
"""


def _bus(line: SerialLine) -> tuple[FarBus, FarDevice, FarDevice]:
    far = FarBus(line, 9600)
    led = far.devices[1] = FarDevice()
    pad = far.devices[17] = FarDevice(pad=True)
    return far, led, pad


def test_a_pad_calls_and_the_display_shows_it(tmp_path: Path) -> None:
    line = SerialLine(tmp_path, "ttyBus")
    far, led, pad = _bus(line)
    branch = RunningBranch(tmp_path, DEVICES.format(port=line.port))
    with line, far, branch:
        manager = branch.token("lobby", "crm")
        teller = branch.teller("zhang")
        for _ in range(2):
            teller.post("/tickets", {"service": "cash"})
        until(lambda: led.text.decode("gbk") == "本窗口未开放", "closed counter")
        pad.press(NEXT)
        until(lambda: pad.text == b"E01", "refusal at a closed counter")
        until(lambda: pad.text == b"----", "closed counter on the pad")
        teller.post("/counters/1/open")
        until(lambda: pad.text.strip() == b"2", "how many wait")
        pad.press(NEXT)
        until(lambda: led.text.decode("gbk") == "请A001号", "call on the display")
        until(lambda: led.bells == 1, "chime")
        until(lambda: pad.text == b"A001   1", "call on the pad")
        pad.press(RECALL)
        until(lambda: pad.text == b"E04", "too soon to call again")
        until(lambda: pad.text == b"A001   1", "number again")
        pad.press(FINISH)
        until(lambda: led.text.decode("gbk") == "1 号窗口", "free counter")
        told = branch.client(manager).get("/events?limit=100")["events"]
        [called] = [one for one in told if one["type"].endswith("ticket.called.v1")]
        assert called["data"]["by"]["role"] == "callpad"
        assert called["data"]["by"]["device"] == "pad-1"
        assert [one for one in told if ".device.failed" in one["type"]] == []


def test_a_bus_that_is_plugged_in_late_and_a_display_that_was_off_show_what_is(
    tmp_path: Path,
) -> None:
    line = SerialLine(tmp_path, "ttyBus")
    far, led, pad = _bus(line)
    branch = RunningBranch(tmp_path, DEVICES.format(port=line.port))
    with branch:
        reader = branch.client(branch.token("outside", "crm"))
        teller = branch.teller("zhang")
        teller.post("/tickets", {"service": "cash"})
        teller.post("/counters/1/open")
        teller.post("/counters/1/next")

        def faults(verb: str) -> list[str]:
            told = reader.get("/events?limit=100")["events"]
            return sorted(one["subject"] for one in told if f".device.{verb}." in one["type"])

        until(lambda: faults("failed") == ["led-1", "pad-1"], "both are missed")
        with line, far:
            until(lambda: led.text.decode("gbk") == "请A001号", "what was called meanwhile", 40)
            until(lambda: pad.text == b"A001   0", "the same on the pad")
            assert led.bells == 0  # nobody is rung for late
            until(lambda: faults("recovered") == ["led-1", "pad-1"], "both are well")
            assert faults("failed") == ["led-1", "pad-1"]


def test_the_bench_has_a_pad_to_press_and_a_display_to_read(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, DEVICES.format(port="sim"))

    def hand(address: str) -> int:
        door = http.client.HTTPConnection("127.0.0.1", branch.http, timeout=10)
        with contextlib.closing(door):
            door.request("POST", f"/bench/{address}", "{}", {"Content-Type": "application/json"})
            return door.getresponse().status

    def shown(name: str) -> str:
        door = http.client.HTTPConnection("127.0.0.1", branch.http, timeout=10)
        with contextlib.closing(door):
            door.request("GET", "/bench")
            page = door.getresponse().read().decode()
        found = re.search(rf'<output id="{name}"[^>]*>([^<]*)<', page)
        assert found is not None
        return found[1].strip()

    with branch:
        branch.teller("zhang").post("/tickets", {"service": "cash"})
        assert hand("counter/1/open") == 204
        until(lambda: shown("led-led-1") == "1 号窗口", "open counter")
        assert hand("pad/pad-1/key/next") == 204
        until(lambda: shown("led-led-1") == "请A001号", "call on the display")
        until(lambda: shown("pad-pad-1") == "A001   0", "call on the pad")
        assert hand("bus/noise") == 204
        assert hand("led/led-1/unplug") == 204
        until(lambda: shown("led-led-1") == "", "dark display")
        for wrong in ("pad/pad-9/key/next", "pad/pad-1/key/coffee", "led/led-1/kick"):
            assert hand(wrong) == 404
