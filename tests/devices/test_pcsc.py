"""The real driver at the real PC/SC daemon with a virtual reader, in a network of their own."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from kiosk.cardreader.simulator import sample_cards
from kiosk.devices.pcsc import open_pcsc, without_length
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from tests.support.virtualcard import DAEMON, DRIVER

READER = DeviceId("chip")
# Mounted over, /run is this namespace's own: the daemon's socket meets no other daemon's.
ALONE = ["unshare", "--net", "--mount", "--map-root-user", "sh", "-c"]
IN_A_ROOM = 'mount -t tmpfs none /run && exec "$@"'


def missing() -> str:
    """What keeps the daemon from being run here; empty when nothing does."""
    if find_spec("smartcard") is None:
        return "pyscard isn't installed: it has no wheel and needs swig, gcc and libpcsclite-dev"
    if not os.access(DAEMON, os.X_OK) or not DRIVER.exists():
        return "pcscd or vsmartcard-vpcd isn't installed"
    if not shutil.which("unshare"):
        return "there is no unshare"
    tried = subprocess.run([*ALONE, IN_A_ROOM, "sh", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "namespaces of one's own aren't allowed here"


def test_cards_reader_and_daemon(tmp_path: Path) -> None:
    """Each kind of card, odd ones, and the daemon before it runs, killed and started again."""
    if why := missing():
        pytest.skip(why)
    probe = [sys.executable, "-m", "tests.cardreader.chipprobe", str(tmp_path)]
    run = subprocess.run(
        [*ALONE, IN_A_ROOM, "sh", *probe], capture_output=True, text=True, timeout=55, check=False
    )
    assert run.returncode == 0, run.stderr
    said = [json.loads(line) for line in run.stdout.splitlines()]
    assert [one["card"] for one in said if "card" in one] == [*sample_cards(), "visa again"]
    assert all(one["right"] for one in said if "right" in one)
    assert {one["spoilt"]: one["reason"] for one in said if "spoilt" in one} == {
        "leaves": "partial",
        "knows nothing": "noData",
        "no status": "noData",
        "endless": "invalid",
        "broken": "invalid",
    }
    there = "Virtual PCD 00 00, Virtual PCD 00 01"
    assert {one["reader"]: one["refused"] for one in said if "refused" in one} == {
        "": f"more than one reader fits; there are: {there}",
        "Virtual": f"more than one reader fits; there are: {there}",
        "Nobody's": f'no reader "Nobody\'s" at pcscd; there are: {there}',
    }
    told = [(one["status"], one["fault"]) for one in said if "status" in one]
    online = ("online", None)
    away = ("offline", "noProgram")
    assert told == [away, online, away, online]
    assert said[-1]["stopped"] < 3
    numbers = [card.tracks()[1].strip(";").split("=")[0] for card in sample_cards().values()]
    everything = run.stdout + run.stderr + (tmp_path / "pcscd.log").read_text()
    assert not [
        label for label, number in zip(sample_cards(), numbers, strict=True) if number in everything
    ]


async def test_without_pyscard_the_reader_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    with pytest.raises(DeviceError) as refused:
        await open_pcsc(READER, "")
    assert refused.value.fault is Fault.NO_PROGRAM
    assert "pyscard isn't installed" in refused.value.detail


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        ("00A4040002315000", "00A40400023150"),
        ("00A40400023150", "00A40400023150"),
        ("00B2010C00", "00B2010C00"),
        ("00B2010C", "00B2010C"),
    ],
)
def test_protocol_t_0_has_no_length_behind_data(command: str, sent: str) -> None:
    assert without_length(bytes.fromhex(command)).hex().upper() == sent
