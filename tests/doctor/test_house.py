"""What the branch needs of its machine: each part, well and otherwise."""

import os
import shutil
import socket
from collections import namedtuple
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.certificates.machine import machine_certificate, trusted
from kiosk.doctor import broker, certificate, house, screens, spares
from kiosk.doctor.examination import examine
from kiosk.doctor.machine import Machine
from kiosk.doctor.site import Site
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding, Symptom, Verdict
from kiosk.machine.typefaces import FOLDER
from kiosk.settings.file import load
from kiosk.settings.listeners import TlsSection
from tests.doctor.laidout import machine, plug_keyboard, plug_serial
from tests.support.certificates import Authority
from tests.support.ports import free_port
from tests.support.runningbranch import RunningBranch

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    return machine(tmp_path / "machine")


def site(folder: Path, here: Machine, devices: str = "") -> Site:
    settings = load(RunningBranch(folder, devices).config)
    return Site.seen(settings, folder / "var", "en", here)


def parts(site: Site, *, running: bool = False) -> dict[str, Finding]:
    return {one.subject: one for one in house.examined(site, running=running)}


def test_before_the_first_start_nothing_is_wrong_with_the_folder(
    tmp_path: Path, here: Machine
) -> None:
    assert parts(site(tmp_path, here))["folder"].status is Verdict.OK
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("mode", "symptom"),
    [(0o700, Symptom.WELL), (0o750, Symptom.FOLDER_OPEN), (0o707, Symptom.FOLDER_OPEN)],
)
def test_the_folder_is_the_branchs_own(
    tmp_path: Path, here: Machine, mode: int, symptom: Symptom
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var").chmod(mode)
    assert parts(site(tmp_path, here))["folder"].symptom is symptom


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_that_a_root_shell_left_is_named(tmp_path: Path, here: Machine) -> None:
    (tmp_path / "var").mkdir(mode=0o700)
    (tmp_path / "var/log.db").touch()
    os.chown(tmp_path / "var", 4242, 4242)
    found = parts(site(tmp_path, here))["folder"]
    assert found.symptom is Symptom.WRONG_USER
    assert "log.db" in found.says
    assert "chown -R" in found.advice


@pytest.mark.parametrize(
    ("megabytes", "status"),
    [(5000, Verdict.OK), (500, Verdict.WARN), (20, Verdict.WRONG)],
)
def test_room_on_the_disk_is_told(
    tmp_path: Path,
    here: Machine,
    monkeypatch: pytest.MonkeyPatch,
    megabytes: int,
    status: Verdict,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, megabytes << 20))
    found = parts(site(tmp_path, here))["disk"]
    assert found.status is status
    assert f"{megabytes} MB" in found.says


@pytest.mark.parametrize(("kept", "status"), [(True, Verdict.OK), (False, Verdict.WARN)])
def test_a_clock_that_nothing_keeps_right_is_told(
    tmp_path: Path, here: Machine, kept: bool, status: Verdict
) -> None:
    there = replace(here, clock_is_kept=lambda: kept)
    assert parts(site(tmp_path, there))["clock"].status is status


def test_the_kernel_tells_whether_its_clock_is_kept() -> None:
    assert Machine().clock_is_kept() in {True, False}


