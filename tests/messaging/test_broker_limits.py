"""The embedded broker's listener for PADs outside the machine, and what one client can't do to others."""

import asyncio
import contextlib
import gc
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest

from kiosk.messaging.broker import AT_ONCE, LARGEST_PACKET, EmbeddedBroker, PadListener
from kiosk.messaging.mqtt import BrokerAddress, connect
from kiosk.ports import BrokerLost, Message
from kiosk.supervisor import supervise_child
from tests.messaging.parts import (
    ROOT,
    TestedBranch,
    running_task,
    sign_in,
    until_admitted,
)
from tests.support.certificates import Authority
from tests.support.eventually import until
from tests.support.ports import free_port

HOST = "127.0.0.1"


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def pads(
    branch: TestedBranch, authority: Authority, tmp_path: Path
) -> AsyncIterator[tuple[EmbeddedBroker, PadListener]]:
    """A running broker and where it listens by TLS."""
    files = authority.give(tmp_path)
    listener = PadListener(f"{HOST}:{free_port()}", files.certificate, files.key)
    folder = tmp_path / "broker"
    plain = f"{HOST}:{free_port()}"
    broker = EmbeddedBroker(folder, plain, branch.admission.now, listener)
    async with running_task(supervise_child(broker.child(), delays=(0.05,)), "broker process"):
        await until_admitted(broker, "crm")
        yield broker, listener


def trusting(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authority.pem)
    context.check_hostname = False
    return context


async def presented(port: int, context: ssl.SSLContext) -> str:
    """Serial number of the certificate that a new connection sees."""
    _, writer = await asyncio.open_connection(HOST, port, ssl=context)
    found = writer.get_extra_info("peercert")
    writer.transport.abort()
    return str(found["serialNumber"])


def port_of(listener: PadListener) -> int:
    return int(listener.listen.rpartition(":")[2])


async def test_pads_outside_the_machine_are_served_by_tls(
    pads: tuple[EmbeddedBroker, PadListener], authority: Authority
) -> None:
    broker, listener = pads
    outside = aiomqtt.Client(
        HOST,
        port_of(listener),
        username="crm",
        password="crm",
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=trusting(authority),
    )
    async with outside, sign_in(broker, "controller") as controller:
        await outside.subscribe(f"{ROOT}/event/#", qos=1)
        await controller.publish(f"{ROOT}/event/ticket/called", b"x", qos=1)
        async with asyncio.timeout(20):
            assert (await anext(outside.messages)).payload == b"x"


# paho leaves the socket of a handshake that failed to the collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
async def test_the_controller_trusts_an_outside_broker_whom_somebody_vouches_for(
    pads: tuple[EmbeddedBroker, PadListener], authority: Authority, tmp_path: Path
) -> None:
    own = pads[0].address
    vouched, strange = tmp_path / "vouched.crt", tmp_path / "strange.crt"
    vouched.write_text(authority.pem)
    strange.write_text(Authority().pem)
    will = Message(f"{ROOT}/presence/controller", b"{}")

    async def called(host: str, ca: str) -> None:
        url = f"mqtts://{host}:{port_of(pads[1])}"
        async with connect(BrokerAddress.of(url, own.username, own.password, ca), will):
            pass

    await called("localhost", str(vouched))
    for ca in ("", str(strange)):
        with pytest.raises(BrokerLost, match="certificate verify failed"):
            await called("localhost", ca)
    with pytest.raises(BrokerLost, match=r"none\.crt: can't be used: No such file"):
        await called("localhost", str(tmp_path / "none.crt"))
    gc.collect()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_older_tls_is_refused(
    pads: tuple[EmbeddedBroker, PadListener], authority: Authority, version: ssl.TLSVersion
) -> None:
    old = trusting(authority)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = old.maximum_version = version
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await presented(port_of(pads[1]), old)


async def test_plain_text_is_refused_where_tls_is_spoken(
    pads: tuple[EmbeddedBroker, PadListener],
) -> None:
    reader, writer = await asyncio.open_connection(HOST, port_of(pads[1]))
    writer.write(CONNECT)
    with contextlib.suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.read(4), 20)
        assert not answer.startswith(b"\x20")  # no CONNACK
    writer.transport.abort()


