"""The outbox with a real log and a publisher that loses the connection whenever it likes."""

import asyncio
import contextlib
import errno
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.events import Fact
from kiosk.flow.feed import Feed, Follower
from kiosk.messaging import outbox as module
from kiosk.messaging.cursor import FileCursor
from kiosk.messaging.outbox import IN_FLIGHT, Outbox
from kiosk.ports import BrokerLost, Message
from tests.messaging.parts import TestedBranch, a_branch, running_task
from tests.support.eventually import until


class Broker:
    """Takes so many messages in each connection, then is gone; the last ones go unconfirmed."""

    def __init__(self, *lives: int, unconfirmed: int = 3) -> None:
        self._lives = itertools.chain(lives, itertools.repeat(1_000_000))
        self._unconfirmed = unconfirmed
        self.received: list[int] = []
        self.connections: list[int] = []
        """The first sequence of each connection."""

    def connect(self) -> "Broker":
        self._left = next(self._lives)
        self._fresh = True
        return self

    def publish(self, message: Message) -> asyncio.Future[None]:
        return asyncio.create_task(self._publish(message), name="message")

    async def _publish(self, message: Message) -> None:
        if self._left <= 0:
            raise BrokerLost("gone")
        self._left -= 1
        self._take(int(message.payload))
        await asyncio.sleep(0)
        if self._left < self._unconfirmed:
            raise BrokerLost("gone before it confirmed")

    def _take(self, sequence: int) -> None:
        if self._fresh:
            self.connections.append(sequence)
            self._fresh = False
        self.received.append(sequence)


def one_message(fact: Fact) -> tuple[Message, ...]:
    return (Message("t", str(fact.sequence).encode()),)


def an_outbox(branch: TestedBranch) -> Outbox:
    return Outbox(
        branch.log,
        branch.feed,
        FileCursor(branch.folder / "cursor"),
        one_message,
    )


async def connect_for_ever(outbox: Outbox, broker: Broker) -> None:
    while True:
        with contextlib.suppress(BaseExceptionGroup):
            await outbox.run(broker.connect())
        await asyncio.sleep(0)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lives=st.lists(st.integers(0, 60), max_size=6), unconfirmed=st.integers(0, 5))
def test_whatever_is_lost_each_fact_comes_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, lives: list[int], unconfirmed: int
) -> None:
    asyncio.run(lose_and_check(tmp_path_factory.mktemp("branch"), lives, unconfirmed))


async def lose_and_check(folder: Path, lives: list[int], unconfirmed: int) -> None:
    async with a_branch(folder) as branch:
        outbox, broker = an_outbox(branch), Broker(*lives, unconfirmed=unconfirmed)
        await branch.issue(30)
        async with running_task(connect_for_ever(outbox, broker), "outbox"):
            await branch.issue(30)
            await until(lambda: outbox.lag == 0)
            await branch.issue(30)
            await until(lambda: outbox.lag == 0)
    assert list(dict.fromkeys(broker.received)) == list(range(1, 92))


async def test_a_fact_of_several_messages_is_done_when_all_of_them_are(
    branch: TestedBranch,
) -> None:
    def thrice(fact: Fact) -> tuple[Message, ...]:
        return one_message(fact) * 3

    outbox = Outbox(branch.log, branch.feed, FileCursor(branch.folder / "cursor"), thrice)
    await branch.issue(4)  # five facts with the day's opening
    with pytest.raises(BaseExceptionGroup):
        await outbox.run(Broker(8, unconfirmed=0).connect())
    assert outbox.published == 2, "two of the third one's messages aren't all of it"


class Brief(Feed):
    """Keeps five facts for whoever is behind."""

    def follow(self, most: int = 5) -> Follower:
        return super().follow(most)


