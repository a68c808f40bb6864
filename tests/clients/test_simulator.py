"""The hands of the hindered directory."""

import asyncio

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.simulator import HinderedDirectory
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken
from kiosk.identities import Scheme
from kiosk.ports import DirectoryUnavailable

TOKEN = CardToken("5e" * 32)


@pytest.fixture
async def hindered(directory: EmbeddedDirectory, zhang: Client) -> HinderedDirectory:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    return HinderedDirectory(directory)


async def test_it_answers_after_the_time_asked_for(
    hindered: HinderedDirectory, zhang: Client
) -> None:
    loop = asyncio.get_running_loop()
    hindered.answer_after(0.2)
    asked = loop.time()
    assert await hindered.find(TOKEN) == zhang
    assert loop.time() - asked >= 0.19


async def test_it_can_be_told_to_be_quick_again(hindered: HinderedDirectory, zhang: Client) -> None:
    hindered.answer_after(3600)
    hindered.answer_after(0)
    async with asyncio.timeout(5):
        assert await hindered.find(TOKEN) == zhang


async def test_away_it_refuses_at_once_and_answers_again_when_back(
    hindered: HinderedDirectory, zhang: Client
) -> None:
    hindered.answer_after(3600)
    hindered.go_away()
    async with asyncio.timeout(5):
        with pytest.raises(DirectoryUnavailable, match="taken away"):
            await hindered.find(TOKEN)
    hindered.answer_after(0)
    hindered.come_back()
    assert await hindered.find(TOKEN) == zhang


async def test_who_is_waiting_when_it_goes_away_gets_no_answer(
    hindered: HinderedDirectory,
) -> None:
    hindered.answer_after(0.05)
    waiting = asyncio.create_task(hindered.find(TOKEN))
    await asyncio.sleep(0)
    hindered.go_away()
    with pytest.raises(DirectoryUnavailable):
        await waiting


async def test_its_repr_tells_the_state(hindered: HinderedDirectory) -> None:
    hindered.answer_after(2)
    assert "answers after 2 s" in repr(hindered)
    hindered.go_away()
    assert "away" in repr(hindered)
