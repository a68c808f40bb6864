"""A kiosk at work: hands before it, real desk, log and directory behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.simulator import HinderedDirectory
from kiosk.documents import document_token
from kiosk.domain.accessibility import USUAL, Accessibility
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Client
from kiosk.domain.device import DeviceStatus
from kiosk.domain.ids import CardToken, ClientRef, DeviceId, Language
from kiosk.domain.slip import Slip, SlipState
from kiosk.domain.visit import ServiceTouched, Stage, Touch
from kiosk.domain.visitcode import VisitCode
from kiosk.flow.conditions import ConditionReports
from kiosk.flow.desk import Desk
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.feed import Feed
from kiosk.flow.hall import Hall
from kiosk.flow.identify import Identification
from kiosk.flow.reactions import SlipPrinting
from kiosk.flow.showing import VisitRules
from kiosk.flow.visit import Kiosk
from kiosk.flow.visits import Visits
from kiosk.identities import (
    CardPresented,
    CardReading,
    CardUnreadable,
    CodePresented,
    CodeUnreadable,
    Document,
    DocumentPresented,
    DocumentToken,
    Scheme,
    Unreadable,
)
from kiosk.ports import EventLog, PrintResult
from tests.flow.clock import HandClock
from tests.flow.work import at_work
from tests.support.branch import CASH
from tests.support.eventually import until
from tests.support.keys import always

PRINTER = DeviceId("slip")
GOLD, JANE, STRANGER = (CardToken(name * 8) for name in ("601d", "1a2e", "0bad"))
GOLD_DOCUMENT = document_token("SAMPLE 1", b"k")
CLIENTS = {
    GOLD: Client(ClientRef("c-gold"), "张样例", "张", assets=600_000, language=Language("zh")),
    JANE: Client(
        ClientRef("c-jane"), "Jane Sample", "Sample", language=Language("en"), complaints=1
    ),
}
PATIENT = VisitRules(choose_within=30, warn_for=10, thanks_for=6)
PROMPTLY = 5.0
"""A budget that no answer of the embedded directory takes."""

TAKE_CASH = ServiceTouched(CASH)
HASTY = VisitRules(choose_within=1.9, warn_for=1.5, thanks_for=0.5)
"""The kiosk looks at its clock once a second: a warning after one, back after two."""

_Kind = TypeVar("_Kind")


class Screen:
    """A ``Display`` that remembers what it was shown and is touched by the test."""

    def __init__(self) -> None:
        self.shown: list[Stage] = []
        self.accessibility = USUAL
        self._touches: asyncio.Queue[Touch] = asyncio.Queue()

    def show(self, stage: Stage, accessibility: Accessibility = USUAL) -> None:
        self.shown.append(stage)
        self.accessibility = accessibility

    async def touches(self) -> AsyncIterator[Touch]:
        while True:
            yield await self._touches.get()

    def touch(self, touch: Touch) -> None:
        self._touches.put_nowait(touch)

    async def now(
        self, kind: type[_Kind], so: Callable[[_Kind], object] = lambda stage: True
    ) -> _Kind:
        """The present stage, once it is of this kind and so."""

        def there() -> bool:
            stage = self.shown[-1] if self.shown else None
            return isinstance(stage, kind) and bool(so(stage))

        try:
            await until(there)
        except AssertionError:
            raise AssertionError(f"not shown in time; shown: {self.shown}") from None
        stage = self.shown[-1]
        assert isinstance(stage, kind)
        return stage

    def kinds(self) -> list[str]:
        """The kinds of stages shown, each once in a row."""
        names = [type(stage).__name__ for stage in self.shown]
        return [name for name, last in zip(names, [None, *names], strict=False) if name != last]


class Reader:
    """A ``CardReader`` with a hand."""

    def __init__(self) -> None:
        self._readings: asyncio.Queue[CardReading] = asyncio.Queue()

    async def readings(self) -> AsyncIterator[CardReading]:
        while True:
            yield await self._readings.get()

    def swipe(self, token: CardToken) -> None:
        self._readings.put_nowait(CardPresented(DeviceId("swipe"), token, Scheme.UNIONPAY))

    def scan(self, code: VisitCode) -> None:
        self._readings.put_nowait(CodePresented(DeviceId("scanner"), code))

    def scan_something_else(self) -> None:
        self._readings.put_nowait(CodeUnreadable(DeviceId("scanner")))

    def lay(self, token: DocumentToken) -> None:
        reader = DeviceId("id-card")
        self._readings.put_nowait(DocumentPresented(reader, token, "张", "0****************8"))

    def misread(self) -> None:
        self._readings.put_nowait(CardUnreadable(DeviceId("swipe"), Unreadable.INVALID))


class Printer:
    """A ``TicketPrinter`` whose next results are set by the test; while held it prints nothing."""

    def __init__(self) -> None:
        self.status = DeviceStatus.ONLINE
        self.slips: list[Slip] = []
        self.result = PrintResult(SlipState.PRINTED)
        self.ready = asyncio.Event()
        self.ready.set()
        self.hold_back = asyncio.Event()
        """While cleared it doesn't say what became of the slip."""
        self.hold_back.set()

    async def print(
        self, slip: Slip, about_to_send: Callable[[str], Awaitable[None]]
    ) -> PrintResult:
        await self.ready.wait()
        if self.result.state is not SlipState.FAILED:
            await about_to_send("d1")
            self.slips.append(slip)
        await self.hold_back.wait()
        return self.result


