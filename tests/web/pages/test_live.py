"""What the sockets of live pages are told, in which order, and when they end."""

import asyncio
import re
from contextlib import AsyncExitStack, suppress

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from kiosk.web.guard import COOKIE
from kiosk.web.pages.live import SIGNED_OUT
from tests.web.pages.site import Site

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
