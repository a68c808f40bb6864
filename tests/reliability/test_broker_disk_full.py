"""R2, R6: the disk under the broker is full; the hall goes on, staff are told, nobody misses an event.

The broker's folder is a small file system of its own: the log can be written all the time.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.consumers import Consumer, Event, Heads
from tests.support.runningbranch import Client, RunningBranch
from tests.support.smalldisk import NEEDS_MOUNTING, SmallDisk, small_disk
from tests.support.waiting import until

pytestmark = [
    NEEDS_MOUNTING,
    pytest.mark.timeout(240),
]

TICKETS = 20
SAVED_WITHIN = 20.0
"""Seconds; the broker saves every ten."""
HEALED_WITHIN = 60.0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "var" / "broker", "1m") as disk:
        yield disk


@pytest.fixture
def branch(tmp_path: Path, disk: SmallDisk) -> Iterator[RunningBranch]:
    branch = RunningBranch(tmp_path)
    try:
        yield branch
    finally:
        branch.stop()


@contextmanager
def following(branch: RunningBranch, name: str, token: str) -> Iterator[Consumer]:
    """A program that follows everything, as the CRM does."""
    door = (branch.http, token)
    consumer = Consumer((name, token), branch.mqtt, door, families=frozenset(), heads=Heads())
    consumer.session.come()
    try:
        yield consumer
    finally:
        consumer.session.leave()


def take(machine: Client) -> list[str]:
    return [machine.post("/tickets", {"service": "cash"})["number"] for _ in range(TICKETS)]


def whole_log(crm: Client) -> list[Event]:
    log: list[Event] = []
    while page := crm.get(f"/events?after={len(log)}&limit=1000")["events"]:
        log += page
    return log


def broker_away(well: Client) -> bool:
    """Whether ``/health`` says so, in words and with what to do."""
    told = well.get("/health").get("degradations", ())
    about = [one for one in told if one["device"] == "broker"]
    assert all(one["says"] and one["do"] for one in about)
    return bool(about)


def kill_broker(disk: SmallDisk) -> None:
    os.kill(int((disk.folder / "mosquitto.pid").read_text()), signal.SIGKILL)


def saved(disk: SmallDisk) -> bool:
    """Whether the broker has the CRM's session on its disk."""
    file = disk.folder / "mosquitto.db"
    return file.exists() and b"crm" in file.read_bytes()


def lose_access_file(branch: RunningBranch, disk: SmallDisk) -> None:
    """Send somebody away while the broker can't write down who is left: mosquitto cuts its file short."""
    whole = (disk.folder / "access.json").stat().st_size
    branch.kiosk("token", "revoke", "late")
    until(lambda: (disk.folder / "access.json").stat().st_size < whole, "file that is cut short")


@pytest.mark.parametrize("cut_short", [False, True], ids=["files whole", "access file cut short"])
def test_r2_r6_a_full_disk_under_the_broker_holds_nobody_up_and_costs_no_event(
    branch: RunningBranch, disk: SmallDisk, *, cut_short: bool
) -> None:
    """It goes on from memory; killed, it starts with the files it has, or when there is room again."""
    branch.token("late", "crm")
    tokens = {role: branch.token(role, role) for role in ("terminal", "crm", "monitoring")}
    with branch:
        machine, crm = branch.client(tokens["terminal"]), branch.client(tokens["crm"])
        well = branch.client(tokens["monitoring"])
        with following(branch, "crm", tokens["crm"]) as consumer:
            until(lambda: saved(disk), "session saved by the broker", SAVED_WITHIN)
            numbers = take(machine)
            disk.fill()
            numbers += take(machine)
            until(lambda: consumer.last == len(whole_log(crm)), "events from memory")
            if cut_short:
                lose_access_file(branch, disk)
            kill_broker(disk)
            until(lambda: broker_away(well), "word that the broker is away")
            numbers += take(machine)
            if not cut_short:
                until(
                    lambda: not broker_away(well), "a broker with the files it has", HEALED_WITHIN
                )
            disk.empty()
            until(lambda: not broker_away(well), "a broker that heals by itself", HEALED_WITHIN)
            numbers += take(machine)
            until(
                lambda: consumer.last == len(whole_log(crm)), "all that was missed", HEALED_WITHIN
            )
            log = whole_log(crm)
            assert consumer.faults == []
            assert consumer.events == log[: len(consumer.events)]
            until(lambda: saved(disk), "session saved again", SAVED_WITHIN)
    assert numbers == [f"A{nth:03}" for nth in range(1, 4 * TICKETS + 1)]
    assert "Traceback" not in branch.output.read_text()


def test_a_program_that_cannot_be_let_in_for_want_of_room_is_nobody(
    branch: RunningBranch, disk: SmallDisk
) -> None:
    branch.token("crm", "crm")
    disk.fill()
    with pytest.raises(subprocess.CalledProcessError) as failed:
        branch.token("late", "crm")
    [line] = failed.value.stderr.splitlines()
    assert "late is not let in" in line
    assert "No space left" in line
    assert branch.kiosk("token", "list").split() == ["crm", "crm"]
    disk.empty()
    assert branch.token("late", "crm")