async def test_a_new_certificate_is_presented_to_whoever_comes_next(
    pads: tuple[EmbeddedBroker, PadListener], authority: Authority, tmp_path: Path
) -> None:
    broker, listener = pads
    context = trusting(authority)
    before = await presented(port_of(listener), context)
    async with sign_in(broker, "crm") as stays:
        authority.give(tmp_path)
        broker.take_certificate()
        async with asyncio.timeout(5):
            while await presented(port_of(listener), context) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await stays.subscribe(f"{ROOT}/event/#", qos=1)


CONNECT = bytes.fromhex("101500044d5154540502003c0000036372")  # cut short on purpose


async def connected(broker: EmbeddedBroker) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """As crm, byte by byte."""
    reader, writer = await asyncio.open_connection(HOST, broker.address.port)
    body = b"\x00\x04MQTT\x05\xc2\x00\x3c\x00" + b"\x00\x00" + text(b"crm") + text(b"crm")
    writer.write(b"\x10" + bytes([len(body)]) + body)
    answer = await asyncio.wait_for(reader.read(64), 20)
    assert (answer[0], answer[3]) == (0x20, 0)
    return reader, writer


def text(word: bytes) -> bytes:
    return struct.pack(">H", len(word)) + word


async def is_cut(reader: asyncio.StreamReader) -> bool:
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(5):
            while await reader.read(4096):
                pass
    return True


async def test_a_client_that_announces_an_endless_packet_is_cut(
    pads: tuple[EmbeddedBroker, PadListener],
) -> None:
    broker, _ = pads
    reader, writer = await connected(broker)
    writer.write(b"\x30\xff\xff\xff\x7f")  # PUBLISH of 256 MB
    assert await is_cut(reader)
    writer.transport.abort()


async def test_a_message_that_is_too_large_reaches_nobody_and_ends_its_sender(
    pads: tuple[EmbeddedBroker, PadListener],
) -> None:
    async with sign_in(pads[0], "crm") as crm:
        await crm.subscribe(f"{ROOT}/event/#", qos=1)
        with pytest.raises(aiomqtt.MqttError):
            async with sign_in(pads[0], "controller") as controller:
                await controller.publish(f"{ROOT}/event/a", b"x" * LARGEST_PACKET, qos=1)
        async with sign_in(pads[0], "controller") as controller:
            await controller.publish(f"{ROOT}/event/b", b"x" * (LARGEST_PACKET - 100), qos=1)
        async with asyncio.timeout(5):
            assert (await anext(crm.messages)).topic.value == f"{ROOT}/event/b"


async def test_a_crowd_of_connections_is_bounded_and_heals(
    pads: tuple[EmbeddedBroker, PadListener], authority: Authority
) -> None:
    """At the listener for others; whoever is on this machine isn't kept out by them."""
    broker, listener = pads
    crowd = [await asyncio.open_connection(HOST, port_of(listener)) for _ in range(AT_ONCE + 20)]
    try:
        ends = [asyncio.create_task(reader.read(1)) for reader, _ in crowd]
        await until(lambda: sum(end.done() for end in ends) >= 20, "the end of what is too many")
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
        await until_admitted(broker, "crm")
    finally:
        for _, writer in crowd:
            writer.transport.abort()
    await until_served(listener, authority)


async def until_served(listener: PadListener, authority: Authority) -> None:
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(OSError):
                await presented(port_of(listener), trusting(authority))
                return
            await asyncio.sleep(0.05)


async def test_clients_are_asked_to_say_something_once_a_minute(
    pads: tuple[EmbeddedBroker, PadListener],
) -> None:
    reader, writer = await asyncio.open_connection(HOST, pads[0].address.port)
    body = b"\x00\x04MQTT\x05\xc2\xff\xff\x00" + b"\x00\x00" + text(b"crm") + text(b"crm")
    writer.write(b"\x10" + bytes([len(body)]) + body)
    answer = await asyncio.wait_for(reader.read(64), 20)
    writer.transport.abort()
    assert b"\x13\x00\x3c" in answer  # server keep alive, 60 s (MQTT 5.0, 3.2.2.3.14)
