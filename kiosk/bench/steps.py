"""Where the time of a ticket goes, step by step.

The steps are functions of the product. In a run of their own, each of them stands behind a clock;
otherwise nothing of this is there. The time of a step is without the steps inside it.
"""

import importlib
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

from kiosk.bench.figure import Run

Step = tuple[str, str, str]
"""What it is called, the module, and the function or method there."""

DESK_STEPS: tuple[Step, ...] = (
    ("decide", "kiosk.flow.hall", "decide"),
    ("apply", "kiosk.flow.hall", "apply"),
    ("answered", "kiosk.store.log", "SqliteLog.answered"),
    ("encode", "kiosk.store.log", "_row"),
    ("append", "kiosk.store.log", "SqliteLog._insert"),
    ("commit", "kiosk.store.log", "SqliteLog.append"),
)
BRANCH_STEPS: tuple[Step, ...] = (
    ("decode", "kiosk.web.answers", "decoded"),
    *DESK_STEPS,
    ("answer", "kiosk.web.tickets", "receipt_ticket"),
    ("answer", "kiosk.web.tickets", "json_answer"),
    ("publish", "kiosk.flow.feed", "Feed.publish"),
    ("publish", "kiosk.messaging.telling", "Telling.messages_of"),
    ("publish", "paho.mqtt.client", "Client.publish"),
    ("publish", "paho.mqtt.client", "Client.loop_write"),
    ("publish", "paho.mqtt.client", "Client.loop_read"),
    ("states", "kiosk.messaging.states", "queue_state"),
    ("states", "kiosk.messaging.states", "public_queue_state"),
    ("states", "kiosk.messaging.states", "board_state"),
    ("estimates", "kiosk.flow.estimates", "Estimates.take"),
    ("estimates", "kiosk.flow.estimates", "scene"),
)
_FEWER = 4
"""A run with clocks has so many times fewer tickets."""
_BESIDE = frozenset({"encode", "append", "commit"})
"""Steps of the log's writer, which are in a thread of their own."""


class Steps:
    """Adds up what each step took."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = defaultdict(float)
        self._inside = threading.local()

    def forget(self) -> None:
        """Begin at nothing."""
        self._spent.clear()

    def for_each(self, count: int, took: float) -> dict[str, float]:
        """Microseconds for each of ``count`` tickets, of which there was one every ``took`` seconds.

        ``other`` is the rest of the event loop's time: the HTTP server, tasks, waiting.
        """
        spent = {step: 1e6 * seconds / count for step, seconds in self._spent.items()}
        ours = sum(time for step, time in spent.items() if step not in _BESIDE)
        return spent | {"other": 1e6 * took - ours}

    @contextmanager
    def watched(self, steps: Sequence[Step]) -> Iterator[None]:
        """Put a clock before each of these steps, and take it away afterwards."""
        places = [(step, *_place(module, path)) for step, module, path in steps]
        before = [getattr(owner, name) for _, owner, name in places]
        for (step, owner, name), function in zip(places, before, strict=True):
            setattr(owner, name, self._clocked(step, function))
        try:
            yield
        finally:
            for (_, owner, name), function in zip(places, before, strict=True):
                setattr(owner, name, function)

    def _clocked(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        inside = self._inside

        @wraps(function)
        def clocked(*args: Any, **kwargs: Any) -> Any:
            outer = getattr(inside, "time", 0.0)
            inside.time = 0.0
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.perf_counter() - began
                self._spent[step] += took - inside.time
                inside.time = outer + took

        return clocked


async def with_steps(
    once: Callable[[int, Steps], Awaitable[Run]], count: int, steps: Sequence[Step]
) -> Run:
    """A run without clocks, with the steps of a shorter one: clocks take time themselves."""
    run = await once(count, Steps())
    clocks = Steps()
    with clocks.watched(steps):
        watched = await once(max(1, count // _FEWER), clocks)
    return replace(run, steps=watched.steps)


def _place(module: str, path: str) -> tuple[Any, str]:
    """Where the function stands."""
    owner: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    return owner, name


def step_lines(steps: Mapping[str, float]) -> Iterator[str]:
    """For the table: a few steps a line."""
    if steps:
        told = (f"{step} {spent:.0f}" for step, spent in steps.items())
        yield "           µs each: " + " · ".join(told)
