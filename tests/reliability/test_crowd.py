"""Sixteen machines give numbers and eight tellers call at once: no number twice, nobody called twice.

20,000 operations with ``KIOSK_NIGHTLY=1``, 1,000 without; ``-s`` shows what was found.
"""

import os
import random
import time
from pathlib import Path

import pytest

from kiosk.store.log import SqliteLog
from tests.support.hallload import (
    CALLING_ONLY,
    Door,
    Machine,
    Somebody,
    Teller,
    Told,
    Workplace,
    compare,
)
from tests.support.runningbranch import RunningBranch

NIGHTLY = "KIOSK_NIGHTLY" in os.environ
OPERATIONS = 20_000 if NIGHTLY else 1_000
MACHINES, TELLERS = 16, 8
COUNTERS = "".join(
    f'\n[[counter]]\nid = "{counter}"\nqueues = ["V", "A"]\n' for counter in range(3, TELLERS + 1)
)
TWICE = 0.35
"""Seconds between two presses: within 0.3 s the second one is taken for the first."""


# Among the random ids of so many tickets some digits look like a card's.
@pytest.mark.card_numbers_in_fixture
@pytest.mark.timeout(1800 if NIGHTLY else 120)
def test_a_crowd_gets_every_number_once_and_is_called_once(tmp_path: Path) -> None:
    told = Told()
    branch = RunningBranch(tmp_path, COUNTERS)
    token = branch.token("machine", "terminal")
    calls = max(1, OPERATIONS // 10 // TELLERS)
    issues = (OPERATIONS - calls * TELLERS) // MACHINES
    with branch:
        people: list[Somebody] = [
            Machine(Door(branch.http, token), told, issues, random.Random(nth))
            for nth in range(MACHINES)
        ]
        for counter in range(1, TELLERS + 1):
            session = branch.session(f"teller-{counter}", "teller")
            branch.client(session).post(f"/counters/{counter}/open")
            desk = Workplace(str(counter), CALLING_ONLY, Door(branch.http, session))
            people.append(Teller(desk, told, calls, random.Random(counter), pause=TWICE))
        began = time.monotonic()
        for one in people:
            one.start()
        for one in people:
            one.join()
        took = time.monotonic() - began
    log = SqliteLog(branch.var / "log.db")
    found = compare(log.read(0, 1_000_000), told)
    log.close()
    operations = told.answers.total()
    print(f"\n{operations:>8}  operations in {took:.0f} s\n{found.report(told)}")
    assert found.faults == []
    assert operations == issues * MACHINES + calls * TELLERS
    assert found.acknowledged == found.written == issues * MACHINES
    assert set(told.answers) == {"tickets 201", "next 200"}
    called = [ticket for _, ticket in told.called]
    assert len(called) == len(set(called)) == found.calls > calls
