"""The pages behind a real server: who gets which, and what their sockets are told."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from kiosk.display.board import board_screen
from kiosk.domain.branch import Branch
from kiosk.domain.role import Role
from kiosk.flow.boardstate import board_state
from kiosk.flow.state import branch_state
from kiosk.shapes.writing import Json
from kiosk.store.totp import STEP, code_at
from kiosk.web.app import build
from kiosk.web.guard import COOKIE
from kiosk.web.pages.live import SIGNED_OUT
from kiosk.web.pages.reception import local_address
from kiosk.web.pages.routes import pages
from kiosk.web.server import listening, serve
from kiosk.web.signin import KNOWN_COOKIE
from tests.web.conftest import PASSWORD, House, open_house


@dataclass
class Site:
    """A branch with its pages."""

    house: House
    http: httpx.AsyncClient
    """A browser: it keeps cookies and goes where it is sent only when told to."""

    async def sign_in(self, user: str = "anna", following: str = "/") -> httpx.Response:
        form = {"user": user, "password": PASSWORD, "next": following}
        return await self.http.post("/login", data=form, headers=self._own)

    async def command(self, path: str, console: str | None = None) -> httpx.Response:
        """A command of somebody at a console, or of a program without one."""
        page = {"kiosk-console": console} if console else {}
        body = {"service": "cash"} if path == "tickets" else {}
        return await self.http.post(f"/api/v1/{path}", json=body, headers=self._own | page)

    async def press(self, verb: str, console: str | None = None) -> None:
        answer = await self.command(f"counters/1/{verb}", console)
        assert answer.status_code == 200, answer.text

    @asynccontextmanager
    async def look(
        self, page: str, language: str = "en", console: str = ""
    ) -> AsyncIterator[ClientConnection]:
        """The socket of a live page, with the browser's cookies."""
        host = str(self.http.base_url).rstrip("/").replace("http", "ws", 1)
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        headers = {"Cookie": cookies, "Origin": self._own["origin"]} if cookies else {}
        address = f"{host}/live?page={page}&language={language}&console={console}"
        async with connect(address, additional_headers=headers, proxy=None) as socket:
            yield socket

    @property
    def _own(self) -> dict[str, str]:
        return {"origin": str(self.http.base_url).rstrip("/")}


def _finished_board(branch: Branch) -> Json:
    return board_screen(
        board_state(branch),
        branch_state(branch),
        languages=branch.plan.languages,
        fallback="en",
        clock=(branch.time or pytest.fail("the day is open")).astimezone(branch.plan.zone),
    )


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_house(tmp_path) as house:
        house.accounts.add_user("anna", Role.TELLER, PASSWORD, "Anna Wu")
        house.accounts.add_user("max", Role.AUDITOR, PASSWORD)
        await house.issue()
        context = replace(house.context, board_screen=_finished_board)
        opened = listening("127.0.0.1:0")
        address = f"http://127.0.0.1:{opened.getsockname()[1]}"
        serving = asyncio.create_task(serve(build(context, pages(context)), opened))
        async with httpx.AsyncClient(
            base_url=address, trust_env=False, headers={"accept-language": "en"}
        ) as http:
            yield Site(house, http)
        serving.cancel()
        await asyncio.wait([serving])


QUESTIONS = {
    *("ask-result", "ask-park", "ask-transfer", "ask-visit"),
    *("ask-choose", "ask-aside", "ask-paper", "ask-status"),
}
ABOUT_THE_TICKET = {"ask-result", "ask-transfer", "ask-visit", "ask-choose"}


async def told(socket: ClientConnection) -> str:
    """The next message with news in it; in between come signs of life."""
    async with asyncio.timeout(10):
        while not parts(message := str(await socket.recv())):
            pass
    return message


def parts(message: str) -> set[str]:
    """The ids of the parts that a message brings, but for the beat."""
    names = re.findall(
        r"(?:^|>)\s*<(?:section|div|header|ul|span|template) id=\"([\w-]+)\"", message
    )
    return set(names) - {"beat"}


async def test_the_chooser_and_the_board_are_for_everyone(site: Site) -> None:
    for path, text in (("/", "Where would you like to go?"), ("/board", "Now calling")):
        page = await site.http.get(path)
        assert page.status_code == 200
        assert text in page.text


async def test_there_is_no_bench_where_nothing_is_simulated(site: Site) -> None:
    assert (await site.http.get("/bench")).status_code == 404
    assert "/bench" not in (await site.http.get("/")).text


async def test_the_console_asks_who_is_there_and_opens_after_signing_in(site: Site) -> None:
    sent = await site.http.get("/counter/1")
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Fcounter%2F1")
    answer = await site.sign_in(following="/counter/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter/1")
    assert "Sign out Anna Wu" in (await site.http.get("/counter/1")).text


