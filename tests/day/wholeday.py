"""A branch in one process whose clock is set by hand: real flow, log, codec, drivers and wires."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.assembly.hardware import Hardware, assemble
from kiosk.cardreader.simulator import SampleCard, sample_cards
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.documents import document_keys
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Client
from kiosk.domain.commands import Command
from kiosk.domain.events import Actor
from kiosk.domain.ids import ClientRef, DeviceId, Language, ServiceId
from kiosk.domain.slip import SlipState
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Idle,
    LanguageTouched,
    ServiceTouched,
)
from kiosk.flow.conditions import ConditionReports
from kiosk.flow.desk import Desk
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.feed import Feed
from kiosk.flow.hall import Hall
from kiosk.flow.identify import Identification
from kiosk.flow.reactions import SlipPrinting
from kiosk.flow.showing import VisitRules
from kiosk.flow.timekeeping import keep_times
from kiosk.flow.visit import Kiosk
from kiosk.flow.visits import Visits
from kiosk.keys.keyring import Keyring
from kiosk.settings.file import load
from kiosk.settings.plan import branch_plan
from kiosk.store.log import SqliteLog
from tests.domain.day import MORNING
from tests.flow.clock import HandClock
from tests.flow.stand import Screen
from tests.flow.work import at_work
from tests.support.eventually import until

SETTINGS = """
[branch]
id = "0755"
name = { en = "Science Park" }
timezone = "Asia/Shanghai"
languages = ["en"]

[[segment]]
id = "vip"
assets_at_least = 500000
class = "vip"

[[queue]]
id = "A"
name = { en = "Cash" }

[[queue]]
id = "B"
name = { en = "Accounts" }

[[queue]]
id = "V"
name = { en = "Priority" }

[[service]]
id = "cash"
name = { en = "Cash" }
queue = "A"
vip_queue = "V"

[[service]]
id = "account"
name = { en = "New account" }
queue = "B"

[[counter]]
id = "1"
queues = ["V", "A"]

[[counter]]
id = "2"
queues = ["B"]

[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "sim"

[[printer]]
id = "slip"
driver = "escpos-serial"
port = "sim"
"""
PREFERRED = Client(
    ClientRef("8f2b0c7e51d94a36"), "Jane Sample", "Sample", language=Language("en"), assets=900_000
)
PRINTER = DeviceId("slip")
RULES = VisitRules(choose_within=30, warn_for=10, thanks_for=30)


@dataclass
class WholeDay:
    """The branch, and hands for everybody in it. Commands given by :meth:`do` are remembered."""

    plan: BranchPlan
    clock: HandClock
    desk: Desk
    log: SqliteLog
    hardware: Hardware
    screen: Screen
    gold: SampleCard
    enrol: Callable[[Client, SampleCard], Awaitable[None]]
    given: set[type[Command]] = field(default_factory=set)

    def at(self, time: str) -> None:
        """Local time of the day, ``09:00:30``, or of the next one before nine."""
        hours, minutes, seconds = map(int, time.split(":"))
        since = timedelta(hours=hours - 9, minutes=minutes, seconds=seconds)
        self.clock.time = MORNING + since + timedelta(days=hours < 9)

    def moment(self, time: str) -> datetime:
        """The same, without anything happening."""
        hours, minutes = map(int, time.split(":"))
        return MORNING + timedelta(hours=hours - 9, minutes=minutes)

    async def do(self, command: Command, role: str = "teller", user: str = "li") -> None:
        """Somebody commands."""
        self.given.add(type(command))
        await self.desk.submit(command, Actor(role, user))

    async def ticket(self, number: str) -> Ticket:
        """By its number, which is on the screen and on paper."""
        tickets = (await self.desk.branch()).tickets.values()
        return next(one for one in tickets if one.number == number)

    async def swipe_and_choose(self, service: str) -> str:
        """The preferred client at the kiosk; the number."""
        await self.screen.now(Idle)
        await self.hardware.readers.simulated[DeviceId("swipe")].swipe(self.gold)
        await self.screen.now(ChoosingService, lambda stage: stage.priority)
        return await self._choose(service)

    async def touch_and_choose(self, service: str) -> str:
        """A walk-in at the kiosk; the number."""
        await self.screen.now(Idle)
        self.screen.touch(LanguageTouched(Language("en")))
        await self.screen.now(ChoosingService)
        return await self._choose(service)

    async def _choose(self, service: str) -> str:
        self.screen.touch(ServiceTouched(ServiceId(service)))
        holding = await self.screen.now(
            HoldingTicket, lambda stage: stage.slip is SlipState.PRINTED
        )
        self.screen.touch(CancelTouched())
        await self.screen.now(Idle)
        return holding.number

    async def slips_are(self, count: int) -> list[tuple[str, ...]]:
        """The text of each piece of paper, once there are so many and the log knows of all."""
        paper = self.hardware.simulated_printers[PRINTER].paper
        await until(lambda: len(paper) == count)
        hall = await self.desk.branch()
        await until(lambda: all(job.state is SlipState.PRINTED for job in hall.slips.values()))
        return [slip.text for slip in paper]


@asynccontextmanager
async def whole_day(
    folder: Path, refit: Callable[[Hardware], None] = lambda hardware: None
) -> AsyncIterator[WholeDay]:
    """Everything started as the branch would start it, and stopped again.

    ``refit`` puts other devices in before anything runs.
    """
    (folder / "branch.toml").write_text(SETTINGS, encoding="utf-8")
    settings, var, clock = load(folder / "branch.toml"), folder / "var", HandClock()
    async with AsyncExitStack() as parts:
        log = parts.enter_context(closing(SqliteLog(var / "log.db")))
        plan = branch_plan(settings)
        desk, feed, screen = Desk(Hall(plan, log, clock), log), Feed(), Screen()
        desk.listen(feed.publish)
        reports = ConditionReports(desk)
        keys = Keyring.of(settings, var)
        hardware = assemble(settings, var, keys, reports.report)
        refit(hardware)
        parts.callback(hardware.unplug)
        directory = EmbeddedDirectory(var / "clients.db", lambda: document_keys(keys.card_key()))
        await parts.enter_async_context(directory)
        await directory.open()

        async def enrol(client: Client, card: SampleCard) -> None:
            await directory.add_client(
                client, cards={card.token(keys.card_key().present): card.scheme}
            )

        gold = sample_cards()["gold"]
        await enrol(PREFERRED, gold)
        visits = Visits(plan, desk, Identification(directory, reports.report), clock, 5)
        printing = SlipPrinting(desk, hardware.printers, clock, lambda ticket: None)
        desk.listen(printing.take)
        kiosk = Kiosk(
            DeviceId("touch"),
            screen,
            visits,
            desk,
            clock,
            rules=RULES,
            printer=PRINTER,
            follow_url=lambda ticket: None,
            book=EstimateBook(),
        )
        for work in (
            desk.run(),
            reports.run(),
            keep_times(desk, clock, every=0.005),
            *(work() for _, work in hardware.work(desk, feed)),
            printing.run(PRINTER),
            kiosk.run(list(hardware.readers.drivers.values()), feed),
        ):
            await parts.enter_async_context(at_work(work))  # type: ignore[arg-type]
        parts.push_async_callback(visits.close)
        yield WholeDay(plan, clock, desk, log, hardware, screen, gold, enrol)
