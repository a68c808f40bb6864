"""P8 and P9: what a log of a million tickets costs, in work and in starting again."""

import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from statistics import median

from kiosk.bench.caller import Caller
from kiosk.bench.calling import Tellers
from kiosk.bench.figure import Branch, Run
from kiosk.bench.history import Aged, History
from kiosk.bench.site import serving, started
from kiosk.bench.starting import ticket_of_start

_BLOCK = 10
_WARMING = 4
"""Blocks."""


async def compared(history: History, branch: Branch, count: int) -> Run:
    """P8. Two branches that ``kiosk run`` serves at once, one with the history and one without.

    They are asked in turn, ``count`` tickets each in blocks of ten, so that whatever else the
    machine does meets both. Every third ticket is called. The times are those of issuing with the
    history; ``ratio`` is the larger of the two ratios of medians.
    """
    async with AsyncExitStack() as ending:
        old = await _Served.of(history.aged, ending)
        new = await _Served.of(history.empty, ending)
        for number in range(_WARMING + count // _BLOCK):
            if number == _WARMING:
                old.forget()
                new.forget()
            for one in (old, new) if number % 2 else (new, old):
                await one.block()
    issue, following = _ratio(old.issued, new.issued), _ratio(old.called, new.called)
    besides = {
        "ratio": max(issue, following),
        "issue_ratio": issue,
        "next_ratio": following,
        "tickets": history.aged.tickets,
        "made_in": history.aged.seconds,
        "megabytes": history.aged.megabytes,
    }
    return Run(old.issued, besides=besides)


class _Served:
    """One of the branches, with its tellers and what they saw."""

    def __init__(self, terminal: Caller, callers: Mapping[str, Caller]) -> None:
        self._terminal = terminal
        self._tellers = Tellers(callers)
        self.issued: list[float] = []
        self.called: list[float] = []

    @classmethod
    async def of(cls, aged: Aged, ending: AsyncExitStack) -> "_Served":
        await ending.enter_async_context(serving(aged.place))
        terminal = await ending.enter_async_context(Caller(aged.place.http, aged.token))
        callers = {
            counter: await ending.enter_async_context(Caller(aged.place.http, session))
            for counter, session in aged.tellers.items()
        }
        for counter, caller in callers.items():
            await caller.post(f"/counters/{counter}/open")
        return cls(terminal, callers)

    def forget(self) -> None:
        self.issued.clear()
        self.called.clear()

    async def block(self) -> None:
        for _ in range(_BLOCK):
            began = time.perf_counter()
            await self._terminal.post("/tickets", {"service": "cash", "print": False})
            self.issued.append(time.perf_counter() - began)
        for _ in range(_BLOCK // 3):
            pressed, _number = await self._tellers.next()
            self.called.append(time.perf_counter() - pressed)


def _ratio(old: list[float], new: list[float]) -> float:
    return median(old) / median(new)


async def started_again(history: History, branch: Branch, count: int) -> Run:
    """P9. ``kiosk run`` as a child on the folder with the history, again each time.

    From the process's creation to the answer with the ticket.
    """
    times = []
    for _ in range(count):
        began = time.perf_counter()
        async with started(history.aged.place):
            await ticket_of_start(history.aged.place, history.aged.token)
            times.append(time.perf_counter() - began)
    return Run(times, besides={"tickets": history.aged.tickets})
