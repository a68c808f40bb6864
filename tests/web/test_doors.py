"""Limits, other sites, security headers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from starlette.types import Message
from websockets.exceptions import InvalidStatus

from kiosk.domain.role import Role
from kiosk.settings import Settings
from kiosk.web.app import own_names
from kiosk.web.doors import Doors
from kiosk.web.guard import COOKIE
from tests.web.conftest import House, settings


@pytest.mark.parametrize("path", ["/api/v1/health", "/api/v1/state", "/nothing"])
async def test_every_answer_has_the_security_headers(house: House, path: str) -> None:
    headers = (await house.http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "server" not in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"


async def test_a_large_body_is_refused(house: House) -> None:
    big = b'{"service": "' + b"x" * 1_000_000 + b'"}'
    answer = await house.ask(Role.TERMINAL, "POST", "/api/v1/tickets", content=big)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")


async def test_a_large_body_of_unknown_length_is_refused(house: House) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 64_000

    answer = await house.ask(Role.TERMINAL, "POST", "/api/v1/tickets", content=pieces())
    assert answer.status_code == 413


async def test_large_headers_are_refused(house: House) -> None:
    fits = await house.get(Role.TELLER, "/queues", headers={"x-filler": "y" * 30_000})
    assert fits.status_code == 200
    answer = await house.get(Role.TELLER, "/queues", headers={"x-filler": "y" * 32_000})
    assert (answer.status_code, answer.json()["type"]) == (431, "/problems/headers-too-large")


async def test_headers_without_an_end_are_cut_off(house: House) -> None:
    host, _, port = house.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /api/v1/health HTTP/1.1\r\nx-filler: ")
    with contextlib.suppress(ConnectionError):
        for _ in range(2000):
            writer.write(b"y" * 8000)
            await writer.drain()
        pytest.fail("16 MB of headers were taken")
    with contextlib.suppress(ConnectionError):
        assert await asyncio.wait_for(reader.read(12), 5) in (b"HTTP/1.1 431", b"")
    writer.close()
    assert (await house.get(Role.TELLER, "/queues")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({"origin": "{address}"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "{address}"}, False),
        ({}, False),
    ],
)
async def test_a_cookie_counts_only_from_the_machines_own_pages(
    house: House, headers: dict[str, str], let_in: bool
) -> None:
    token = await house.token(Role.TELLER)
    sent = {name: value.format(address=house.address) for name, value in headers.items()}
    sent |= {"cookie": f"a=b; {COOKIE}={token}", "authorization": "Basic YTpi"}
    answer = await house.post(None, "/counters/1/open", headers=sent)
    assert answer.status_code == (200 if let_in else 403)
    if not let_in:
        assert answer.json()["type"] == "/problems/cross-site"
        assert (await house.get(None, "/me", headers=sent)).status_code == 200  # reading is safe


async def test_a_page_of_another_site_cant_sign_anybody_in(house: House) -> None:
    body = {"user": "x", "password": "y"}
    answer = await house.post(None, "/login", body, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_a_feed_opened_by_another_site_is_refused(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await house.feed(Role.TELLER, headers={"Origin": "https://evil.example"})
    assert refused.value.response.status_code == 403
    async with await house.feed(Role.TELLER, headers={"Origin": house.address}) as socket:
        assert await socket.recv()


async def test_a_cookie_opens_no_socket_for_who_doesnt_say_from_where(house: House) -> None:
    cookie = {"Cookie": f"{COOKIE}={await house.token(Role.TELLER)}"}
    with pytest.raises(InvalidStatus) as refused:
        await house.feed(None, headers=cookie)
    assert refused.value.response.status_code == 403
    async with await house.feed(None, headers=cookie | {"Origin": house.address}) as socket:
        assert await socket.recv()


@pytest.mark.parametrize(
    ("scheme", "origin", "same"),
    [
        ("http", b"http://queue.example", True),
        ("http", b"https://queue.example", True),
        ("https", b"https://queue.example", True),
        ("https", b"http://queue.example", False),
        ("https", b"https://queue.example:8443", False),
        ("https", b"https://queue.example.evil.example", False),
        ("https", b"https://evil.example@queue.example", False),
        ("https", b"null", False),
        ("https", b"", False),
    ],
)
async def test_another_scheme_or_port_is_another_site(
    scheme: str, origin: bytes, same: bool
) -> None:
    headers = [(b"host", b"queue.example"), (b"origin", origin)]
    address = {"path": "/", "raw_path": b"/", "query_string": b""}
    scope = {"type": "http", "method": "POST", "scheme": scheme, "headers": headers, **address}
    outcome: list[str] = []

    async def let_in(*_: object) -> None:
        outcome.append("let in")

    async def turned_away(*_: object) -> None:
        outcome.append("turned away")

    doors = Doors(let_in, lambda *_: turned_away, hosts=())
    await doors(scope, _nothing_comes, _nobody_hears)
    assert outcome == ["let in" if same else "turned away"]


async def _nothing_comes() -> Message:
    raise AssertionError("nobody reads")


async def _nobody_hears(message: Message) -> None:
    raise AssertionError("nobody answers")


async def test_on_loopback_only_own_names_are_answered(house: House) -> None:
    answer = await house.http.get("/api/v1/health", headers={"host": "evil.example:8080"})
    assert (answer.status_code, answer.json()["type"]) == (421, "/problems/wrong-host")
    for host in ("localhost", "127.0.0.1:1", "[::1]:8080"):
        answer = await house.http.get("/api/v1/state", headers={"host": host})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("configured", "name", "known"),
    [
        (settings(), "queue.example", False),
        (settings(http={"public_url": "https://queue.example:8443"}), "queue.example", True),
    ],
)
def test_a_public_address_is_an_own_name(configured: Settings, name: str, known: bool) -> None:
    assert (name in own_names(configured)) is known


def test_off_loopback_any_name_is_answered() -> None:
    tls = {"certificate": "c.pem", "key": "k.pem"}
    assert own_names(settings(http={"listen": "0.0.0.0:8443", "tls": tls})) == frozenset()
