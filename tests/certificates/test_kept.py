"""The certificate that is presented: made, renewed, replaced under whoever is connected, and watched."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from kiosk.certificates.kept import CERTIFICATE, CertificateFiles, KeptCertificate
from kiosk.certificates.machine import machine_certificate
from kiosk.certificates.presented import CertificateFault, fingerprint
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.machine.tls import pinned_context
from kiosk.settings import Settings
from kiosk.settings.file import load
from tests.support.certificates import Authority
from tests.support.eventually import until
from tests.support.runningbranch import SETTINGS

BANK = Authority()
NOW = datetime(2027, 5, 1, 12, tzinfo=UTC)
WELL = DeviceCondition(CERTIFICATE, DeviceKind.CERTIFICATE)


class Clock:
    """Says what it is told."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


def given(folder: Path, ends: datetime, clock: Clock | None = None) -> KeptCertificate:
    files = BANK.give(folder, ends=ends)
    kept = KeptCertificate(files, (clock or Clock()).now, folder / "presented.crt")
    kept.load()
    return kept


def settings(folder: Path, listen: str = "10.0.0.9:8443") -> Settings:
    file = folder / "branch.toml"
    text = SETTINGS.format(http=8080, mqtt=1883, public=8081)
    file.write_text(text.replace("127.0.0.1:8080", listen))
    return load(file)


def own(folder: Path, clock: Clock) -> KeptCertificate:
    """Of a branch's own making."""
    kept = machine_certificate(settings(folder), folder, clock.now)
    assert kept is not None
    return kept


@asynccontextmanager
async def keeping(kept: KeptCertificate) -> AsyncIterator[list[DeviceCondition]]:
    """What it reports while it is kept."""
    told: list[DeviceCondition] = []
    task = asyncio.create_task(kept.keep(told.append, every=0.01))
    try:
        yield told
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def echoing(kept: KeptCertificate) -> AsyncIterator[int]:
    """Somebody who answers with what was said, by this certificate; the port."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=kept.context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def connect(
    port: int, name: str | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, str]:
    """A visitor who believes anybody, and the fingerprint that was seen."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=anybody, server_hostname=name or ""
    )
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return reader, writer, hashlib.sha256(der).digest().hex(":").upper()


def seen(files: CertificateFiles) -> str:
    return fingerprint(files.certificate.read_text())


async def test_who_is_connected_stays_and_who_comes_next_sees_the_new_one(tmp_path: Path) -> None:
    kept = given(tmp_path, NOW + timedelta(days=100))
    changes: list[str] = []
    kept.listen(lambda: changes.append("changed"))
    async with echoing(kept) as port, keeping(kept) as told:
        reader, writer, before = await connect(port, "kiosk.bank.example")
        await until(lambda: told)
        (tmp_path / "next").mkdir()
        fresh = BANK.give(tmp_path / "next", ends=NOW + timedelta(days=400))
        fresh.key.replace(kept.files.key)
        fresh.certificate.replace(kept.files.certificate)
        await until(lambda: changes)
        writer.write(b"still here\n")
        assert await reader.readline() == b"still here\n"
        for name in ("kiosk.bank.example", None):  # by name, and by address alone
            _, next_one, after = await connect(port, name)
            next_one.close()
            assert after == seen(kept.files) != before
        writer.close()
    assert told == [WELL]
    assert changes == ["changed"]
    shown = (tmp_path / "presented.crt").read_text()
    assert pinned_context(shown).cert_store_stats()["x509"] == 1
    assert (tmp_path / "presented.crt").stat().st_mode & 0o777 == 0o600


async def test_files_that_do_not_fit_change_nothing_and_are_told_until_they_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = given(tmp_path, NOW + timedelta(days=100))
    async with echoing(kept) as port, keeping(kept) as told:
        await until(lambda: told)
        (tmp_path / "next").mkdir()
        coming = BANK.give(tmp_path / "next", ends=NOW + timedelta(days=400))
        _, first, before = await connect(port)
        coming.key.replace(kept.files.key)
        await until(lambda: len(told) == 2)
        _, second, meanwhile = await connect(port)
        shown = seen(coming)
        coming.certificate.replace(kept.files.certificate)
        await until(lambda: len(told) == 3)
        _, third, after = await connect(port)
        for writer in (first, second, third):
            writer.close()
    assert before == meanwhile
    assert after == shown != before
    assert [one.fault for one in told] == [None, Fault.CERTIFICATE_UNUSABLE, None]
    assert "is not the key of the first certificate" in told[1].detail
    assert sum(one.levelname == "ERROR" for one in caplog.records) == 1


async def test_the_old_files_put_back_end_the_fault(tmp_path: Path) -> None:
    kept = given(tmp_path, NOW + timedelta(days=100))
    away = tmp_path / "away.key"
    async with keeping(kept) as told:
        await until(lambda: told)
        kept.files.key.rename(away)
        await until(lambda: len(told) == 2)
        away.rename(kept.files.key)
        await until(lambda: len(told) == 3)
    assert [one.fault for one in told] == [None, Fault.CERTIFICATE_UNUSABLE, None]