@dataclass
class Stand:
    """The kiosk with all that belongs to it."""

    desk: Desk
    log: EventLog
    clock: HandClock
    directory: HinderedDirectory
    visits: Visits
    screen: Screen = field(default_factory=Screen)
    reader: Reader = field(default_factory=Reader)
    printer: Printer = field(default_factory=Printer)
    book: EstimateBook = field(default_factory=EstimateBook)
    feed: Feed = field(default_factory=Feed)

    async def until_happened(self, kind: type[_Kind]) -> None:
        """Until such an event is on disk."""
        await until(lambda: self.happened(kind))

    def happened(self, kind: type[_Kind]) -> list[_Kind]:
        """The events of a kind that are on disk."""
        events = [fact.event for fact in self.log.read(0, 1000)]
        return [event for event in events if isinstance(event, kind)]


@asynccontextmanager
async def kiosk_at_work(
    folder: Path,
    plan: BranchPlan,
    log: EventLog,
    *,
    budget: float = PROMPTLY,
    rules: VisitRules = PATIENT,
    paper: bool = True,
) -> AsyncIterator[Stand]:
    """Everything started as the branch would start it, and stopped again."""
    clock = HandClock()
    async with AsyncExitStack() as parts:
        embedded = await parts.enter_async_context(
            EmbeddedDirectory(folder / "clients.db", always(b"k"))
        )
        await embedded.open()
        for token, client in CLIENTS.items():
            await embedded.add_client(client, cards={token: Scheme.UNIONPAY})
        await embedded.add_client(CLIENTS[GOLD], documents=[Document("SAMPLE 1")])
        directory = HinderedDirectory(embedded)
        desk = Desk(Hall(plan, log, clock), log)
        reports = ConditionReports(desk, retry_after=0.01)
        identification = Identification(directory, reports.report, retries=(0.02,) * 200)
        visits = Visits(plan, desk, identification, clock, budget)
        stand = Stand(desk, log, clock, directory, visits)
        printing = SlipPrinting(desk, {PRINTER: stand.printer}, clock, lambda ticket: None)
        desk.listen(stand.feed.publish)
        desk.listen(printing.take)
        kiosk = Kiosk(
            DeviceId("kiosk"),
            stand.screen,
            visits,
            desk,
            clock,
            rules=rules,
            printer=PRINTER if paper else None,
            follow_url=lambda ticket: None,
            book=stand.book,
        )
        for work in (
            desk.run(),
            reports.run(),
            printing.run(PRINTER),
            kiosk.run([stand.reader], stand.feed),
        ):
            await parts.enter_async_context(at_work(work))
        parts.push_async_callback(visits.close)
        yield stand
