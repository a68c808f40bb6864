"""What a person is told of the wait in a running branch."""

from pathlib import Path
from typing import Any

from tests.support.runningbranch import RunningBranch
from tests.support.waiting import until


def test_a_waiting_ticket_is_told_how_long_and_a_called_one_nothing(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path)
    token = branch.token("door", "terminal")
    with branch, branch.client(token) as door, branch.teller("li") as teller:
        teller.post("/counters/1/open")
        first, second, third = (door.post("/tickets", {"service": "cash"}) for _ in range(3))
        teller.post("/counters/1/next")

        def shown(ticket: Any) -> Any:
            return door.get(f"/tickets/{ticket['id']}")

        until(lambda: (shown(third)["estimated_wait"] or {}).get("p50"), "estimate")
        wait = shown(third)["estimated_wait"]
        assert set(wait) == {"p10", "p50", "p70", "p90", "as_of"}
        assert wait["p10"] <= wait["p50"] <= wait["p70"] <= wait["p90"]
        assert shown(second)["estimated_wait"]["p50"] <= wait["p50"]
        assert shown(first)["estimated_wait"] is None