def test_missing_packages_are_named(
    tmp_path: Path, here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.machine.typefaces.FOLDER", tmp_path)
    found = parts(site(tmp_path, here))
    assert found["fonts"].symptom is Symptom.NO_FONT
    assert "fonts-wqy-microhei" in found["fonts"].advice
    assert tmp_path != FOLDER


def test_a_port_that_somebody_else_listens_at_is_told(tmp_path: Path) -> None:
    real = site(tmp_path, Machine())
    assert parts(real)["http"].status is Verdict.OK
    address = ("127.0.0.1", int(real.settings.http.listen.rpartition(":")[2]))
    with closing(socket.create_server(address)):
        taken = Site.seen(real.settings, real.var, "en", Machine())
        assert parts(taken)["http"].symptom is Symptom.PORT_TAKEN
        assert "http" not in parts(taken, running=True)


def test_what_is_plugged_in_and_in_no_setting_is_listed(tmp_path: Path, here: Machine) -> None:
    used = plug_serial(here, "ttyUSB0", "FT232R", "usb-FTDI-if00")
    plug_serial(here, "ttyUSB1", "CP2102", "usb-CP2102-if00")
    plug_keyboard(here, "event7", "kiosk-swipe")
    link = here.dev / "serial/by-id/usb-FTDI-if00"
    devices = f'[[reader]]\nid = "swipe"\ndriver = "magstripe-serial"\nport = "{link}"\n'
    found = list(spares.found(site(tmp_path, here, devices)))
    assert used.name not in {Path(one.subject).name for one in found}
    assert [Path(one.subject).name for one in found] == ["ttyUSB1", "event7"]
    assert {one.symptom for one in found} == {Symptom.SPARE}


@pytest.mark.parametrize(
    ("connector", "fault", "symptom"),
    [
        (True, None, Symptom.WELL),
        (False, None, Symptom.NO_SCREEN),
        (True, Fault.NOT_FOUND, Symptom.FAULT),
    ],
)
def test_a_window_needs_a_screen(
    tmp_path: Path,
    here: Machine,
    monkeypatch: pytest.MonkeyPatch,
    *,
    connector: bool,
    fault: Fault | None,
    symptom: Symptom,
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    if connector:
        (here.sys / "class/drm/card0-HDMI-A-1").mkdir(parents=True)
        (here.sys / "class/drm/card0-HDMI-A-1/status").write_text("connected\n")
    touch = DeviceCondition(
        DeviceId("touch"), DeviceKind.DISPLAY, DeviceStatus.NO_DEVICE, fault, "window"
    )
    found = site(tmp_path, here)
    [display] = found.settings.display
    assert screens.display(found, display, touch if fault else None).symptom is symptom


@pytest.mark.parametrize(("output", "status"), [("null", Verdict.OK), ("nowhere", Verdict.WRONG)])
async def test_the_sound_output_is_tried_with_a_moment_of_silence(
    tmp_path: Path, here: Machine, output: str, status: Verdict
) -> None:
    found = site(tmp_path, here, f'[voice]\noutput = "{output}"\n')
    assert found.settings.voice is not None
    assert (await screens.voice(found, found.settings.voice, None)).status is status


async def test_a_broker_of_its_own_has_to_be_installed(
    tmp_path: Path, here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = site(tmp_path, here)
    assert (await broker.examined(found, running=False)).status is Verdict.OK
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(broker, "SYSTEM_PROGRAMS", "")
    lacking = await broker.examined(found, running=False)
    assert (lacking.symptom, lacking.advice) == (
        Symptom.NO_PROGRAM,
        "sudo apt-get install mosquitto",
    )


def test_a_port_for_pads_that_somebody_else_listens_at_is_told(tmp_path: Path) -> None:
    real = site(tmp_path, Machine())
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        pads = f"127.0.0.1:{taken.getsockname()[1]}"
        mqtt = real.settings.mqtt.model_copy(update={"tls_listen": pads})
        settings = real.settings.model_copy(update={"mqtt": mqtt})
        seen = Site.seen(settings, real.var, "en", Machine())
        assert parts(seen)["mqtt-tls"].symptom is Symptom.PORT_TAKEN


def with_broker(found: Site, url: str) -> Site:
    mqtt = found.settings.mqtt.model_copy(update={"broker": url})
    return replace(found, settings=found.settings.model_copy(update={"mqtt": mqtt}))


async def test_a_broker_outside_is_reached_or_said_not_to_be(tmp_path: Path, here: Machine) -> None:
    found = site(tmp_path, here)
    refusing = with_broker(found, f"mqtt://127.0.0.1:{free_port()}")
    assert (await broker.examined(refusing, running=False)).symptom is Symptom.REFUSED
    assert (await broker.examined(refusing, running=True)).symptom is Symptom.WELL
    nobody = with_broker(found, "mqtts://broker.invalid")
    assert (await broker.examined(nobody, running=False)).symptom is Symptom.UNKNOWN_HOST
    with closing(socket.create_server(("127.0.0.1", 0))) as there:
        reached = with_broker(found, f"mqtt://127.0.0.1:{there.getsockname()[1]}")
        assert (await broker.examined(reached, running=False)).symptom is Symptom.WELL


async def test_what_a_running_branch_tells_of_its_parts_is_found(
    tmp_path: Path, here: Machine
) -> None:
    found = site(tmp_path, here)
    conditions = [
        DeviceCondition(
            DeviceId("broker"), DeviceKind.BROKER, DeviceStatus.OFFLINE, Fault.NO_ANSWER
        ),
        DeviceCondition(
            DeviceId("reports"), DeviceKind.REPORTS, DeviceStatus.HARDWARE_ERROR, Fault.DISK_FULL
        ),
        DeviceCondition(DeviceId("directory"), DeviceKind.DIRECTORY),
    ]
    told = {one.device: one for one in conditions}
    findings = await examine(found.settings, found.var, "en", told, machine=here)
    wrong = {one.subject: one.symptom for one in findings if one.status is Verdict.WRONG}
    assert wrong == {"broker": Symptom.FAULT, "reports": Symptom.FAULT}
    assert "directory" not in {one.subject for one in findings}


def by_tls(folder: Path, here: Machine, text: str) -> Site:
    branch = RunningBranch(folder)
    branch.config.write_text(branch.config.read_text().replace("[mqtt]", f"{text}\n[mqtt]", 1))
    return Site.seen(load(branch.config), folder / "var", "en", here)


def test_what_pads_have_to_trust_is_told(tmp_path: Path, here: Machine) -> None:
    outside = by_tls(
        tmp_path, here, 'public_listen = "10.0.0.9:8443"\npublic_url = "https://q.example"'
    )
    [before] = certificate.examined(outside)
    assert (before.status, before.says) == (Verdict.OK, "The branch makes it when it starts.")
    kept = machine_certificate(outside.settings, outside.var, lambda: datetime.now(UTC))
    assert kept is not None
    kept.load()
    [found] = certificate.examined(outside)
    assert found.status is Verdict.OK
    on_the_page = trusted(outside.settings, outside.var).removeprefix("CA SHA-256 ")
    assert on_the_page.replace(" ", ":") in found.says


@pytest.mark.parametrize(
    ("days", "status"),
    [(300, Verdict.OK), (20, Verdict.WARN), (3, Verdict.WARN), (-1, Verdict.WRONG)],
)
def test_a_given_certificate_is_watched(
    tmp_path: Path, here: Machine, days: int, status: Verdict
) -> None:
    files = Authority().give(tmp_path, ends=datetime.now(UTC) + timedelta(days=days))
    given = f'tls = {{ certificate = "{files.certificate}", key = "{files.key}" }}'
    [found] = certificate.examined(by_tls(tmp_path, here, given))
    assert (found.status, found.what) == (status, str(files.certificate))
    files.key.unlink()
    [broken] = certificate.examined(by_tls(tmp_path, here, given))
    assert broken.status is Verdict.WRONG
    assert "given.key: No such file" in broken.says


def test_a_broker_with_a_certificate_of_its_own_is_watched_beside_the_machines(
    tmp_path: Path, here: Machine
) -> None:
    for folder in ("web", "pads"):
        (tmp_path / folder).mkdir()
    far, near = (datetime.now(UTC) + timedelta(days=days) for days in (300, 3))
    web = Authority().give(tmp_path / "web", ends=far)
    pads = Authority().give(tmp_path / "pads", ends=near)
    served = by_tls(
        tmp_path, here, f'tls = {{ certificate = "{web.certificate}", key = "{web.key}" }}'
    )
    tls = TlsSection(certificate=str(pads.certificate), key=str(pads.key))
    mqtt = served.settings.mqtt.model_copy(update={"tls_listen": "0.0.0.0:8883", "tls": tls})
    both = replace(served, settings=served.settings.model_copy(update={"mqtt": mqtt}))
    found = list(certificate.examined(both))
    assert [(one.subject, one.status) for one in found] == [
        ("certificate", Verdict.OK),
        ("broker-certificate", Verdict.WARN),
    ]
    assert found[1].what == str(pads.certificate)


def test_a_branch_that_serves_its_machine_alone_has_none(tmp_path: Path, here: Machine) -> None:
    assert list(certificate.examined(site(tmp_path, here))) == []