async def test_a_wrong_password_is_told_and_the_name_stays(site: Site) -> None:
    form = {"user": "anna", "password": "not the one", "next": "/counter/1"}
    page = await site.http.post("/login", data=form)
    assert page.status_code == 403
    assert "don&#39;t fit together" in page.text or "don't fit together" in page.text
    assert 'value="anna"' in page.text
    assert "not the one" not in page.text
    assert COOKIE not in site.http.cookies


async def test_a_role_without_a_console_is_told_so_on_a_page(site: Site) -> None:
    await site.sign_in("max")
    page = await site.http.get("/counter/1")
    assert page.status_code == 403
    assert page.headers["content-type"].startswith("text/html")


async def test_a_counter_that_isnt_there_is_a_page_too(site: Site) -> None:
    await site.sign_in()
    page = await site.http.get("/counter/99")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


async def test_signing_out_ends_the_session(site: Site) -> None:
    await site.sign_in()
    token = site.http.cookies[COOKIE]
    await site.http.post("/logout", headers={"origin": str(site.http.base_url).rstrip("/")})
    assert site.house.context.sessions.callers.of(token) is None
    assert (await site.http.get("/counter/1")).status_code == 303


async def test_a_language_once_chosen_is_kept(site: Site) -> None:
    await site.http.get("/?language=zh")
    page = await site.http.get("/board")
    assert '<html lang="zh">' in page.text


async def test_a_page_gets_all_its_parts_then_those_that_change(site: Site) -> None:
    await site.sign_in()
    async with site.look("counter/1") as socket:
        first = await told(socket)
        assert parts(first) == {
            "outage",
            "counter",
            "verbs",
            *QUESTIONS,
            "waiting",
            "workday",
            "calls",
        }
        await site.press("open")
        assert parts(await told(socket)) == {"counter", "verbs"}
        await site.press("next")
        called = await told(socket)
        assert parts(called) == {"counter", "verbs", *ABOUT_THE_TICKET, "waiting", "calls"}
        assert "A001" in called


async def test_whose_number_was_called_is_told_before_all_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.web.pages.live.BREATH", 0.0)  # else who drew last is behind by it
    await site.sign_in()
    await site.press("open")
    order: list[str] = []

    async def follow(name: str, socket: ClientConnection) -> None:
        await told(socket)
        order.append(name)

    async with AsyncExitStack() as looking:
        languages = ("zh", "en", "ru", "cs")
        pages = [(f"counter/2 {one}", site.look("counter/2", one)) for one in languages]
        pages.insert(2, ("mine", site.look("counter/1")))
        sockets = {name: await looking.enter_async_context(page) for name, page in pages}
        for socket in sockets.values():
            await told(socket)
        following = [asyncio.create_task(follow(*one)) for one in sockets.items()]
        await site.press("next")
        await asyncio.gather(*following)
    assert (order[0], len(order)) == ("mine", 5)


async def test_a_page_that_lets_others_go_first_still_answers_its_own_key_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.sign_in()
    await site.press("open")
    async with site.look("counter/1") as socket:
        await told(socket)
        monkeypatch.setattr("kiosk.web.pages.live.AFTERWARDS", 3600.0)
        await site.house.issue()  # nobody waits for it here
        await site.press("next")
        assert "counter" in parts(await told(socket))


async def test_one_of_two_pages_has_the_counter_and_the_other_may_take_it_over(site: Site) -> None:
    await site.sign_in()
    async with (
        site.look("counter/1", console="first") as first,
        site.look("counter/1", console="second") as second,
    ):
        assert "from another page" not in await told(first)
        assert "from another page" in await told(second)
        await site.press("open", console="first")
        refused = await site.command("counters/1/next", console="second")
        assert (refused.status_code, refused.json()["counter"]) == (409, "1")
        assert refused.json()["detail"].startswith("You work at counter 1 from another page")
        ticket = next(iter((await site.house.context.desk.branch()).tickets))
        for path in (f"tickets/{ticket}/call", "tickets"):
            assert (await site.command(path, console="second")).status_code == 409
        await site.press("next", console="first")
        await site.press("here", console="second")
        while 'class="ticket called"' not in (message := await told(second)):
            pass
        assert "from another page" not in message
        while "from another page" not in await told(first):
            pass
        assert (await site.command("counters/1/finish", console="first")).status_code == 409
        await site.press("finish", console="second")
    await site.press("next")  # a call pad, or a program, is no page


async def test_to_take_over_one_has_to_be_a_page(site: Site) -> None:
    await site.sign_in()
    assert (await site.command("counters/1/here")).status_code == 422


async def test_the_board_hears_of_calls_without_a_session(site: Site) -> None:
    async with site.look("board", "zh") as socket:
        assert "A001" not in await told(socket)
        await site.sign_in()
        await site.press("open")
        await site.press("next")
        while "A001" not in (message := await told(socket)):
            pass
        assert "calling" in parts(message)


