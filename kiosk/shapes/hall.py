"""The hall's shapes: ``GET /state``, state messages and the feed's snapshot (interfaces.md).

What is written of one domain object is a shape of objects.py; what is put together of several stands
here. JSON Schemas are made from both.
"""

from typing import Annotated, Literal, final

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from kiosk.domain.counter import CounterState
from kiosk.domain.ids import (
    BranchId,
    ClassId,
    CounterId,
    Language,
    QueueId,
    ServiceId,
    TicketId,
)
from kiosk.shapes.objects import CounterShape, DeviceShape, TicketShape
from kiosk.shapes.writing import InShape, Json

InstantText = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""RFC 3339 in UTC with milliseconds."""
DayText = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
ClockText = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"})]
"""The branch's local time of day: ``09:00``."""

Texts = dict[Language, str]
"""A text by language."""

TicketJson = Annotated[Json, InShape(TicketShape)]
DeviceJson = Annotated[Json, InShape(DeviceShape)]
CounterJson = Annotated[Json, InShape(CounterShape)]


@final
class WaitForecast(TypedDict):
    """How long a wait is likely to be, in whole minutes from ``as_of`` on."""

    p10: int
    p50: int
    p70: int
    p90: int
    as_of: InstantText


@final
class NotToday(TypedDict):
    """Nobody will be there to call it."""

    today: Literal[False]
    as_of: InstantText


EstimatedWaitJson = WaitForecast | NotToday


class TicketNowShape(TicketShape):
    """A ticket as it is now, with its place in the queue while it waits."""

    people_ahead: int | None
    estimated_wait: EstimatedWaitJson | None
    sequence: int


TicketNowJson = Annotated[Json, InShape(TicketNowShape)]


class WaitingTicketShape(TicketShape):
    """A ticket in its queue."""

    estimated_wait: EstimatedWaitJson | None


class QueueNumbers(TypedDict):
    """Who waits, who holds a number that isn't finished, and what was given today (LOB-16)."""

    waiting: int
    holding: int
    issued: int


class QueueState(QueueNumbers):
    """A queue, its tickets in calling order; ``estimated_wait`` is for whoever comes now."""

    id: QueueId
    name: Texts
    estimated_wait: EstimatedWaitJson | None
    tickets: list[Annotated[Json, InShape(WaitingTicketShape)]]
    sequence: int


class PublicQueueState(QueueNumbers):
    """What anybody may know of a queue; ``longest_wait`` in seconds."""

    id: QueueId
    name: Texts
    longest_wait: int | None
    estimated_wait: EstimatedWaitJson | None
    sequence: int


class Estimates(TypedDict):
    """All that is foretold: of each queue to whoever comes now, and of each waiting ticket."""

    queues: dict[QueueId, EstimatedWaitJson | None]
    tickets: dict[TicketId, EstimatedWaitJson | None]


class OverdueBucket(TypedDict):
    """Tickets that have waited so many minutes; ``ends`` null: or longer."""

    begins: int
    ends: int | None
    tickets: int


class OverdueState(TypedDict):
    """Who has waited longer than ``reminder`` minutes, in all and by queue (LOB-21)."""

    reminder: int
    buckets: list[OverdueBucket]
    queues: dict[QueueId, list[OverdueBucket]]
    sequence: int


class CounterNowShape(CounterShape):
    """A counter with its open ticket."""

    ticket: TicketJson | None  # type: ignore[assignment]  # itself instead of its id
    name: Texts
    sequence: int


CounterNowJson = Annotated[Json, InShape(CounterNowShape)]


WhyNext = TypedDict(
    "WhyNext",
    {"class": ClassId, "escalated": bool, "share": float | None, "wait": int, "texts": Texts},
)
"""Why it is that ticket's turn: its wait in minutes, and which ``share`` that is of its class' target.

Null: it has waited so long that it is escalated.
"""


class NextTicket(TypedDict):
    """Whom a counter would call now."""

    ticket: TicketId
    number: str
    service: ServiceId
    why: WhyNext


class HallCounterShape(CounterNowShape):
    """A counter with its open ticket and whom it would call next."""

    next: NextTicket | None


HallCounterJson = Annotated[Json, InShape(HallCounterShape)]


class BoardCall(TypedDict):
    """A call as the hall hears it; ``times`` so often."""

    ticket: TicketId
    number: str
    counter: CounterId
    language: Language
    at: InstantText
    times: int


class BoardCounter(TypedDict):
    """What a counter does, as the hall sees it."""

    id: CounterId
    name: Texts
    state: CounterState
    number: str | None


class BoardState(TypedDict):
    """What a hall board draws: who is being called, the latest calls, what each counter does.

    ``notice`` is what everybody should read: why the hall was cleared.
    """

    calling: list[BoardCall]
    last: list[BoardCall]
    counters: list[BoardCounter]
    notice: Texts | None
    waiting: int
    sequence: int


class ServiceState(TypedDict):
    """A service as a customer wants to know it; ``left`` null: there is no end to its tickets."""

    id: ServiceId
    name: str
    open: bool
    opens_at: ClockText | None
    waiting: int
    estimated_wait: EstimatedWaitJson | None
    left: int | None
    last_tickets: bool


class BranchState(TypedDict):
    """Whether the day is open, and what doesn't work.

    ``clock_offset``: how many seconds the machine's clock is ahead of the hall's time.
    ``series_grown``: series that have given more numbers than they should have.
    """

    id: BranchId
    name: Texts
    day: DayText | None
    as_of: InstantText | None
    clock_offset: float
    series_grown: list[str]
    out_of_order: bool
    degradations: list[DeviceJson]
    sequence: int


class HallState(TypedDict):
    """All of the hall; ``aside`` are parked tickets and no-shows."""

    branch: BranchState
    queues: list[QueueState]
    counters: list[HallCounterJson]
    aside: list[TicketJson]
    board: BoardState
    sequence: int
