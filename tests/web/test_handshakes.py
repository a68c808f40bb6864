"""TLS handshakes that dawdle, that are many, or that are none."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import uvloop

from kiosk.domain.role import Role
from kiosk.machine.tls import load_files, server_context
from kiosk.web import handshakes
from kiosk.web.handshakes import Handshakes
from tests.security.rawhttp import Line, line_to
from tests.support.certificates import Authority
from tests.support.eventually import until
from tests.web.conftest import House, open_house
from tests.web.test_connections import NEIGHBOUR, complaints


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    files, context = Authority().give(tmp_path), server_context()
    load_files(context, files.certificate, files.key)
    return context


@pytest.fixture
async def house(tmp_path: Path, tls: ssl.SSLContext) -> AsyncIterator[House]:
    async with open_house(tmp_path, tls=tls) as opened:
        yield opened


async def is_served(house: House) -> bool:
    return (await house.get(Role.TELLER, "/state")).status_code == 200


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01\x02\x00\x01\x00"], ids=["nothing", "half"])
async def test_whoever_dawdles_over_a_handshake_is_hung_up_on(
    house: House, monkeypatch: pytest.MonkeyPatch, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(handshakes, "PATIENCE", 0.2)
    async with line_to(house.address) as line:
        line.writer.write(said)
        assert await line.hung_up()
    assert await is_served(house)
    assert complaints(caplog) == []


async def test_who_speaks_no_tls_is_hung_up_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with line_to(house.address) as line:
        line.writer.write(b"GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert await line.hung_up()
    async with line_to(house.address) as line:
        line.writer.close()
    assert await is_served(house)
    assert complaints(caplog) == []


async def test_handshakes_of_a_neighbour_keep_nobody_else_out(house: House) -> None:
    await house.token(Role.TELLER)  # whose password takes its time
    async with AsyncExitStack() as held:
        lines: list[Line] = [
            await held.enter_async_context(line_to(house.address, NEIGHBOUR))
            for _ in range(handshakes.MOST + 50)
        ]
        await is_served_beside(house, lines, 50)


async def is_served_beside(house: House, crowd: list[Line], too_many: int) -> None:
    """While the others of the crowd dawdle on, who were let in."""
    assert await is_served(house)
    await until(lambda: sum(line.ended for line in crowd) >= too_many, "the end of those")
    assert sum(line.ended for line in crowd) <= too_many + 1


async def test_a_machine_without_a_file_left_lets_people_in_again(
    house: House,
    tls: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(handshakes, "PAUSE", 0.05)
    with socket.socket() as nobody_listens:
        nobody_listens.setblocking(False)
        accepting = asyncio.create_task(Handshakes(tls, asyncio.Protocol).accept(nobody_listens))
        async with asyncio.timeout(5):
            while len(complaints(caplog)) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert not accepting.done()
        accepting.cancel()
        await asyncio.gather(accepting, return_exceptions=True)
    assert "nobody is let in" in complaints(caplog)[0]


def test_the_product_s_own_event_loop_does_it_all_the_same(
    tmp_path: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handshakes, "PATIENCE", 0.5)
    monkeypatch.setattr(handshakes, "MOST", 5)

    async def crowd() -> list[bool]:
        async with open_house(tmp_path / "crowd", tls=tls) as house, AsyncExitStack() as held:
            for _ in range(12):
                await held.enter_async_context(line_to(house.address, NEIGHBOUR))
            served = await is_served(house)
            async with line_to(house.address) as line:
                return [served, await line.hung_up()]

    (tmp_path / "crowd").mkdir()
    assert uvloop.run(crowd()) == [True, True]
