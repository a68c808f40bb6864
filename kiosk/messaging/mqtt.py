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
    from paho.mqtt.client import SocketLike
    from paho.mqtt.properties import Properties

IN_FLIGHT = 100
"""Messages on the way to the broker at once; the broker's own limit is the same."""
ACKNOWLEDGE_WITHIN = 10.0
"""Seconds; a broker that takes longer counts as lost."""
ANSWER_WITHIN = 3.0
"""Seconds for CONNECT, SUBSCRIBE and UNSUBSCRIBE."""
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
    """``Publisher`` over one connection; QoS 1, in the order of the calls.

    Who calls without awaiting the previous call keeps no more than ``IN_FLIGHT`` under way.
    """

    def __init__(self, client: "aiomqtt.Client") -> None:
        self._client = client
        # aiomqtt's own publish is a task, an event and two looks through all that is under way for
        # each message, which is half of what the outbox takes after an outage.
        self._paho = client._client
        self._paho.on_publish = self._confirm
        self._paho.on_socket_register_write = self._write_when_free
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, tuple[float, asyncio.Future[None]]] = {}
        """By message identifier, oldest first: until when, and who."""
        self._patience: asyncio.TimerHandle | None = None
        self._lost = asyncio.Event()
        self._followers: list[tuple[str, Callable[[str, bytes], None]]] = []

    async def follow(self, topics: str, take: Callable[[str, bytes], None]) -> bool:
        """Hand on what comes at these topics, as long as somebody awaits :meth:`lost`.

        Returns whether the broker grants it. Raises BrokerLost.
        """
        from aiomqtt import MqttError

        self._followers.append((topics, take))
        # Its own time-out, asyncio.wait_for, loses a cancellation that comes with the answer.
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                granted = await self._client.subscribe(topics, qos=1, timeout=math.inf)
        except (MqttError, TimeoutError) as error:
            raise BrokerLost(str(error) or "no answer") from error
        codes = (one if isinstance(one, int) else one.value for one in granted)
        return all(code < REFUSED for code in codes)

    async def unfollow(self, topics: str) -> None:
        """Hand on nothing more of these topics. Raises BrokerLost."""
        from aiomqtt import MqttError

        self._followers = [one for one in self._followers if one[0] != topics]
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._client.unsubscribe(topics, timeout=math.inf)
        except (MqttError, TimeoutError) as error:
            raise BrokerLost(str(error) or "no answer") from error

    def publish(self, message: Message) -> asyncio.Future[None]:
        """Done with the PUBACK, or with BrokerLost."""
        confirmed = self._loop.create_future()
        if self._lost.is_set():
            _fail(confirmed, "the connection has ended")
            return confirmed
        sent = self._paho.publish(
            message.topic,
            message.payload,
            1,
            message.retain,
            _properties(message.content_type, message.expiry),
        )
        self._waiting[sent.mid] = self._loop.time() + ACKNOWLEDGE_WITHIN, confirmed
        if sent.rc:
            self.end(f"not sent: {sent.rc.name}")
        elif self._patience is None:
            self._patience = self._loop.call_later(ACKNOWLEDGE_WITHIN, self._look)
        return confirmed

    def end(self, why: str) -> None:
        """Nothing is confirmed any more; idempotent."""
        self._lost.set()
        if self._patience:
            self._patience.cancel()
        while self._waiting:
            _, (_, confirmed) = self._waiting.popitem()
            _fail(confirmed, why)

    async def lost(self) -> NoReturn:
        """Wait for the end of the connection. Raises BrokerLost."""
        watch = asyncio.create_task(self._watch(), name="the broker's connection")
        try:
            await self._lost.wait()
        finally:
            watch.cancel()
            await asyncio.wait([watch])
        raise BrokerLost("the connection has ended")

    def _confirm(self, _client: object, _userdata: object, mid: int, *_code: object) -> None:
        _, confirmed = self._waiting.pop(mid, (0.0, None))
        if confirmed and not confirmed.done():
            confirmed.set_result(None)

    def _write_when_free(self, _client: object, _userdata: object, line: "SocketLike") -> None:
        """aiomqtt's own begins to watch the line a round of the loop later, when it may be closed."""
        self._loop.add_writer(line.fileno(), self._paho.loop_write)

    def _look(self) -> None:
        """One timer stands for all that wait: the oldest would be the first to have waited too long."""
        self._patience = None
        for until, _ in self._waiting.values():
            if until <= self._loop.time():
                self.end("no acknowledgement")
            else:
                self._patience = self._loop.call_at(until, self._look)
            break

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
        self.end("the connection has ended")


def _fail(confirmed: asyncio.Future[None], why: str) -> None:
    if not confirmed.done():
        confirmed.set_exception(BrokerLost(why))
        confirmed.exception()  # asked for: who doesn't wait for it learns of the loss elsewhere


@contextlib.asynccontextmanager
async def connect(address: BrokerAddress, will: Message) -> AsyncIterator[MqttPublisher]:
    """Sign in; the broker publishes ``will`` when this connection is cut. Raises BrokerLost.

    Leaving it in order doesn't publish the will.
    """

    client = _client(address, will)
    await _open(client)
    publisher = MqttPublisher(client)
    try:
        yield publisher
    finally:
        publisher.end("the connection is closed")
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
