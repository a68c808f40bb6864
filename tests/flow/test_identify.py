"""Asking a directory within a budget, while it is slow, away, or back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kiosk.domain.client import Client, Segment
from kiosk.domain.device import DeviceCondition, DeviceStatus
from kiosk.domain.ids import ClassId, SegmentId
from kiosk.flow.identify import Identification, PendingAnswer, recognition_of
from kiosk.identities import Identity
from kiosk.ports import DirectoryUnavailable
from tests.flow.stand import CLIENTS, GOLD, JANE, STRANGER
from tests.support.eventually import until


class Directory:
    """Answers when it may; ``questions`` counts."""

    def __init__(self) -> None:
        self.away = False
        self.questions = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def find(self, identity: Identity) -> Client | None:
        self.questions += 1
        await self.may_answer.wait()
        if self.away:
            raise DirectoryUnavailable("no answer from the bank")
        return next((client for token, client in CLIENTS.items() if token == identity), None)


class Asking:
    def __init__(self, retries: tuple[float, ...] = (0.01,) * 500) -> None:
        self.directory = Directory()
        self.conditions: list[DeviceCondition] = []
        self.identification = Identification(self.directory, self.conditions.append, retries)


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    asking = Asking()
    yield asking
    await asking.identification.close()


async def test_an_answer_in_time(asking: Asking) -> None:
    assert await asking.identification.inquire(GOLD).within(5) == CLIENTS[GOLD]
    assert await asking.identification.inquire(STRANGER).within(5) is None


async def test_a_late_answer_is_told_when_it_comes(asking: Asking) -> None:
    asking.directory.may_answer.clear()
    inquiry = asking.identification.inquire(JANE)
    with pytest.raises(PendingAnswer):
        await inquiry.within(0.01)
    told: list[Client | None] = []
    inquiry.when_answered(told.append)
    asking.directory.may_answer.set()
    await until(lambda: told)
    assert told == [CLIENTS[JANE]]
    assert asking.directory.questions == 1


async def test_a_directory_that_is_away_is_asked_again(asking: Asking) -> None:
    asking.directory.away = True
    inquiry = asking.identification.inquire(GOLD)
    with pytest.raises(PendingAnswer):
        await inquiry.within(0.05)
    asking.directory.away = False
    assert await inquiry.within(5) == CLIENTS[GOLD]
    statuses = [condition.status for condition in asking.conditions]
    assert set(statuses[:-1]) == {DeviceStatus.OFFLINE}
    assert statuses[-1] is DeviceStatus.ONLINE


async def test_at_last_the_question_is_given_up() -> None:
    asking = Asking(retries=(0, 0))
    asking.directory.away = True
    assert await asking.identification.inquire(GOLD).within(5) is None
    assert asking.directory.questions == 3


async def test_closing_gives_open_questions_up(asking: Asking) -> None:
    asking.directory.may_answer.clear()
    inquiry = asking.identification.inquire(GOLD)
    told: list[Client | None] = []
    inquiry.when_answered(told.append)
    await asking.identification.close()
    await asyncio.sleep(0)
    assert told == []


def test_what_the_hall_may_know_of_a_client() -> None:
    vip = Segment(SegmentId("vip"), ClassId("vip"), assets_at_least=500_000)
    rich = recognition_of(CLIENTS[GOLD], (vip,))
    assert (rich.client, rich.segment, rich.priority_class) == ("c-gold", "vip", "vip")
    assert rich.flags == ()
    plain = recognition_of(CLIENTS[JANE], (vip,))
    assert (plain.client, plain.segment, plain.priority_class) == ("c-jane", None, None)
    assert plain.flags == ("complaint",)
