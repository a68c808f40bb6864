"""The public listener behind a real server: one page, and nothing else of the machine."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from kiosk.domain.commands import OpenDay
from kiosk.domain.ids import TicketId
from kiosk.domain.role import Role
from kiosk.flow.publiccode import CodeBook
from kiosk.web.api import api_routes
from kiosk.web.connections import StrangersConnection
from kiosk.web.pages.routes import pages
from kiosk.web.public.app import build_public
from kiosk.web.public.ownpage import PublicContext
from kiosk.web.public.visitors import AT_ONCE
from kiosk.web.server import listening, serve
from tests.support.eventually import until
from tests.web.conftest import ZHANGS_CARD, House, open_house


@dataclass
class Public:
    """The listener, and the branch behind it."""

    house: House
    http: httpx.AsyncClient
    app: Starlette
    port: int
    foretold: dict[str, Any] = field(default_factory=dict)

    async def page(self, ticket: dict[str, Any], query: str = "", **headers: str) -> httpx.Response:
        return await self.http.get(f"/t/{ticket['public_code']}{query}", headers=headers)

    async def raw(self, sent: bytes) -> bytes:
        """All that comes back until the other side hangs up, however it does that."""
        answer = b""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with suppress(ConnectionError):
            writer.write(sent)
            answer = await asyncio.wait_for(reader.read(), 5)
        await _close(writer)
        return answer


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.fixture
async def public(tmp_path: Path) -> AsyncIterator[Public]:
    async with open_house(tmp_path) as house:
        context = house.context
        book = CodeBook(context.public_code, await house.desk.branch())
        house.desk.listen(book.take)
        foretold: dict[str, Any] = {}
        app = build_public(
            PublicContext(
                plan=context.plan,
                fallback="en",
                desk=house.desk,
                clock=house.clock,
                ticket=book.ticket,
                code=context.public_code,
                foretold=lambda ticket: foretold or None,
            ),
            monotonic=lambda: 0.0,
        )
        opened = listening("127.0.0.1:0", "public_listen")
        port = opened.getsockname()[1]
        serving = asyncio.create_task(serve(app, opened, strangers=True), name="public")
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
            yield Public(house, http, app, port, foretold)
        serving.cancel()
        await asyncio.wait({serving})


async def test_the_page_follows_its_ticket(public: Public) -> None:
    ticket = await public.house.issue(language="en")
    public.foretold.update(p10=10, p50=14, p90=18)
    page = await public.page(ticket)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="en">' in page.text
    assert "A001" in page.text
    assert "about 10–18 minutes" in page.text
    assert '<meta http-equiv="refresh" content="10">' in page.text
    await public.house.work("open")
    await public.house.work("next")
    assert "Please come to Counter 1" in (await public.page(ticket)).text
    await public.house.work("finish")
    last = (await public.page(ticket)).text
    assert "Thank you for your visit." in last
    assert "http-equiv" not in last


async def test_polling_is_answered_with_the_part_that_changes_or_nothing(public: Public) -> None:
    ticket = await public.house.issue(language="en")
    page = await public.page(ticket)
    part = await public.page(ticket, "?live=1")
    assert part.text.startswith("<section")
    assert part.headers["etag"] == page.headers["etag"]
    same = await public.page(ticket, "?live=1", **{"if-none-match": page.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    await public.house.work("open")
    await public.house.work("next")
    new = await public.page(ticket, "?live=1", **{"if-none-match": page.headers["etag"]})
    assert new.status_code == 200
    assert "Please come to Counter 1" in new.text


@pytest.mark.parametrize(
    ("of_visit", "query", "shown"),
    [
        ("zh", "", "zh"),
        ("en", "", "en"),
        ("zh", "?language=en", "en"),
        ("en", "?language=xx", "en"),
    ],
)
async def test_the_language_of_the_visit_until_another_is_chosen(
    public: Public, of_visit: str, query: str, shown: str
) -> None:
    ticket = await public.house.issue(language=of_visit)
    page = await public.page(ticket, query, **{"accept-language": "ru,zh;q=0.1"})
    assert f'<html lang="{shown}">' in page.text
    assert page.headers["content-language"] == shown
    assert 'href="?language=zh"' in page.text


async def test_a_moved_ticket_leads_to_the_new_one(public: Public) -> None:
    old = await public.house.issue(language="en")
    await public.house.post(Role.LOBBY_MANAGER, f"/tickets/{old['id']}/move", {"queue": "B"})
    page = await public.page(old)
    assert "Your number is now B001." in page.text
    (link,) = re.findall(r'id="onward" class="button" href="([0-9a-f]{32})"', page.text)
    assert f"url={link}?language=en" in page.text
    assert "Your number was A001 before." in (await public.page({"public_code": link})).text


async def test_every_bad_code_is_answered_alike(public: Public) -> None:
    yesterday = await public.house.issue()
    public.house.clock.ahead = timedelta(days=1)
    zone = public.house.context.plan.zone
    await public.house.desk.submit(OpenDay(public.house.clock.now().astimezone(zone).date()))
    codes = ["0" * 32, yesterday["public_code"], yesterday["id"], "x", "", "a/b", "é%00", "%2e"]
    pages = [await public.http.get(f"/t/{code}") for code in [*codes, "a" * 8000]]
    assert {page.status_code for page in pages} == {404}
    texts = {re.sub(r"\d\d:\d\d:\d\d", "", page.text) for page in pages}
    assert len(texts) == 1
    (text,) = texts
    assert "此页面已失效" in text
    english = await public.http.get("/t/x", headers={"accept-language": "en"})
    assert "This page is not there any more." in english.text


async def test_nothing_else_is_there(public: Public) -> None:
    house = public.house
    ticket = await house.issue()
    routes = [*api_routes(house.context), *pages(house.context).routes]
    paths = {
        route.path.replace("{ticket}", ticket["id"])
        for route in routes
        if isinstance(route, Route | WebSocketRoute)
    }
    assert len(paths) > 20
    token = await house.token(Role.ADMINISTRATOR)
    for path in [*paths, "/static/kiosk.css", "/favicon.ico", "/robots.txt", "/t", "/T/x", "//t/x"]:
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            headers = {
                "authorization": f"Bearer {token}",
                "x-forwarded-for": f"198.51.100.{len(path)}",
            }
            answer = await public.http.request(method, path, headers=headers)
            assert (answer.status_code, answer.content) == (404, b""), path


async def test_when_something_goes_wrong_inside_the_answer_is_guarded_all_the_same(
    public: Public,
) -> None:
    ticket = await public.house.issue()
    public.foretold.update(p10="nonsense", p50="nonsense", p90="nonsense")
    failed = await public.page(ticket)
    assert (failed.status_code, failed.content) == (500, b"")
    well = await public.http.get("/nothing")
    guarded = set(well.headers) - {"date", "content-length"}
    assert "content-security-policy" in guarded
    assert {one: failed.headers.get(one) for one in guarded} == {
        one: well.headers[one] for one in guarded
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
async def test_the_page_is_only_read(public: Public, method: str) -> None:
    ticket = await public.house.issue()
    answer = await public.http.request(method, f"/t/{ticket['public_code']}")
    assert (answer.status_code, answer.content) == (405, b"")


async def test_a_socket_is_not_opened(public: Public) -> None:
    ticket = await public.house.issue()
    answer = await public.raw(
        f"GET /t/{ticket['public_code']} HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\n"
        "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: "
        "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("path", ["/t/{code}", "/t/x", "/api/v1/state"])
async def test_the_headers_of_every_answer(public: Public, path: str) -> None:
    ticket = await public.house.issue()
    answer = await public.http.get(path.format(code=ticket["public_code"]))
    headers = answer.headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "noindex" in headers["x-robots-tag"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers
    assert "server" not in headers


async def test_the_page_names_nobody(public: Public) -> None:
    house = public.house
    visit = (await house.post(Role.TERMINAL, "/visits", {"card": ZHANGS_CARD})).json()
    ticket = await house.issue(visit=visit["id"], client="c-zhang", language="zh")
    await house.work("open")
    await house.work("next")
    page = await public.page(ticket)
    staff = await house.get(Role.TELLER, f"/tickets/{ticket['id']}")
    assert staff.json()["client"] == "c-zhang"
    told = page.text + str(page.headers)
    for secret in ("c-zhang", "张", visit["id"], ticket["id"], "a-teller", ZHANGS_CARD, "vip"):
        assert secret not in told, secret
    assert "src=" not in page.text


async def test_the_code_stands_in_no_log(public: Public, caplog: pytest.LogCaptureFixture) -> None:
    ticket = await public.house.issue()
    code = ticket["public_code"]
    caplog.set_level(logging.DEBUG)
    await public.page(ticket)
    await public.http.post(f"/t/{code}")
    await public.raw(f"NONSENSE /t/{code}\r\n\r\n".encode())
    logged = [one for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    assert code not in "\n".join(one.getMessage() + str(one.exc_info) for one in logged)
    assert [one for one in logged if one.levelno >= logging.WARNING] == []


async def test_whoever_asks_too_often_is_asked_to_wait(public: Public) -> None:
    ticket = await public.house.issue(language="en")
    mine, other = {"x-forwarded-for": "192.0.2.1"}, {"x-forwarded-for": "192.0.2.2"}
    path = f"/t/{ticket['public_code']}"
    answers = [await public.http.get(path, headers=mine) for _ in range(AT_ONCE + 2)]
    late = [one for one in answers if one.status_code == 429]
    assert late == answers[AT_ONCE:]
    assert {one.headers["retry-after"] for one in late} == {"5"}
    assert "当前查询人数较多" in late[0].text
    assert (await public.http.get(path, headers=other)).status_code == 200


async def test_connections_are_few(public: Public, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = await public.house.issue()
    monkeypatch.setattr(StrangersConnection, "most", 5)
    held = [await asyncio.open_connection("127.0.0.1", public.port) for _ in range(5)]
    request = f"GET /t/{ticket['public_code']} HTTP/1.1\r\nconnection: close\r\n\r\n".encode()
    assert (await public.raw(request)).startswith(b"HTTP/1.1 200 ")
    first, *others = [reader.at_eof for reader, _ in held]
    await until(first)
    assert not any(is_gone() for is_gone in others)
    for _, writer in held:
        await _close(writer)


@pytest.mark.parametrize(
    "start",
    [b"", b"GET /t/x HTTP/1.1\r\nhost: x\r\n", b"GET / HTTP/1.1\r\ncontent-length: 9\r\n\r\n"],
)
async def test_whoever_dawdles_is_hung_up_on(
    public: Public, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(StrangersConnection, "patience", 0.1)
    began = asyncio.get_running_loop().time()
    await public.raw(start)
    assert asyncio.get_running_loop().time() - began < 4


async def test_a_restart_knows_the_codes_of_the_day(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        ticket = await house.issue()
    async with open_house(tmp_path) as house:
        book = CodeBook(house.context.public_code, await house.desk.branch())
        assert book.ticket(ticket["public_code"]) == TicketId(ticket["id"])
        assert book.ticket(ticket["id"]) is None
