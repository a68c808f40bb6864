"""R6: a log that is damaged under a running branch stops it in plain words, on every screen.

What was acknowledged is as safe as the file: with its bytes back the branch goes on by itself.
"""

import json
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from kiosk.domain.events import TicketIssued
from kiosk.store.log import SqliteLog
from tests.support.runningbranch import RunningBranch
from tests.support.subscriber import Subscriber
from tests.support.waiting import until
from tests.support.window import Window

BOARD = """
[[display]]
id = "hall"
kind = "board"
"""
TICKETS = 30
STATE = "kiosk/v1/0755/state/branch"
HEADER = 100
"""Bytes of an SQLite file that say what it is."""


def damage(file: Path) -> bytes:
    """Overwrite everything but the header, as a worn disk would; what was there."""
    good = file.read_bytes()[HEADER:]
    overwrite(file, b"\xa5" * len(good))
    return good


def overwrite(file: Path, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(HEADER)
        opened.write(content)


@pytest.mark.timeout(150)
def test_r6_a_damaged_log_stops_the_branch_in_plain_words_and_heals(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, BOARD)
    tokens = {role: branch.token(role, role) for role in ("terminal", "display", "monitoring")}
    branch.start()
    numbers = []
    for _ in range(TICKETS):
        ticket = branch.client(tokens["terminal"]).post("/tickets", {"service": "cash"})
        numbers.append(ticket["number"])
    branch.stop()  # what was written goes from the write-ahead log into the file
    with branch:
        machine, well = branch.client(tokens["terminal"]), branch.client(tokens["monitoring"])
        teller = branch.teller("zhang")
        with (
            Window(branch.http, branch.token("window-touch", "display"), "touch") as touch,
            Window(branch.http, tokens["display"], "hall") as hall,
            Subscriber(branch.folder, branch.mqtt, "display", tokens["display"], STATE) as far,
        ):
            until(lambda: far.latest(STATE), "state")
            good = damage(branch.var / "log.db")
            status, body = machine.answer("POST", "/tickets", {"service": "cash"})
            assert (status, json.loads(body)["fault"]) == (503, "damaged")
            [told] = [one for one in well.get("/health")["degradations"] if one["device"] == "log"]
            assert "malformed" in told["detail"]
            assert told["since"], "it is known though it can't be written down"
            assert ("kiosk restore" in told["do"], "replaced" in told["do"]) == (True, False)
            with pytest.raises(CalledProcessError) as ill:
                branch.kiosk("doctor")
            assert "kiosk restore" in ill.value.stdout
            said = "No numbers here just now"
            until(lambda: said in json.dumps(touch.screen), "touch screen")
            until(lambda: hall.screen["outage"], "hall board")
            console = teller.page("/counter/1?language=en")
            assert "Go on with the paper roll" in console
            assert "Our staff call the numbers themselves" in teller.page("/board?language=en")
            overwrite(branch.var / "log.db", good)
            until(lambda: "log" not in str(well.get("/health").get("degradations")), "health", 30)
            until(lambda: said not in json.dumps(touch.screen), "touch screen as usual")
            until(lambda: not hall.screen["outage"], "hall board as usual")
            ticket = machine.post("/tickets", {"service": "cash"})
            numbers.append(ticket["number"])
    assert numbers == [f"A{nth:03}" for nth in range(1, TICKETS + 2)]
    log = SqliteLog(branch.var / "log.db")
    facts = log.read(0, 10_000)
    log.close()
    issued = [one.event.ticket.number for one in facts if isinstance(one.event, TicketIssued)]
    assert issued == numbers
    assert [one.sequence for one in facts] == list(range(1, len(facts) + 1))
    assert "Traceback" not in branch.output.read_text()
