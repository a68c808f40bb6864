"""The connection to the broker over MQTT 5."""

import asyncio
import contextlib
import logging
import math
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from kiosk.machine.tls import client_context
from kiosk.ports import BrokerLost, Message

if TYPE_CHECKING:
    import aiomqtt
    from paho.mqtt.properties import Properties

IN_FLIGHT = 100
"""Messages on the way to the broker at once; the broker's own limit is the same."""
ACKNOWLEDGE_WITHIN = 10.0
"""Seconds; a broker that takes longer counts as lost."""
ANSWER_WITHIN = 3.0
"""Seconds for CONNECT."""
CLOSE_WITHIN = 1.0
KEEPALIVE = 15
SESSION_EXPIRY = 3600
"""Seconds."""
REFUSED = 0x80
"""The first reason code that is no success (MQTT 5.0, 2.4)."""


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is, and as whom to sign in. The user name is the client identifier too."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls: bool = False
    ca: str = ""
    """A PEM file of those who may vouch for it; empty: whom the system trusts."""

    @classmethod
    def of(cls, url: str, username: str, password: str, ca: str = "") -> "BrokerAddress":
        """From ``mqtt://host[:port]`` or ``mqtts://host[:port]``."""
        parts = urlsplit(url)
        tls = parts.scheme == "mqtts"
        port = parts.port or (8883 if tls else 1883)
        return cls(parts.hostname or "", port, username, password, tls, ca)


class MqttPublisher:
    """``Publisher`` over one connection; QoS 1, in the order of the calls."""

    def __init__(self, client: "aiomqtt.Client") -> None:
        self._client = client
        self._waiting: set[asyncio.Timeout] = set()
        self._lost = asyncio.Event()
        self._followers: list[tuple[str, Callable[[str, bytes], None]]] = []

    async def follow(self, topics: str, take: Callable[[str, bytes], None]) -> bool:
        """Hand on what comes at these topics, as long as somebody awaits :meth:`lost`.

        Returns whether the broker grants it. Raises BrokerLost.
        """
        from aiomqtt import MqttError

        self._followers.append((topics, take))
        try:
            granted = await self._client.subscribe(topics, qos=1)
        except MqttError as error:
            raise BrokerLost(str(error)) from error
        codes = (one if isinstance(one, int) else one.value for one in granted)
        return all(code < REFUSED for code in codes)

    async def publish(self, message: Message) -> None:
        """Returns after the PUBACK. Raises BrokerLost.

        Who calls without awaiting the previous call keeps no more than ``IN_FLIGHT`` under way.
        """
        from aiomqtt import MqttError

        if self._lost.is_set():
            raise BrokerLost("the connection has ended")
        waiting = asyncio.timeout(ACKNOWLEDGE_WITHIN)
        try:
            async with waiting:
                self._waiting.add(waiting)
                await self._send(message)
        except (MqttError, TimeoutError) as error:
            self._lost.set()
            raise BrokerLost(str(error) or "no acknowledgement") from error
        finally:
            self._waiting.discard(waiting)

    async def lost(self) -> NoReturn:
        """Wait for the end of the connection. Raises BrokerLost."""
        watch = asyncio.create_task(self._watch(), name="the broker's connection")
        try:
            await self._lost.wait()
        finally:
            watch.cancel()
            await asyncio.wait([watch])
        raise BrokerLost("the connection has ended")

    async def _send(self, message: Message) -> None:
        await self._client.publish(
            message.topic,
            message.payload,
            qos=1,
            retain=message.retain,
            properties=_properties(message.content_type, message.expiry),
            timeout=math.inf,  # the time is kept above, so that a loss ends the waiting at once
        )

    def _hand_on(self, message: "aiomqtt.Message") -> None:
        assert isinstance(message.payload, bytes)  # what this client sends is another matter
        for topics, take in self._followers:
            if message.topic.matches(topics):
                take(message.topic.value, message.payload)

    async def _watch(self) -> None:
        from aiomqtt import MqttError

        with contextlib.suppress(MqttError):
            async for message in self._client.messages:  # it ends with the connection
                self._hand_on(message)
        self._lost.set()
        for waiting in self._waiting:
            waiting.reschedule(0)


@contextlib.asynccontextmanager
async def connect(address: BrokerAddress, will: Message) -> AsyncIterator[MqttPublisher]:
    """Sign in; the broker publishes ``will`` when this connection is cut. Raises BrokerLost.

    Leaving it in order doesn't publish the will.
    """

    client = _client(address, will)
    await _open(client)
    try:
        yield MqttPublisher(client)
    finally:
        await _close(client)


def _client(address: BrokerAddress, will: Message) -> "aiomqtt.Client":
    import aiomqtt
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    session.SessionExpiryInterval = SESSION_EXPIRY
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=address.username,
        password=address.password,
        identifier=address.username,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
        properties=session,
        will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=will.retain),
        keepalive=KEEPALIVE,
        timeout=ANSWER_WITHIN,
        max_inflight_messages=IN_FLIGHT,
        tls_context=_trust(address) if address.tls else None,
        # Silent: what it says about a loss is told once, by whoever supervises the connection.
        logger=logging.Logger("silent", logging.CRITICAL + 1),
    )
    client.pending_calls_threshold = 2 * IN_FLIGHT
    return client


def _trust(address: BrokerAddress) -> ssl.SSLContext:
    """Raises BrokerLost."""
    try:
        return client_context(address.ca)
    except OSError as error:
        raise BrokerLost(f"{address.ca}: can't be used: {error.strerror}") from error


async def _open(client: "aiomqtt.Client") -> None:
    """Connect. A client left half-way keeps its socket and a task, so it is closed in any case."""
    from aiomqtt import MqttError

    opening = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(opening)
    except (MqttError, asyncio.CancelledError) as error:
        await asyncio.wait([opening])
        await _close(client)
        if isinstance(error, MqttError):
            raise BrokerLost(str(error)) from error
        raise


async def _close(client: "aiomqtt.Client") -> None:
    from aiomqtt import MqttError

    with contextlib.suppress(MqttError, TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await client.__aexit__(None, None, None)
        # It keeps the cause of its end, and an exception that nobody takes is complained about.
        # Not after a time-out: then there is none, and asking would look like our cancellation.
        await anext(client.messages)


@cache  # there are three of them for tens of thousands of messages
def _properties(content_type: str, expiry: int | None) -> "Properties":
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ContentType = content_type
    if expiry is not None:
        properties.MessageExpiryInterval = expiry
    packed = properties.pack()  # type: ignore[no-untyped-call]
    # Looking through all that a message may have takes paho as long as the rest of the message.
    vars(properties)["pack"] = lambda: packed
    return properties
