"""The edges of the machine on one screen: what the flow asks of the outside, and how each can fail.

An adapter of a port carries the port's name in its room; its simulator stands at the far end of the wire.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from kiosk.domain.accessibility import USUAL, Accessibility
from kiosk.domain.client import Client
from kiosk.domain.device import DeviceCondition, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId, JobId, Language
from kiosk.domain.slip import Slip, SlipMedia, SlipState
from kiosk.domain.visit import Stage, Touch

if TYPE_CHECKING:
    # A window needs nothing of this module but its errors: the rest would be 3 MB more in each.
    import asyncio

    from kiosk.domain.counter import CounterPlan
    from kiosk.domain.events import Event, Fact
    from kiosk.domain.learnt import Learnt
    from kiosk.identities import CardReading, Identity


class KioskError(Exception):
    """The base of every error of the machine's edges. Its text says what to do."""

    exit_code = 1
    """Of a command that it ends: 1 when something isn't well, 2 when usage or settings are wrong."""


class DeviceError(KioskError):
    """A device can't do what it was asked to."""

    def __init__(
        self, device: DeviceId, fault: Fault, detail: str = "", *, retry: bool = True
    ) -> None:
        super().__init__(f"{device}: {fault}{': ' + detail if detail else ''}")
        self.device = device
        self.fault = fault
        self.detail = detail
        self.retry = retry
        """Whether asking again later makes sense."""


class DirectoryUnavailable(KioskError):
    """The client directory gives no answer."""


class LogUnavailable(KioskError):
    """The log can't be written: nothing of what was to be appended is in it; or it can't be read."""

    def __init__(self, text: str, fault: Fault = Fault.INTERNAL) -> None:
        super().__init__(text)
        self.fault = fault


ReportCondition = Callable[[DeviceCondition], None]
"""How an adapter tells that its device's condition changed; called from the event loop, never blocks."""


class CardReader(Protocol):
    """Something a card is swiped through, tapped on or put into, or a code is held before."""

    def readings(self) -> "AsyncIterator[CardReading]":
        """Every reading from now on, for ever; a lost device is healed and reported, not raised."""
        ...


@dataclass(frozen=True, slots=True)
class PrintResult:
    """What became of a slip. ``state`` is one of the three outcomes."""

    state: SlipState
    fault: Fault | None = None


class TicketPrinter(Protocol):
    """A printer of slips. One slip at a time; never the same one twice on its own."""

    @property
    def status(self) -> DeviceStatus:
        """How the printer was when last heard of."""
        ...

    async def print(
        self, slip: Slip, about_to_send: Callable[[str], Awaitable[None]]
    ) -> PrintResult:
        """Put a slip on paper.

        ``about_to_send`` is awaited with the SHA-256 of the bytes (of a slip that names somebody: as
        they are without the name) after the printer said that it is ready and before the first byte
        of the slip leaves. Never raises for what a printer can do.
        """
        ...


class SlipPresenter(Protocol):
    """A printer that may hold slips out until they are taken."""

    def media(self) -> AsyncIterator[tuple[JobId, SlipMedia]]:
        """What becomes of slips that were left in its mouth, from now on, for ever."""
        ...


class Display(Protocol):
    """A touch screen at a kiosk. It draws the stage of the visit and sends touches back."""

    def show(self, stage: Stage, accessibility: Accessibility = USUAL) -> None:
        """Draw this stage instead of the present one, as the person wants it; returns at once."""
        ...

    def touches(self) -> AsyncIterator[Touch]:
        """Every touch from now on, for ever, of what was on the screen when it was touched."""
        ...


@dataclass(frozen=True, slots=True)
class Announcement:
    """A call to be spoken in the hall."""

    number: str
    """What is on the slip: ``A001``."""
    language: Language
    """The customer's, spoken first."""
    counter: "CounterPlan"


class Voice(Protocol):
    """What speaks calls in the hall. One at a time, none cut off."""

    async def say(self, call: Announcement) -> Fault | None:
        """Speak a call; returns when it was heard, or with what kept any of it from being heard.

        Never raises for what a voice can do.
        """
        ...


class ClientDirectory(Protocol):
    """Who a person is."""

    async def find(self, identity: "Identity") -> Client | None:
        """The client; None when nobody or more than one fits (CRM-13). Raises DirectoryUnavailable."""
        ...


class EventLog(Protocol):
    """The store of the hall: facts, numbered without gaps, on disk when ``append`` returns.

    Whatever reads it raises LogUnavailable too, when even that can't be done.
    """

    def append(self, facts: "Sequence[Fact]") -> None:
        """Write all of them in one durable commit or none. Blocks. Raises LogUnavailable."""
        ...

    def probe(self) -> None:
        """Try whether there is room and a disk that writes, and change nothing. Blocks.

        Raises LogUnavailable.
        """
        ...

    def oldest_sequence(self) -> int:
        """The sequence of the oldest fact that is kept; 1 in an empty log."""
        ...

    def last_sequence(self) -> int:
        """The sequence of the latest fact; 0 in an empty log."""
        ...

    def latest_by_family(self) -> dict[str, int]:
        """The sequence of the latest fact of each topic family that has one."""
        ...

    def read(self, after: int, limit: int) -> "list[Fact]":
        """Up to ``limit`` facts with a sequence above ``after``, in order."""
        ...

    def open_day(self) -> "Iterator[Fact]":
        """The facts of the latest business day, from its opening on."""
        ...

    def answered(self, caller: str, key: str) -> "list[Fact]":
        """The facts of the command that this caller gave under this idempotency key; empty when none.

        ``key`` is what the caller gave; that of the first fact tells what was asked with it.
        """
        ...


class DayRecords(Protocol):
    """The log by business days, for whoever reads history; it never waits for a writer."""

    def days(self, first: date, last: date) -> list[date]:
        """The business days of this span that were opened. Blocks. Raises LogUnavailable."""
        ...

    def facts(self, day: date, kinds: "Iterable[type[Event]]") -> "Iterator[Fact]":
        """A day's facts of these kinds, from its opening on. Blocks. Raises LogUnavailable."""
        ...

    def seal(self, day: date) -> str:
        """What stands for the whole log up to the day's last fact. Blocks. Raises LogUnavailable."""
        ...


class LearntFigures(Protocol):
    """Where what estimates have learnt is kept over a restart. Both block."""

    def load(self) -> "Learnt | None":
        """What was kept; None when there is nothing, or nothing that can be read. Never raises."""
        ...

    def save(self, learnt: "Learnt") -> None:
        """Keep this instead. Raises KioskError."""
        ...


class Clock(Protocol):
    """Time and names, so that neither is made in the domain."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        ...

    def elapsed(self) -> float:
        """Seconds that pass whatever the clock is set to, also while the machine sleeps."""
        ...

    @property
    def skew(self) -> timedelta:
        """How far the machine's clock is ahead of this time; negative: behind it."""
        ...

    def new_id(self) -> str:
        """A UUIDv7 (RFC 9562) that sorts by time of making."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """A message for other machines. ``payload`` is complete JSON."""

    topic: str
    payload: bytes
    retain: bool = False
    expiry: int | None = None
    """Seconds."""
    content_type: str = "application/json"


class Publisher(Protocol):
    """The way to the broker."""

    def publish(self, message: Message) -> "asyncio.Future[None]":
        """Send it behind those before it. Done when the broker has taken responsibility for it, or
        with BrokerLost."""
        ...


class BrokerLost(KioskError):
    """The connection to the broker ended; what wasn't confirmed is to be published again."""
