"""What the web needs of the rest of the machine, all of it, passed by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from typing_extensions import TypedDict

from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Client
from kiosk.domain.ids import DeviceId, Language, TicketId
from kiosk.domain.visitcode import VisitCode
from kiosk.flow.desk import Desk
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.feed import Feed
from kiosk.flow.visits import Visits
from kiosk.ports import Clock, EventLog, ReportCondition
from kiosk.reports.bookkeeper import Bookkeeper
from kiosk.settings import Settings
from kiosk.store.audit import AuditTrail
from kiosk.store.deviceregister import DeviceRegister
from kiosk.store.pads import Pads
from kiosk.store.staffsessions import SignedIn
from kiosk.web.consoles import Consoles
from kiosk.web.locks import Locks
from kiosk.web.maintenance import MaintenancePort
from kiosk.web.sessions import Sessions

Json = dict[str, Any]


Foretold = Callable[[TicketId], Mapping[str, Any] | None]
"""``estimated_wait`` of a ticket; None while nothing is known."""


class TouchPort(Protocol):
    """A touch screen as its window follows it. Screens are plain JSON with a running ``number``."""

    @property
    def screen(self) -> Json:
        """The present screen."""
        ...

    async def next_screen(self, after: int) -> Json:
        """The present screen once its number is above ``after``."""
        ...

    def touch(self, action: str, number: int) -> None:
        """A touch of screen ``number``; dropped when another is shown. May raise ValueError."""
        ...


class BrokerSignIn(TypedDict):
    """Where and as whom a PAD subscribes; good as long as the session, or the PAD's approval."""

    url: str
    client_id: str
    username: str
    password: str


class BrokerPort(Protocol):
    """The broker, for PADs and for those who sign in at them."""

    async def sign_in(self, signed_in: SignedIn, caller: str, host: str) -> BrokerSignIn | None:
        """How this session connects; None: it has no business there, or can't reach it.

        ``caller`` is the address from which the sign-in came, ``host`` the name by which it called
        this machine.
        """
        ...

    async def client_mode(self, device: str, caller: str, host: str) -> BrokerSignIn | None:
        """How an approved PAD connects at which nobody is signed in; None as above."""
        ...


@dataclass(frozen=True, slots=True)
class WebContext:
    """The parts that HTTP, pages and feed stand on."""

    settings: Settings
    plan: BranchPlan
    desk: Desk
    feed: Feed
    log: EventLog
    sessions: Sessions
    visits: Visits
    pads: Pads
    register: DeviceRegister
    """Which PADs are let in."""
    bookkeeper: Bookkeeper
    trail: AuditTrail
    clock: Clock
    node: str
    """This machine's name in the source of its events: ``/branch/{id}/{node}``."""
    touchscreens: Mapping[str, TouchPort]
    """By the id of their ``[[display]]``."""
    board_screen: Callable[[Branch], Json]
    """The hall board's finished screen."""
    greeting: Callable[[Client | None, Language], str]
    """How a terminal greets; None: a walk-in."""
    read_code: Callable[[str], VisitCode | None]
    """What a customer's code says; None: nobody signed it who has the key."""
    public_code: Callable[[date, TicketId], str]
    """How the ticket's own page is addressed."""
    device_report: ReportCondition
    """Told when a window comes and goes."""
    slips_left: Callable[[], Mapping[DeviceId, int]]
    """For about how many slips each printer has paper, where that is known."""
    certificate_ends: Callable[[], Mapping[DeviceId, datetime]]
    """Until when each certificate is good that is presented here."""
    printer_for_slips: DeviceId | None = None
    """Where slips of tickets that staff issue are printed."""
    book: EstimateBook = field(default_factory=EstimateBook)
    """What people are told of their wait."""
    published: Callable[[], int] | None = None
    """Up to which sequence the broker has confirmed all; None: nothing is published."""
    log_file: Path | None = None
    """Where the log is, to see how large it is."""
    locks: Locks = field(default_factory=Locks)
    """Who has left the workplace."""
    consoles: Consoles = field(default_factory=Consoles)
    """Which pages tellers work from."""
    broker: BrokerPort | None = None
    """None: nobody signs in to a broker from here."""
    maintenance: MaintenancePort | None = None
    """What is built in, for administrators; None: there is nothing to look after."""
    bench: object | None = None
    """The hands of the simulated devices; None: there is no bench."""

    @property
    def foretold(self) -> Foretold:
        """What waiting tickets are told of their wait."""
        return self.book.foretold

    @property
    def source(self) -> str:
        """The source of this machine's events."""
        return f"/branch/{self.plan.id}/{self.node}"