@pytest.mark.parametrize(
    ("left", "fault", "status"),
    [
        (timedelta(days=31), None, DeviceStatus.ONLINE),
        (timedelta(days=30), Fault.CERTIFICATE_ENDS, DeviceStatus.ONLINE),
        (timedelta(days=8), Fault.CERTIFICATE_ENDS, DeviceStatus.ONLINE),
        (timedelta(days=7), Fault.CERTIFICATE_ENDS_SOON, DeviceStatus.ONLINE),
        (timedelta(seconds=1), Fault.CERTIFICATE_ENDS_SOON, DeviceStatus.ONLINE),
        (timedelta(), Fault.CERTIFICATE_VOID, DeviceStatus.USER_ERROR),
        (timedelta(days=-9), Fault.CERTIFICATE_VOID, DeviceStatus.USER_ERROR),
    ],
)
def test_how_long_a_given_one_has_to_go(
    tmp_path: Path, left: timedelta, fault: Fault | None, status: DeviceStatus
) -> None:
    condition = given(tmp_path, NOW + left).condition
    assert (condition.fault, condition.status) == (fault, status)
    assert condition.well is (fault is None)


def test_one_that_has_not_begun_is_no_good_today(tmp_path: Path) -> None:
    files = BANK.give(tmp_path, begins=NOW + timedelta(hours=1), ends=NOW + timedelta(days=99))
    kept = KeptCertificate(files, Clock().now, tmp_path / "presented.crt")
    kept.load()  # a branch whose clock is wrong serves all the same
    assert kept.condition.fault is Fault.CERTIFICATE_VOID
    assert kept.condition.detail == "2027-05-01 – 2027-08-08"


def test_each_threshold_is_one_condition(tmp_path: Path) -> None:
    clock = Clock()
    kept = given(tmp_path, NOW + timedelta(days=40), clock)
    conditions = []
    for hours in range(41 * 24):
        clock.time = NOW + timedelta(hours=hours)
        conditions.append(kept.condition)
    assert [one.fault for one, _ in groupby(conditions)] == [
        None,
        Fault.CERTIFICATE_ENDS,
        Fault.CERTIFICATE_ENDS_SOON,
        Fault.CERTIFICATE_VOID,
    ]


def test_given_files_that_are_no_good_keep_the_branch_from_starting(tmp_path: Path) -> None:
    files = CertificateFiles(tmp_path / "none.crt", tmp_path / "none.key")
    with pytest.raises(CertificateFault, match=r"none\.crt: No such file"):
        KeptCertificate(files, Clock().now, tmp_path / "presented.crt").load()


def test_a_branch_that_stays_on_its_machine_needs_none(tmp_path: Path) -> None:
    home = settings(tmp_path, "127.0.0.1:8080")
    assert machine_certificate(home, tmp_path, Clock().now) is None


def test_an_own_one_is_made_once_and_found_again(tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC))
    first = own(tmp_path, clock)
    first.load()
    again = own(tmp_path, clock)
    again.load()
    assert first.presented == again.presented
    assert first.presented is not None
    assert "10.0.0.9" in first.presented.names
    assert first.condition == WELL


async def test_an_own_one_is_renewed_before_it_ends(tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC))
    kept = own(tmp_path, clock)
    await asyncio.to_thread(kept.load)
    first = kept.presented
    assert first is not None
    authority = (tmp_path / "secrets" / "tls" / "authority.crt").read_bytes()
    async with keeping(kept) as told:
        await until(lambda: told)
        clock.time = first.ends - timedelta(days=30, seconds=-1)
        await until(lambda: kept.presented != first)
        clock.time = datetime.now(UTC)
    assert (tmp_path / "secrets" / "tls" / "authority.crt").read_bytes() == authority


async def test_an_own_one_that_is_lost_or_damaged_is_made_anew(tmp_path: Path) -> None:
    kept = own(tmp_path, Clock(datetime.now(UTC)))
    await asyncio.to_thread(kept.load)
    kept.files.certificate.write_text("damaged")
    again = own(tmp_path, Clock(datetime.now(UTC)))
    await asyncio.to_thread(again.load)
    assert again.condition == WELL


async def test_without_room_for_the_next_one_the_old_one_goes_on_and_it_is_told(
    tmp_path: Path,
) -> None:
    clock = Clock(datetime.now(UTC))
    kept = own(tmp_path, clock)
    await asyncio.to_thread(kept.load)
    first = kept.presented
    assert first is not None
    folder = kept.files.certificate.parent
    (folder / "machine.key.new").mkdir()  # nothing can be written over a folder
    async with keeping(kept) as told:
        clock.time = first.ends - timedelta(days=5)
        await until(lambda: told and told[-1].fault is Fault.CERTIFICATE_UNUSABLE)
    assert "no certificate was made" in told[-1].detail
    assert kept.presented == first


def test_a_start_without_room_for_the_next_one_goes_on_with_the_present_one(
    tmp_path: Path,
) -> None:
    clock = Clock(datetime.now(UTC))
    own(tmp_path, clock).load()
    (tmp_path / "secrets" / "tls" / "machine.key.new").mkdir()
    clock.time += timedelta(days=391)
    late = own(tmp_path, clock)
    late.load()
    assert late.condition.fault is Fault.CERTIFICATE_ENDS_SOON
    late.files.certificate.unlink()
    with pytest.raises(CertificateFault, match="no certificate was made"):
        own(tmp_path, clock).load()
