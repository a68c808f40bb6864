"""What is told of a machine without opening anything."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.doctor.machine import User, group_of
from kiosk.doctor.plugged import keyboards, screens, serial_ports
from kiosk.doctor.processes import Census
from tests.doctor.laidout import KIOSK, add_process, machine, plug_keyboard, plug_serial
from tests.support.serialline import SerialLine
from tests.support.waiting import until

CHARACTER = stat.S_IFCHR


@pytest.mark.parametrize(
    ("mode", "owner", "group", "may"),
    [
        (0o660, 0, 20, False),
        (0o660, 0, 4242, True),
        (0o640, 0, 4242, False),
        (0o666, 0, 20, True),
        (0o600, 4242, 20, True),
        (0o060, 4242, 4242, False),
        (0o606, 0, 4242, False),
    ],
)
def test_file_modes_say_who_may_use_a_device(mode: int, owner: int, group: int, may: bool) -> None:
    node = os.stat_result((CHARACTER | mode, 0, 0, 1, owner, group, 0, 0, 0, 0))
    assert KIOSK.may_use(node) is may
    assert User("root", 0).may_use(node)


def test_a_group_without_a_name_is_told_by_its_number() -> None:
    node = os.stat_result((CHARACTER | 0o660, 0, 0, 1, 0, 54321, 0, 0, 0, 0))
    assert group_of(node) == "54321"


def test_ports_are_told_with_the_name_that_stays_and_what_they_are(tmp_path: Path) -> None:
    here = machine(tmp_path)
    plug_serial(here, "ttyUSB0", "FT232R USB UART", "usb-FTDI_FT232R-if00")
    plug_serial(here, "ttyS0")
    empty = here.sys / "class/tty/ttyS1"
    empty.mkdir()
    (empty / "device").symlink_to(here.sys)
    (empty / "type").write_text("0\n")
    built_in, adapter = serial_ports(here)
    assert str(built_in) == f"{here.dev}/ttyS0"
    assert adapter.stable == f"{here.dev}/serial/by-id/usb-FTDI_FT232R-if00"
    assert adapter.usb == "0403:6001 FT232R USB UART"
    assert adapter.node in adapter.names


def test_what_types_is_told_from_what_points(tmp_path: Path) -> None:
    here = machine(tmp_path)
    plug_keyboard(here, "event3", "by-id/usb-Sample_Reader-event-kbd")
    plug_keyboard(here, "event4", "by-id/usb-Sample_Touch-event-mouse")
    plug_keyboard(here, "event7", "kiosk-swipe")
    assert [Path(one.stable).name for one in keyboards(here)] == [
        "usb-Sample_Reader-event-kbd",
        "kiosk-swipe",
    ]


def test_connectors_say_whether_a_screen_is_plugged_in(tmp_path: Path) -> None:
    here = machine(tmp_path)
    for name, state in (("card0-HDMI-A-1", "connected"), ("card0-DP-1", "disconnected")):
        (here.sys / "class/drm" / name).mkdir(parents=True)
        (here.sys / "class/drm" / name / "status").write_text(f"{state}\n")
    (here.sys / "class/drm/version").write_text("drm 1.1.0")
    assert screens(here) == {"HDMI-A-1": True, "DP-1": False}


def test_a_log_in_at_a_port_is_its_holder(tmp_path: Path) -> None:
    here = machine(tmp_path)
    add_process(here, 17, "agetty", "-o", "-p", "ttyS1", "vt220")
    census = Census.taken(here.proc)
    holder = census.holder(here.dev / "ttyS1")
    assert str(holder) == "agetty (17)"
    assert census.holder(here.dev / "ttyS2") is None


@pytest.mark.parametrize("program", ["ModemManager", "brltty"])
def test_programs_that_try_every_adapter_meddle_with_adapters_only(
    tmp_path: Path, program: str
) -> None:
    here = machine(tmp_path)
    add_process(here, 17, program)
    census = Census.taken(here.proc)
    meddler = census.meddler(here.dev / "ttyUSB0")
    assert meddler is not None
    assert meddler.name == program
    assert census.meddler(here.dev / "ttyS0") is None


def test_who_listens_at_a_port_is_found_by_its_socket(tmp_path: Path) -> None:
    here = machine(tmp_path)
    (here.proc / "net").mkdir()
    (here.proc / "net/tcp").write_text(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1611\n"
        "   1: 0100007F:995E 0100007F:AAA7 01 00000000:00000000 00:00000000 00000000 0 0 1612\n"
    )
    (add_process(here, 99, "apache2") / "fd/4").symlink_to("socket:[1611]")
    census = Census.taken(here.proc)
    assert str(census.listener(8080)) == "apache2 (99)"
    assert set(census.listeners) == {8080}


def test_the_program_that_has_a_port_open_is_named(tmp_path: Path) -> None:
    with SerialLine(tmp_path, "line") as line:
        code = "import sys; f = open(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
        command = [sys.executable, "-c", code, str(line.port)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            assert other.stdout.readline()
            until(lambda: Census.taken(Path("/proc")).holder(line.port), "holder")
            holder = Census.taken(Path("/proc")).holder(line.port)
            assert holder is not None
            assert holder.pid == other.pid
            other.communicate(b"")
