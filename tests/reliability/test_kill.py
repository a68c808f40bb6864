"""R1: kill -9 at any moment loses no acknowledged ticket, doubles none, and a retry gets the first answer.

The full run kills 200 times while people take numbers and staff do everything there is to do, and prints
what it found: ``KIOSK_NIGHTLY=1 pytest tests/reliability/test_kill.py -s``. Without it a short one of
the same shape.
"""

import os
import random
import time
from pathlib import Path

import pytest

from kiosk.store.log import SqliteLog
from tests.support.hallload import (
    CALLING,
    EVERYTHING,
    Door,
    LobbyManager,
    Machine,
    Somebody,
    Teller,
    Told,
    Workplace,
    compare,
)
from tests.support.runningbranch import RunningBranch

NIGHTLY = "KIOSK_NIGHTLY" in os.environ
KILLS = 200 if NIGHTLY else 3
MACHINES = 8
FOR_EVER = 1_000_000
PAUSE = 0.1
"""Seconds that everybody rests between two wishes: a busy hall, and a day short enough to be read anew
two hundred times."""


@pytest.mark.timeout(1800 if NIGHTLY else 120)
def test_r1_no_acknowledged_ticket_is_lost_or_doubled(tmp_path: Path) -> None:
    luck = random.Random(20261122)
    told = Told()
    branch = RunningBranch(tmp_path, CALLING)
    token = branch.token("machine", "terminal")
    branch.start()
    people = _people(branch, token, told, luck)
    try:
        for one in people:
            one.start()
        for _ in range(KILLS):
            _kill(branch, luck)
        for one in people:
            one.go_home()
            one.join(60)
        _ask_again(branch, token, told, luck)
    finally:
        for one in people:
            one.leave()
        branch.stop()
    log = SqliteLog(branch.var / "log.db")
    found = compare(log.read(0, FOR_EVER), told)
    log.close()
    print(
        f"\n{KILLS:>8}  kills\n{found.report(told)}\n          {dict(sorted(told.answers.items()))}"
    )
    assert found.faults == []
    assert told.contradictions == []
    assert found.acknowledged > 10 * KILLS
    assert found.calls
    assert told.retried >= KILLS
    statuses = {answer.split()[1] for answer in told.answers}
    assert statuses <= {"200", "201", "403", "409", "422"}, told.answers


def _people(branch: RunningBranch, token: str, told: Told, luck: random.Random) -> list[Somebody]:
    def own() -> random.Random:
        return random.Random(luck.getrandbits(64))

    def door(name: str, role: str) -> Door:
        return Door(branch.http, branch.session(name, role))

    machine, manager = Door(branch.http, token), door("wang", "lobby-manager")
    desks = [
        Workplace("1", EVERYTHING, door("zhang", "teller")),
        Workplace("2", EVERYTHING, door("li", "teller")),
    ]
    return [
        *(Machine(machine, told, FOR_EVER, own(), pause=PAUSE) for _ in range(MACHINES)),
        *(Teller(desk, told, FOR_EVER, own(), pause=PAUSE) for desk in desks),
        LobbyManager(manager, told, FOR_EVER, own(), pause=PAUSE),
    ]


def _kill(branch: RunningBranch, luck: random.Random) -> None:
    """At any moment, now and then while it is just starting."""
    time.sleep(luck.random() * 0.6)
    branch.kill()
    if luck.random() < 0.15:
        branch.launch()
        time.sleep(luck.random() * 1.5)
        branch.kill()
    branch.start()


def _ask_again(branch: RunningBranch, token: str, told: Told, luck: random.Random) -> None:
    """Under keys that were answered long ago, some of them by a process that is dead."""
    client = branch.client(token)
    for key in luck.sample(list(told.issued), min(50, len(told.issued))):
        told.ticket(key, client.post("/tickets", {"service": "cash"}, key=key))
