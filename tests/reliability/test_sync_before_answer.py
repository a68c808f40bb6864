"""R1, the part that a kill doesn't test: the disk has the commit before the caller has the answer."""

import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.runningbranch import RunningBranch
from tests.support.tracing import NEEDS_STRACE
from tests.support.waiting import until

CALLS = "trace=openat,fdatasync,fsync,sendto,sendmsg,write,writev,pwrite64"

_CALL = re.compile(r"^(?P<pid>\d+) +\S+ (?:<\.\.\. )?(?P<name>\w+)(?P<rest>.*)$")


@dataclass(frozen=True)
class Call:
    """One line of the trace: a call that was entered, resumed or done in one go."""

    name: str
    rest: str

    @property
    def returned(self) -> bool:
        return " = 0" in self.rest

    @property
    def of_log(self) -> bool:
        return "log.db-wal" in self.rest

    @property
    def answers(self) -> bool:
        return "HTTP/1.1 201" in self.rest


def calls(trace: Path) -> list[Call]:
    found = (_CALL.match(line) for line in trace.read_text(errors="replace").splitlines())
    return [Call(one["name"], one["rest"]) for one in found if one]


def syncs_returned(trace: Sequence[Call], before: int, since: int) -> int:
    """How many syncs of the log's write-ahead log began and returned between these places."""
    count = 0
    entered = False
    for call in trace[since:before]:
        if call.name not in ("fdatasync", "fsync"):
            continue
        entered |= call.of_log
        if entered and call.returned:
            count += 1
            entered = False
    return count


@NEEDS_STRACE
def test_r1_the_commit_is_synced_before_the_answer_is_sent(tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    branch = RunningBranch(tmp_path)
    token = branch.token("machine", "terminal")
    with branch:
        client = branch.client(token)
        until(lambda: b"broker is running" in branch.output.read_bytes(), "broker")
        client.post("/tickets", {"service": "cash"})
        argv = ["strace", "-f", "-y", "-t", "-s", "64", "-e", CALLS, "-o", str(trace)]
        with (tmp_path / "strace.txt").open("wb") as words:
            tracer = subprocess.Popen([*argv, "-p", str(branch.pid)], stderr=words)
        try:
            until(lambda: b"attached" in (tmp_path / "strace.txt").read_bytes(), "tracer attached")
            client.post("/tickets", {"service": "cash"})
            until(lambda: any(call.answers for call in calls(trace)), "answer in the trace")
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(10)
    seen = calls(trace)
    [answer] = [place for place, call in enumerate(seen) if call.answers]
    last_write = max(
        place for place, call in enumerate(seen[:answer]) if call.name == "pwrite64" and call.of_log
    )
    assert syncs_returned(seen, answer, last_write) >= 1