@pytest.mark.parametrize(
    ("name", "status"), [("counter/1", 401), ("counter/99", 401), ("bench", 404), ("nonsense", 404)]
)
async def test_a_socket_is_refused_to_whoever_may_not_see_the_page(
    site: Site, name: str, status: int
) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with site.look(name):
            pass
    assert refusal.value.response.status_code == status


async def test_a_page_is_closed_when_its_session_ends(site: Site) -> None:
    await site.sign_in()
    async with site.look("counter/1") as socket:
        await told(socket)
        await site.house.context.sessions.sign_out(site.http.cookies[COOKIE])
        with suppress(ConnectionClosed):
            while True:
                await told(socket)
    assert socket.close_code == SIGNED_OUT


async def test_ten_thousand_wrong_passwords_dont_keep_out_whoever_signed_in_here_before(
    site: Site,
) -> None:
    """From the same address, as behind a proxy; 400 of them, which makes no difference."""
    await site.sign_in()
    await site.http.post("/logout", headers=site._own)
    wrong = {"user": "anna", "password": "mistaken", "next": "/"}
    async with httpx.AsyncClient(base_url=site.http.base_url, trust_env=False) as attacker:
        statuses = [
            (await attacker.post("/login", data=wrong, headers=site._own)).status_code
            for _ in range(400)
        ]
        assert statuses == [403] * 10 + [429] * 390
        right = wrong | {"password": PASSWORD}
        answer = await attacker.post("/login?language=en", data=right)
        assert (answer.status_code, 0 < int(answer.headers["retry-after"]) <= 60) == (429, True)
        assert "please wait 1 minute" in answer.text
    answer = await site.sign_in()
    assert (answer.status_code, COOKIE in site.http.cookies) == (303, True)


async def test_the_page_asks_for_a_code_only_whoever_needs_one(site: Site) -> None:
    accounts, now = site.house.accounts, site.house.clock.now()
    secret = accounts.second_factors.give("anna")
    asked = await site.sign_in(following="/counter/1")
    assert (asked.status_code, COOKIE in site.http.cookies) == (200, False)
    assert PASSWORD not in asked.text
    assert 'name="password"' not in asked.text
    half = re.findall(r'name="half" value="([^"]+)"', asked.text)
    form = {"half": half[0], "user": "anna", "next": "/counter/1"}
    step = int(now.timestamp()) // STEP
    wrong = str((int(code_at(secret, step)) + 500_000) % 1_000_000).zfill(6)
    answer = await site.http.post("/login", data=form | {"code": wrong}, headers=site._own)
    assert (answer.status_code, 'name="code"' in answer.text) == (403, True)
    right = code_at(secret, step)
    spaced = f"{right[:3]} {right[3:]}"
    answer = await site.http.post("/login", data=form | {"code": spaced}, headers=site._own)
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter/1")
    assert (await site.http.get("/counter/1")).status_code == 200
    again = await site.http.post("/login", data=form | {"code": right}, headers=site._own)
    assert (again.status_code, 'name="password"' in again.text) == (403, True)


async def test_a_password_that_was_changed_meanwhile_is_asked_for_again(site: Site) -> None:
    accounts = site.house.accounts
    secret = accounts.second_factors.give("anna")
    asked = await site.sign_in()
    half = re.findall(r'name="half" value="([^"]+)"', asked.text)[0]
    accounts.change_password("anna", "another password")
    code = code_at(secret, int(site.house.clock.now().timestamp()) // STEP)
    form = {"half": half, "user": "anna", "code": code}
    answer = await site.http.post("/login?language=en", data=form, headers=site._own)
    assert (answer.status_code, "That took too long" in answer.text) == (403, True)


async def test_a_browsers_mark_lets_nobody_in(site: Site) -> None:
    await site.sign_in()
    known = site.http.cookies[KNOWN_COOKIE]
    del site.http.cookies[COOKIE]
    assert (await site.http.get("/counter/1")).status_code == 303
    site.http.cookies.clear()
    site.http.cookies[COOKIE] = known
    assert (await site.http.get("/counter/1")).status_code == 303


async def test_the_console_of_one_teller_isnt_shown_to_another(site: Site) -> None:
    site.house.accounts.add_user("bo", Role.TELLER, PASSWORD)
    await site.sign_in()
    await site.press("open")
    await site.press("next")
    assert "A001" in (await site.http.get("/counter/1")).text
    await site.sign_in("bo")
    assert "A colleague has this counter open" in (await site.http.get("/counter/1")).text


@pytest.mark.parametrize(
    ("wish", "address"),
    [
        ("/counter/1", "/counter/1"),
        ("", "/"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_machine(wish: str, address: str) -> None:
    assert local_address(wish) == address
