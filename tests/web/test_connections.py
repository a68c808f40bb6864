"""Connections that dawdle, that are many, or that speak something else than HTTP."""

import asyncio
import contextlib
import errno
import logging
import socket
import struct
from collections.abc import Iterable
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus

from kiosk.domain.role import Role
from kiosk.web import server
from kiosk.web.connections import Answers, Connection
from kiosk.web.server import listening
from tests.security.rawhttp import Line, line_to
from tests.support.eventually import until
from tests.web.conftest import House, told


async def is_served(house: House) -> bool:
    return (await house.get(Role.TELLER, "/state")).status_code == 200


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET /api/v1/health HTTP/1.1\r\nhost: ",
        b"POST /api/v1/login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n{",
        b"POST /api/v1/login HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{",
    ],
    ids=["nothing", "head", "body", "chunk"],
)
async def test_whoever_dawdles_over_a_request_is_hung_up_on(
    house: House, monkeypatch: pytest.MonkeyPatch, start: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Connection, "patience", 0.1)
    async with line_to(house.address) as line:
        line.writer.write(start)
        assert await line.hung_up()
    assert await is_served(house)
    assert complaints(caplog) == []


async def test_a_drop_every_now_and_then_buys_no_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "patience", 0.3)
    async with line_to(house.address) as line:
        line.writer.write(b"GET /api/v1/health HTTP/1.1\r\n")
        dripping = asyncio.create_task(_drip(line), name="drip")
        assert await line.hung_up()
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)


async def _drip(line: Line) -> None:
    for number in range(200):
        line.writer.write(f"x-{number}: y\r\n".encode())
        await asyncio.sleep(0.05)


async def test_who_waits_for_news_or_follows_isnt_hurried(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "patience", 0.1)
    last = (await house.get(Role.TELLER, "/state")).json()["sequence"]
    async with await house.feed(Role.TELLER) as feed:
        await told(feed)
        answer = await house.get(Role.CRM, f"/events?after={last}&wait=0.5")
        assert (answer.status_code, answer.json()["events"]) == (200, [])
        await house.issue()
        assert (await told(feed))["sequence"] > last


async def test_connections_are_as_many_as_the_machine_has_room_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await is_served(house)
    monkeypatch.setattr(Connection, "most", 20)
    async with AsyncExitStack() as held:
        lines = [await held.enter_async_context(line_to(house.address)) for _ in range(40)]
        await until(lambda: sum(line.ended for line in lines) >= 20)
        assert sum(line.ended for line in lines) <= 22
        assert await is_served(house)  # by a connection that was there before
    async with asyncio.timeout(5):
        while not await lets_one_more_in(house):
            pass


NEIGHBOUR = "127.0.0.2"


async def test_a_neighbour_with_all_connections_keeps_nobody_else_out(house: House) -> None:
    """Whoever has the most gives way."""
    await house.token(Role.TELLER)  # whose password takes its time
    async with AsyncExitStack() as held:
        lines = [
            await held.enter_async_context(line_to(house.address, NEIGHBOUR))
            for _ in range(Connection.most + 100)
        ]
        assert await is_served(house)
        assert await lets_one_more_in(house)
        # And not only because the neighbour's were given up for saying nothing.
        await until(lambda: sum(line.ended for line in lines) >= 100)
        assert sum(line.ended for line in lines) <= 103


async def test_of_a_crowd_who_is_at_work_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "most", 20)
    async with AsyncExitStack() as held:
        feed = await held.enter_async_context(await house.feed(Role.TELLER))
        asking = await held.enter_async_context(line_to(house.address))
        await told(feed)
        assert (await asking.ask("GET", "/api/v1/state")).status == 401
        for _ in range(60):
            await held.enter_async_context(line_to(house.address))
        assert (await asking.ask("GET", "/api/v1/state")).status == 401
        await house.issue()
        assert (await told(feed))["event"]["type"]


