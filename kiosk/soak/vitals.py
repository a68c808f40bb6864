"""What the processes of a branch hold of the machine, read from outside: memory, files, threads, tasks."""

import asyncio
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum

from kiosk.bench.caller import Caller
from kiosk.bench.processes import PROC, command_of, family, megabytes
from kiosk.soak.growth import YARDSTICK

TASKS = "kiosk_running_tasks"
"""Of ``GET /metrics``."""


_WORK = bytes(1 << 23)


class Part(StrEnum):
    """A kind of process."""

    CONTROLLER = "controller"
    ESTIMATES = "estimates"
    WINDOWS = "windows"
    BROKER = "broker"


async def vitals(controller: int, watch: Caller) -> dict[str, float]:
    """``controller MB``, ``broker files`` …; of parts that aren't running just now there are none.

    ``watch`` may ask for ``/metrics``.
    """
    found = await asyncio.to_thread(_of_processes, controller)
    found[YARDSTICK] = await asyncio.to_thread(_yardstick)
    found["controller tasks"] = await _tasks(watch)
    return found


def _yardstick() -> float:
    """Milliseconds that some work takes which is always the same."""
    began = time.perf_counter()
    hashlib.sha256(_WORK)
    return 1000 * (time.perf_counter() - began)


def _of_processes(controller: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for process in family(controller):
        if part := _part(process, controller):
            for what, value in _held(process):
                name = f"{part} {what}"
                found[name] = found.get(name, 0) + value
    return found


def _part(process: int, controller: int) -> Part | None:
    words = command_of(process)
    if process == controller:
        return Part.CONTROLLER
    if "display" in words:
        return Part.WINDOWS
    if "mosquitto" in words[0]:
        return Part.BROKER
    return Part.ESTIMATES if "kiosk.flow.rollingout" in words else None


def _held(process: int) -> Iterator[tuple[str, float]]:
    with suppress(OSError):  # it may end at any moment
        threads = len(os.listdir(PROC / str(process) / "task"))
        yield "files", len(os.listdir(PROC / str(process) / "fd"))
        yield "threads", threads
        yield "MB", megabytes(process)


async def _tasks(watch: Caller) -> float:
    text = await watch.text("/metrics")
    (line,) = (one for one in text.splitlines() if one.startswith(f"{TASKS} "))
    return float(line.split()[1])
