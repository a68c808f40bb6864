"""The clients of P3, in a process of their own: ``python -m kiosk.bench.issuers``.

One line of JSON comes in (``port``, ``token``, ``clients``, ``each``) and one goes out: ``times`` in
seconds, the ``serials`` that were given, and how long it ``lasted``.
"""

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

from kiosk.bench.caller import Caller

_WARMING = 10


async def issue(port: int, token: str, clients: int, each: int) -> dict[str, Any]:
    """Every client issues one ticket after the other, all of them at once."""
    times: list[float] = []
    serials: list[int] = []

    async def customer(caller: Caller, count: int) -> None:
        for _ in range(count):
            began = time.perf_counter()
            ticket = await caller.post("/tickets", {"service": "cash", "print": False})
            times.append(time.perf_counter() - began)
            serials.append(ticket["serial"])

    async with AsyncExitStack() as connections:
        callers = [
            await connections.enter_async_context(Caller(port, token)) for _ in range(clients)
        ]
        await asyncio.gather(*(customer(caller, _WARMING) for caller in callers))
        times.clear()
        began = time.perf_counter()
        await asyncio.gather(*(customer(caller, each) for caller in callers))
        lasted = time.perf_counter() - began
    return {"times": times, "serials": serials, "lasted": lasted}


def main() -> None:
    """Read the order, carry it out, tell."""
    import uvloop

    order = json.loads(sys.stdin.readline())
    print(json.dumps(uvloop.run(issue(**order))), flush=True)


if __name__ == "__main__":
    main()
