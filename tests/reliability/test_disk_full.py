"""R6: a disk that takes nothing costs no acknowledged ticket; every screen says so; it heals by itself.

A branch at work on a real small file system, with clients that go on asking all the time.
"""

import json
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from kiosk.domain.device import Fault
from kiosk.domain.events import DeviceFailed, DeviceRecovered, Fact, TicketCalled, TicketIssued
from kiosk.store.log import SqliteLog
from tests.support.runningbranch import Client, RunningBranch
from tests.support.smalldisk import NEEDS_MOUNTING, SmallDisk, small_disk
from tests.support.subscriber import Subscriber
from tests.support.tracing import NEEDS_STRACE
from tests.support.waiting import until
from tests.support.window import Window

pytestmark = [
    NEEDS_MOUNTING,
    pytest.mark.timeout(120),
]

BOARD = """
[[display]]
id = "hall"
kind = "board"
"""
CLIENTS = 4
STATE = "kiosk/v1/0755/state/branch"


@dataclass
class Customers:
    """Programs that take tickets all the time, and what they were told."""

    branch: RunningBranch
    token: str
    issued: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    odd: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._going_home = threading.Event()
        self._threads = [threading.Thread(target=self._take_tickets) for _ in range(CLIENTS)]

    def come(self) -> None:
        for thread in self._threads:
            thread.start()

    def go_home(self) -> None:
        self._going_home.set()
        for thread in self._threads:
            thread.join(15)

    def _take_tickets(self) -> None:
        with Client(self.branch.http, self.token) as client:
            while not self._going_home.is_set():
                status, body = client.answer("POST", "/tickets", {"service": "cash"})
                if status == 201:
                    self.issued.append(json.loads(body))
                elif status == 503:
                    self.refused.append((status, json.loads(body)))
                else:
                    self.odd.append((status, body))
                time.sleep(0.01)  # customers, not a measurement


class BadDisk:
    """Makes system calls of a running branch fail, as a disk that is going would."""

    def __init__(self, branch: RunningBranch, calls: str, error: str) -> None:
        inject = f"inject={calls}:error={error}"
        paths = [f"-P{branch.var}/log.db{suffix}" for suffix in ("", "-wal")]
        self._argv = ["strace", "-f", *paths, "-e", inject, "-o", "/dev/null"]
        self._argv += ["-p", str(branch.pid)]
        self._words = branch.folder / "strace.txt"

    def __enter__(self) -> Self:
        with self._words.open("wb") as words:
            self._process = subprocess.Popen(self._argv, stderr=words)
        until(lambda: b"attached" in self._words.read_bytes(), "tracer attached")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(10)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "var") as disk:
        yield disk


@pytest.fixture
def branch(tmp_path: Path, disk: SmallDisk) -> Iterator[RunningBranch]:
    branch = RunningBranch(tmp_path, BOARD)
    try:
        yield branch
    finally:
        branch.stop()


def facts_of(branch: RunningBranch) -> list[Fact]:
    log = SqliteLog(branch.var / "log.db")
    facts = log.read(0, 1_000_000)
    log.close()
    return facts


def check_the_log(facts: list[Fact], told: list[dict[str, Any]], fault: Fault) -> None:
    """Nothing acknowledged is missing, no number is missing or twice, the outage is told once."""
    issued = [fact.event.ticket for fact in facts if isinstance(fact.event, TicketIssued)]
    written = {ticket.id: ticket.number for ticket in issued}
    acknowledged = {one["id"]: one["number"] for one in told}
    assert acknowledged.items() <= written.items()
    assert len(acknowledged) == len(told)
    assert sorted(ticket.serial for ticket in issued) == list(range(1, len(issued) + 1))
    assert [fact.sequence for fact in facts] == list(range(1, len(facts) + 1))
    called = Counter(f.event.ticket.id for f in facts if isinstance(f.event, TicketCalled))
    assert all(times == 1 for times in called.values())
    outages = [
        (type(fact.event), fact.event.condition.fault)
        for fact in facts
        if isinstance(fact.event, DeviceFailed | DeviceRecovered)
        and fact.event.condition.device == "log"
    ]
    assert outages == [(DeviceFailed, fault), (DeviceRecovered, None)]


def degradations(well: Client) -> dict[str, str]:
    health = well.get("/health")
    return {one["device"]: one["fault"] for one in health.get("degradations", ())}


