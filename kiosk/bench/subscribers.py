"""Subscribers at the broker, in a process of their own: ``python -m kiosk.bench.subscribers``.

One line of JSON comes in: ``port``, ``topics`` and ``clients``, a list of names with tokens. When all
of them have subscribed, ``{"at": …, "called": []}`` goes out, and then ``{"at": …, "called":
[number]}`` for every call that the last of them is told of, with the alert's id for every alert;
``at`` is ``time.perf_counter`` when the message was there.
"""

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiomqtt import Client

_AGAIN = 0.1
_TRIES = 150


async def subscribe(port: int, topics: list[str], clients: list[tuple[str, str]]) -> None:
    """Stay subscribed until ended."""
    async with AsyncExitStack() as connections:
        connected = [await _connect(connections, port, *client) for client in clients]
        for client in connected:
            await client.subscribe([(topic, 1) for topic in topics])
        _say(time.perf_counter())
        async with asyncio.TaskGroup() as tasks:
            for client in connected[:-1]:
                tasks.create_task(_listen(client))
            tasks.create_task(_tell(connected[-1]))


async def _connect(connections: AsyncExitStack, port: int, name: str, token: str) -> "Client":
    """Sign in; the broker may still be on its way."""
    from aiomqtt import Client, MqttError, ProtocolVersion

    for _ in range(_TRIES):
        client = Client(
            "127.0.0.1",
            port,
            username=name,
            password=token,
            identifier=name,
            protocol=ProtocolVersion.V5,
        )
        try:
            return await connections.enter_async_context(client)
        except MqttError:
            await asyncio.sleep(_AGAIN)
    raise TimeoutError(f"no broker at port {port}")


async def _listen(client: "Client") -> None:
    async for _ in client.messages:
        pass


async def _tell(client: "Client") -> None:
    async for message in client.messages:
        at = time.perf_counter()
        event = json.loads(message.payload)
        if event["type"] == "kiosk.ticket.called.v1":
            _say(at, event["data"]["number"])
        elif event["type"] == "kiosk.alert.raised.v1":
            _say(at, event["subject"])


def _say(at: float, *called: str) -> None:
    print(json.dumps({"at": at, "called": called}), flush=True)


def main() -> None:
    """Read the order and carry it out."""
    asyncio.run(subscribe(**json.loads(sys.stdin.readline())))


if __name__ == "__main__":
    main()