class Slow(Broker):
    """Confirms nothing until it is free."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()
        self.under_way = self.most = 0

    async def _publish(self, message: Message) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.free.wait()
        await super()._publish(message)
        self.under_way -= 1


@pytest.mark.parametrize("behind", range(4, 13))
async def test_what_the_feed_left_out_comes_from_the_log(branch: TestedBranch, behind: int) -> None:
    def large(fact: Fact) -> tuple[Message, ...]:
        return one_message(fact) * IN_FLIGHT

    feed, broker = Brief(), Slow()
    branch.desk.listen(feed.publish)
    outbox = Outbox(branch.log, feed, FileCursor(branch.folder / "cursor"), large)
    async with running_task(connect_for_ever(outbox, broker), "outbox"):
        broker.free.set()
        await branch.issue(1)
        await until(lambda: outbox.published == 2)
        broker.free.clear()
        for _ in range(behind):
            await branch.issue(1)
        await until(lambda: broker.under_way >= IN_FLIGHT)
        broker.free.set()
        await until(lambda: outbox.lag == 0)
    assert broker.most == IN_FLIGHT
    assert broker.received == [one for one in range(1, behind + 3) for _ in range(IN_FLIGHT)]


async def test_facts_behind_a_gap_wait_for_those_in_it(branch: TestedBranch) -> None:
    told: list[Fact] = []
    branch.desk.listen(told.extend)
    feed, broker = Brief(), Broker()
    outbox = Outbox(branch.log, feed, FileCursor(branch.folder / "cursor"), one_message)
    async with running_task(connect_for_ever(outbox, broker), "outbox"):
        await branch.issue(1)
        feed.publish(told)
        await until(lambda: outbox.published == 2)
        await branch.issue(7)
        feed.publish(told[2:8])  # more than it keeps
        feed.publish(told[8:])
        await until(lambda: outbox.lag == 0)
    assert broker.received == list(range(1, 10))


async def test_each_connection_begins_with_what_the_broker_may_have_forgotten(
    branch: TestedBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TICK", 0.01)
    now = 1000.0
    cursor = FileCursor(branch.folder / "cursor")
    outbox = Outbox(
        branch.log,
        branch.feed,
        cursor,
        one_message,
        monotonic=lambda: now,
    )
    broker = Broker(10, 1_000_000, unconfirmed=0)
    await branch.issue(4)
    async with running_task(connect_for_ever(outbox, broker), "outbox"):
        await until(lambda: outbox.published == 5)
        await asyncio.sleep(0.05)  # some looks at the clock, which stands still
        assert cursor.load() == 0
        now += 59
        await branch.issue(2)
        await until(lambda: outbox.published == 7)
        now += 2
        await until(lambda: cursor.load() == 5)
        await branch.issue(20)
        await until(lambda: len(broker.connections) == 2 and outbox.lag == 0)
    assert broker.connections == [1, 6]
    assert broker.received == [*range(1, 11), *range(6, 28)]


class FullDisk(FileCursor):
    """A place on a disk that takes nothing until there is room."""

    refused = 0
    room = False

    def save(self, sequence: int) -> None:
        if not self.room:
            self.refused += 1
            raise OSError(errno.ENOSPC, "no space left on device")
        super().save(sequence)


async def test_r6_a_place_that_cannot_be_saved_costs_no_connection_and_is_saved_later(
    branch: TestedBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TICK", 0.01)
    monkeypatch.setattr(module, "STEP_BACK", 0.02)
    disk = FullDisk(branch.folder / "cursor")
    outbox = Outbox(
        branch.log,
        branch.feed,
        disk,
        one_message,
    )
    broker = Broker()
    await branch.issue(4)
    async with running_task(connect_for_ever(outbox, broker), "outbox"):
        await until(lambda: disk.refused > 3)
        await branch.issue(1)
        await until(lambda: outbox.lag == 0)
        assert disk.load() == 0
        disk.room = True
        await until(lambda: disk.load() == 6)
    assert broker.received == [1, 2, 3, 4, 5, 6]
    assert broker.connections == [1]


async def test_a_place_beyond_the_log_is_its_end(branch: TestedBranch) -> None:
    await branch.issue(1)
    FileCursor(branch.folder / "cursor").save(5000)
    outbox, broker = an_outbox(branch), Broker()
    async with running_task(connect_for_ever(outbox, broker), "outbox"):
        await until(lambda: outbox.published == 2)
        await branch.issue(1)
        await until(lambda: broker.received == [3])


@pytest.mark.parametrize("content", ["", "x", "-3", "\n"])
def test_a_cursor_that_makes_no_sense_begins_at_the_beginning(tmp_path: Path, content: str) -> None:
    file = tmp_path / "cursor"
    file.write_text(content)
    assert FileCursor(file).load() == 0


def test_a_cursor_keeps_its_place(tmp_path: Path) -> None:
    FileCursor(tmp_path / "cursor").save(812)
    assert FileCursor(tmp_path / "cursor").load() == 812
