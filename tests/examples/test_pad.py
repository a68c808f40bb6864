"""examples/pad.py is run as a PAD maker would run it, against a branch at work."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from tests.support.runningbranch import PASSWORD, Client, RunningBranch
from tests.support.waiting import until

PAD = Path(__file__).parents[2] / "examples" / "pad.py"


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBranch]:
    branch = RunningBranch(tmp_path_factory.mktemp("pad"))
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        accounts.add_user("wang", Role.LOBBY_MANAGER, PASSWORD)
    with branch:
        yield branch


@pytest.fixture
def terminal(branch: RunningBranch) -> Client:
    return branch.client(branch.token(f"terminal-{os.urandom(3).hex()}", "terminal"))


class Sample:
    """The sample PAD as a program of its own."""

    def __init__(self, branch: RunningBranch, folder: Path) -> None:
        self.device = folder.name[-30:]
        self._output = folder / "pad.txt"
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, str(PAD)),
                    *(f"http://127.0.0.1:{branch.http}/api/v1", self.device, "wang"),
                ],
                env=os.environ | {"PAD_SECRET": "0123456789abcdef-of-the-pad"},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )
        self.say(PASSWORD)

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin
        return self._process.stdin

    def say(self, line: str) -> None:
        self._input.write(line.encode() + b"\n")
        self._input.flush()

    def shown(self, *words: str) -> list[str]:
        """The lines in which all of these words are."""
        assert self._process.poll() is None, self._output.read_text()
        lines = self._output.read_text().splitlines()
        return [line for line in lines if set(words) <= set(line.split())]

    @contextlib.contextmanager
    def asleep(self) -> Iterator[None]:
        """It does nothing meanwhile."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Whatever it does."""
        self._process.kill()
        self._process.wait(10)
        with contextlib.suppress(BrokenPipeError):
            self._input.close()

    def refused(self) -> str:
        """What it said when it wasn't let in."""
        assert self._process.wait(20) == 1, self._output.read_text()
        self.close()
        return self._output.read_text()

    def end(self) -> str:
        """Standard input ends; what it said."""
        self._input.close()
        assert self._process.wait(10) == 0, self._output.read_text()
        return self._output.read_text()


@pytest.fixture
def sample(branch: RunningBranch, tmp_path: Path) -> Iterator[Sample]:
    first = Sample(branch, tmp_path)
    assert "waits until an administrator approves it" in first.refused()
    branch.kiosk("device", "approve", first.device)
    sample = Sample(branch, tmp_path)
    yield sample
    sample.close()


def test_it_shows_alerts_acknowledges_one_and_moves_a_ticket(
    branch: RunningBranch, terminal: Client, sample: Sample
) -> None:
    """LOB-09, LOB-41, LOB-52, LOB-59."""
    until(lambda: _a_ticket_is_seen(terminal, sample), "a ticket on the PAD")
    ticket = terminal.post("/tickets", {"service": "cash"})
    alert = terminal.post("/alerts")
    until(lambda: sample.shown("kiosk.alert.raised.v1", alert["id"]), "the alert")
    sample.say(f"ack {alert['id']}")
    until(lambda: sample.shown("kiosk.alert.acknowledged.v1", alert["id"]), "its end")
    sample.say(f"move {ticket['id']} V")
    until(lambda: sample.shown("kiosk.ticket.moved.v1", ticket["id"]), "the move")
    sample.say(f"move {ticket['id']} V")
    until(lambda: [line for line in sample.shown("!") if ticket["number"] in line], "a refusal")
    told = sample.end()
    assert "Traceback" not in told
    assert PASSWORD not in told


def _a_ticket_is_seen(terminal: Client, sample: Sample) -> bool:
    """It is following: what was said before it subscribed it needn't see."""
    ticket = terminal.post("/tickets", {"service": "cash"})["id"]
    return bool(sample.shown("kiosk.ticket.issued.v1", ticket) or sample.shown("issued"))


def test_a_broker_that_is_killed_costs_it_nothing(
    branch: RunningBranch, terminal: Client, sample: Sample
) -> None:
    until(lambda: _a_ticket_is_seen(terminal, sample), "a ticket on the PAD")
    broker = int((branch.var / "broker" / "mosquitto.pid").read_text())
    saved = _saved(branch)
    os.kill(broker, signal.SIGUSR1)  # write the sessions down, as it does every ten seconds
    until(lambda: _saved(branch) > saved, "the broker's sessions on disk")
    os.kill(broker, signal.SIGKILL)
    ids = [terminal.post("/tickets", {"service": "cash"})["id"] for _ in range(20)]
    alert = terminal.post("/alerts")["id"]
    until(lambda: sample.shown("kiosk.ticket.issued.v1", ids[-1]), "the last ticket")
    until(lambda: sample.shown(alert), "the alert")
    for id_ in ids:
        assert len(sample.shown("kiosk.ticket.issued.v1", id_)) == 1, sample.shown()
    assert sample.shown("-"), "it never said that the connection was lost"
    sample.end()


def test_a_broker_that_forgot_it_and_told_others_meanwhile_costs_it_nothing(
    branch: RunningBranch, terminal: Client, sample: Sample
) -> None:
    crm = branch.client(branch.token("crm", "crm"))
    until(lambda: _a_ticket_is_seen(terminal, sample), "a ticket on the PAD")
    with sample.asleep():
        after = crm.get("/state")["sequence"]
        os.kill(int((branch.var / "broker" / "mosquitto.pid").read_text()), signal.SIGKILL)
        (branch.var / "broker" / "mosquitto.db").unlink(missing_ok=True)
        ids = [terminal.post("/tickets", {"service": "cash"})["id"] for _ in range(20)]
        until(lambda: _broker_is_back(crm, after), "the broker")
    for id_ in ids:
        until(lambda: sample.shown("kiosk.ticket.issued.v1", id_), "a ticket")  # noqa: B023
    sample.end()


def _broker_is_back(crm: Client, after: int) -> bool:
    events = crm.get(f"/events?after={after}&limit=1000")["events"]
    kinds = [event["type"] for event in events if event["subject"] == "broker"]
    return "kiosk.device.recovered.v1" in kinds


def _saved(branch: RunningBranch) -> int:
    file = branch.var / "broker" / "mosquitto.db"
    return file.stat().st_mtime_ns if file.exists() else 0