def test_r6_a_full_disk_stops_the_branch_in_plain_words_and_costs_nothing(
    branch: RunningBranch, disk: SmallDisk
) -> None:
    tokens = {role: branch.token(role, role) for role in ("terminal", "display", "monitoring")}
    with branch:
        well, teller = branch.client(tokens["monitoring"]), branch.teller("zhang")
        teller.post("/counters/1/open")
        customers = Customers(branch, tokens["terminal"])
        with (
            Window(branch.http, branch.token("window-touch", "display"), "touch") as touch,
            Window(branch.http, tokens["display"], "hall") as hall,
            Subscriber(branch.folder, branch.mqtt, "display", tokens["display"], STATE) as far,
        ):
            customers.come()
            try:
                until(lambda: len(customers.issued) > 50, "tickets")
                disk.fill()
                until(lambda: customers.refused, "a refusal", 20)
                acknowledged = len(customers.issued)
                assert degradations(well)["log"] == "diskFull"
                said = "No numbers here just now"
                until(lambda: said in json.dumps(touch.screen), "touch screen")
                until(lambda: hall.screen["outage"], "hall board")
                until(lambda: far.latest(STATE)["out_of_order"], "state at the broker")
                console = teller.page("/counter/1?language=en")
                assert "Go on with the paper roll" in console
                assert "Our staff call the numbers themselves" in teller.page("/board?language=en")
                status, body = teller.answer("POST", "/counters/1/next", {})
                assert (status, json.loads(body)["fault"]) == (503, "diskFull")
                assert len(customers.issued) <= acknowledged + CLIENTS
                disk.empty()
                until(lambda: len(customers.issued) > acknowledged + 50, "tickets again", 20)
                until(lambda: "log" not in degradations(well), "health")
                until(lambda: said not in json.dumps(touch.screen), "touch screen as usual")
                until(lambda: not hall.screen["outage"], "hall board as usual")
                until(lambda: not far.latest(STATE)["out_of_order"], "state as usual")
                assert "Go on with the paper roll" not in teller.page("/counter/1?language=en")
                assert teller.post("/counters/1/next")["ticket"]["number"] == "A001"
            finally:
                customers.go_home()
    assert customers.odd == []
    problem = customers.refused[0][1]
    assert problem["type"] == "/problems/unavailable"
    assert problem["fault"] == "diskFull"
    assert "paper" in problem["detail"] or "纸质" in problem["detail"]
    check_the_log(facts_of(branch), customers.issued, Fault.DISK_FULL)
    assert b"Traceback" not in branch.output.read_bytes()


@pytest.mark.parametrize("left", [4096, 24 << 10])
def test_r6_a_log_that_cant_grow_by_a_commit_stops_as_one_that_cant_grow_at_all(
    branch: RunningBranch, disk: SmallDisk, left: int
) -> None:
    """Some room is left, but too little: it may still write here and there, and ends up whole."""
    token = branch.token("terminal", "terminal")
    with branch:
        customers = Customers(branch, token)
        customers.come()
        try:
            until(lambda: len(customers.issued) > 20, "tickets")
            disk.fill(left)
            until(lambda: len(customers.refused) > 20, "refusals", 20)
            before = len(customers.issued)
            disk.empty()
            until(lambda: len(customers.issued) > before + 20, "tickets again", 20)
        finally:
            customers.go_home()
    assert customers.odd == []
    check_the_log(facts_of(branch), customers.issued, Fault.DISK_FULL)


@NEEDS_STRACE
@pytest.mark.parametrize(
    ("calls", "error", "faults"),
    [
        ("fdatasync,fsync", "EIO", {Fault.DISK_ERROR}),
        ("pwrite64", "EROFS", {Fault.DISK_ERROR, Fault.READ_ONLY}),
    ],
)
def test_r6_a_disk_that_reports_errors(
    tmp_path: Path, calls: str, error: str, faults: set[Fault]
) -> None:
    """A commit whose sync failed is acknowledged to nobody, and isn't in the log afterwards."""
    branch = RunningBranch(tmp_path, BOARD)
    tokens = {role: branch.token(role, role) for role in ("terminal", "monitoring")}
    with branch:
        well = branch.client(tokens["monitoring"])
        customers = Customers(branch, tokens["terminal"])
        customers.come()
        try:
            until(lambda: len(customers.issued) > 20, "tickets")
            with BadDisk(branch, calls, error):
                until(lambda: len(customers.refused) > 20, "refusals", 20)
                before = len(customers.issued)
                assert degradations(well)["log"] in faults
            until(lambda: len(customers.issued) > before + 20, "tickets again", 20)
        finally:
            customers.go_home()
    assert customers.odd == []
    facts = facts_of(branch)
    outages = [one.event for one in facts if isinstance(one.event, DeviceFailed)]
    [fault] = [one.condition.fault for one in outages if one.condition.device == "log"]
    assert fault in faults
    check_the_log(facts, customers.issued, fault)
    issued = [one for one in facts if isinstance(one.event, TicketIssued)]
    assert len(issued) == len(customers.issued), "a refused ticket is in the log"


@pytest.mark.parametrize(("how", "begun"), [("full", False), ("full", True), ("read-only", True)])
def test_r6_a_branch_on_such_a_disk_says_so_and_starts_when_it_can(
    branch: RunningBranch, disk: SmallDisk, how: str, begun: bool
) -> None:
    """Also one that was killed, and whose log has to be recovered first."""
    token = branch.token("terminal", "terminal")
    issued: list[dict[str, Any]] = []
    if begun:
        branch.start()
        issued.append(branch.client(token).post("/tickets", {"service": "cash"}))
        branch.kill()
    if how == "full":
        disk.fill()
    else:
        disk.remount("ro")
    branch.launch()
    words = "the branch starts as soon as something can be written there"
    until(lambda: words in branch.output.read_text(), "word of it", 40)  # as long as a start
    assert branch.returncode is None
    disk.empty() if how == "full" else disk.remount("rw")
    branch.wait_until_ready()
    issued.append(branch.client(token).post("/tickets", {"service": "cash"}))
    branch.stop()
    assert [one["number"] for one in issued] == ["A001", "A002"][: len(issued)]
    assert b"Traceback" not in branch.output.read_bytes()


def test_a_branch_that_waits_for_room_can_be_told_to_stop(
    branch: RunningBranch, disk: SmallDisk
) -> None:
    branch.token("terminal", "terminal")
    disk.fill()
    branch.launch()
    until(lambda: "can be written there" in branch.output.read_text(), "word of it", 40)
    branch.stop()
    assert branch.returncode == 0