async def test_a_newcomer_takes_the_place_of_who_says_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from the same address: a branch may be behind one proxy."""
    monkeypatch.setattr(Connection, "most", 20)
    async with AsyncExitStack() as held:
        for _ in range(40):
            await held.enter_async_context(line_to(house.address))
        assert await lets_one_more_in(house)


async def lets_one_more_in(house: House) -> bool:
    async with line_to(house.address) as line:
        try:
            return (await line.ask("GET", "/api/v1/state")).status == 401
        except (ConnectionError, asyncio.IncompleteReadError):
            return False


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS where none is spoken
        b"GARBAGE\r\n\r\n",
        b"GET /api/v1/health HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx y: z\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n folded: x\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_told_so_in_the_branchs_language(
    house: House, nonsense: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with line_to(house.address) as line:
        line.writer.write(nonsense)
        answer = await line.answer()
        assert answer.status == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == "zh"
        assert answer.json()["type"] == "/problems/refused"
        assert await line.hung_up()
    assert complaints(caplog) == []


async def test_a_refused_socket_is_no_line_in_the_journal(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InvalidStatus):
        await house.feed(None)
    with pytest.raises(InvalidStatus):
        await house.feed(Role.CRM)
    assert complaints(caplog) == []


async def test_who_hangs_up_in_the_middle_of_a_request_is_no_line_either(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"authorization": f"Bearer {await house.token(Role.TERMINAL)}"}
    async with line_to(house.address) as line:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = ["POST /api/v1/tickets HTTP/1.1", "host: 127.0.0.1", "content-length: 99", *lines]
        line.writer.write("\r\n".join([*head, "", "{"]).encode())
        await line.writer.drain()
        await asyncio.sleep(0)
        assert await is_served(house)
    assert await is_served(house)
    assert complaints(caplog) == []


async def test_a_reader_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "UNHEARD", 300)
    with listening("127.0.0.1:0") as opened, socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(opened.getsockname())
        with opened.accept()[0] as accepted:
            accepted.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while accepted.send(bytes(65536)):
                    pass
            await until(lambda: _error(accepted) == errno.ETIMEDOUT, within=10)


class Wire(asyncio.Transport):
    """Notes what goes out with one system call."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.packets.append(bytes(data))

    def writelines(self, data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


async def test_head_and_body_go_out_together_and_nothing_is_kept() -> None:
    wire = Wire()
    answers = Answers(wire, asyncio.get_running_loop())
    answers.write(b"head ")
    answers.write(b"body ")
    assert wire.packets == [b"head body "]
    answers.write(b"slow head")
    await asyncio.sleep(0)
    answers.write(b"its end")
    answers.close()
    assert wire.packets[1:] == [b"slow head", b"its end"]


async def test_an_answer_is_one_packet(house: House) -> None:
    async with line_to(house.address) as line:
        for asked in range(1, 4):
            assert (await line.ask("GET", "/api/v1/state")).status == 401
            assert packets_received(line) == asked


def packets_received(line: Line) -> int:
    """Segments with data in them: ``tcpi_data_segs_in`` of tcp(7), linux/tcp.h."""
    opened = line.writer.get_extra_info("socket")
    told = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    (packets,) = struct.unpack_from("I", told, 152)
    return int(packets)


async def test_what_is_kept_for_somebody_who_has_gone_is_dropped() -> None:
    wire = Wire()
    Answers(wire, asyncio.get_running_loop()).write(b"head")
    wire.close()
    await asyncio.sleep(0)
    assert wire.packets == []


async def test_answers_without_a_body_arrive_too(house: House) -> None:
    async with line_to(house.address) as line:
        for _ in range(2):
            assert (await line.ask("HEAD", "/api/v1/state")).status == 401
        assert (await line.ask("GET", "/api/v1/state")).json()["status"] == 401
        assert (await line.ask("HEAD", "/api/v1/state", {"connection": "close"})).status == 401
        assert await line.hung_up()


async def test_who_asks_before_sending_a_body_is_told_to_go_on(house: House) -> None:
    """RFC 9110, 10.1.1"""
    body = b"{}"
    head = f"host: {house.address.partition('//')[2]}\r\ncontent-length: {len(body)}"
    async with line_to(house.address) as line:
        line.writer.write(
            f"POST /api/v1/login HTTP/1.1\r\n{head}\r\nexpect: 100-continue\r\n\r\n".encode()
        )
        assert (await line.answer()).status == 100
        line.writer.write(body)
        assert (await line.answer()).status == 422


async def test_requests_sent_at_once_are_answered_in_their_order(house: House) -> None:
    asked = [("GET", "/api/v1/health"), ("HEAD", "/api/v1/health"), ("GET", "/api/v1/state")] * 3
    host = house.address.partition("//")[2]
    async with line_to(house.address) as line:
        line.writer.write(
            b"".join(
                f"{verb} {path} HTTP/1.1\r\nhost: {host}\r\n\r\n".encode() for verb, path in asked
            )
        )
        answers = [await line.answer(has_body=verb != "HEAD") for verb, _ in asked]
        assert [one.status for one in answers] == [503, 503, 401] * 3  # no day is open yet


def _error(line: socket.socket) -> int:
    return line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
