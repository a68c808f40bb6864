"""``kiosk sim soak``: a short one of a whole branch."""

import asyncio
import json
import subprocess
import sys
import traceback

import pytest

from kiosk.soak.command import _tracebacks
from kiosk.soak.crowd import Diary


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=100)


@pytest.mark.timeout(120)
def test_a_short_soak_says_what_was_done_and_what_it_found() -> None:
    command = [sys.executable, "-m", "kiosk", "sim", "soak", "--minutes", "0.25", "--pace", "200"]
    done = _run(*command, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == (0 if told["well"] else 1), done.stderr
    assert told["faults"] == []
    assert told["tickets"] > 5
    assert told["happened"]["calls"]
    assert told["happened"]["PADs that came"] >= 10
    names = {f"{part} MB" for part in ("controller", "estimates", "windows", "broker")}
    # So short a soak may have too few people in one of its quarters for a time of issuing.
    assert names | {"controller tasks", "yardstick ms"} <= set(told["figures"])
    assert told["figures"]["controller MB"]["first"] > 20


@pytest.mark.parametrize("pace", ["0", "-1", "inf", "fast"])
def test_a_pace_that_is_none_is_refused(pace: str) -> None:
    command = [sys.executable, "-m", "kiosk", "sim", "soak", "--pace", pace]
    done = _run(*command)
    assert done.returncode == 2
    assert "--pace" in done.stderr


def test_a_traceback_in_the_output_is_a_fault() -> None:
    output = """well
Traceback (most recent call last):
  File "desk.py", line 1, in run
    raise ValueError(text)
ValueError: no such text
well again
"""
    assert list(_tracebacks(output)) == ["ValueError: no such text"]
    assert list(_tracebacks("well\n")) == []


def test_of_a_group_each_traceback_tells_what_it_was() -> None:
    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())

    async def fail() -> None:
        raise OSError("the disk takes nothing")

    with pytest.raises(ExceptionGroup) as failed:
        asyncio.run(group())
    output = "".join(traceback.format_exception(failed.value))
    assert list(_tracebacks(output)) == [
        "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)",
        "OSError: the disk takes nothing",
    ]


def test_times_are_told_once() -> None:
    diary = Diary()
    diary.timed("issue", 0.1)
    diary.timed("issue", 0.2)
    assert dict(diary.latest_times()) == {"issue": [0.1, 0.2]}
    assert dict(diary.latest_times()) == {}
