"""What anybody may do at any time, drawn by hypothesis: the choices of generated days."""

from datetime import timedelta

from hypothesis import strategies as st

from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    FinishServing,
    KeyCommand,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    Recognition,
    StartServing,
)
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import (
    ClassId,
    ClientRef,
    CounterId,
    DeviceId,
    QueueId,
    ServiceId,
    StaffRef,
    TicketId,
)
from kiosk.domain.ticketcommands import (
    CallTicket,
    ChangePriority,
    CounterTarget,
    DropTicket,
    OpenTicketAt,
    ParkTicket,
    ReinstateTicket,
    RerouteTicket,
    ReturnTicket,
    TellerTarget,
    TransferTicket,
)
from tests.domain.day import MORNING

VERBS: tuple[type[KeyCommand], ...] = (
    OpenCounter,
    PauseCounter,
    CloseCounter,
    CallNext,
    CallNext,
    RecallTicket,
    StartServing,
    FinishServing,
    MarkNoShow,
)
Customer = tuple[tuple[str, str], str, int]
SERVICE: tuple[type[KeyCommand], ...] = (OpenCounter, CallNext, StartServing, FinishServing)
CUSTOMERS = st.tuples(
    st.sampled_from([("1", "li"), ("2", "wang")]),
    st.sampled_from(["cash", "cash", "account"]),
    st.integers(0, len(SERVICE)),
)
"""Who comes: whom they meet, what they want, and how far they get."""
RECOGNITIONS = st.one_of(
    st.none(),
    st.builds(
        Recognition,
        st.sampled_from(["c1", "c2", "c3"]).map(ClientRef),
        st.none(),
        st.sampled_from([None, "regular", "vip", "appointment"]).map(
            lambda name: name and ClassId(name)
        ),
        st.sampled_from([(), ("complaint",)]),
    ),
)
SPANS = st.sampled_from(
    [
        timedelta(milliseconds=1),
        timedelta(milliseconds=299),
        timedelta(seconds=20),
        timedelta(minutes=4),
        timedelta(minutes=13),
        timedelta(minutes=41),
        timedelta(hours=9),
        timedelta(days=1),
        -timedelta(milliseconds=5),
        -timedelta(hours=1),
        -timedelta(hours=26),
    ]
)
CONDITIONS = st.builds(
    lambda device, how: DeviceCondition(DeviceId(device), DeviceKind.PRINTER, *how),
    st.sampled_from(["slip", "swipe"]),
    st.sampled_from(
        [
            (DeviceStatus.ONLINE, None),
            (DeviceStatus.USER_ERROR, Fault.PAPER_OUT),
            (DeviceStatus.OFFLINE, Fault.NO_ANSWER),
        ]
    ),
)
TICKETS = st.integers(1, 12).map(lambda number: TicketId(f"t{number}"))
TELLERS = st.sampled_from([None, None, None, "li", "wang", "zhao"]).map(
    lambda name: name and StaffRef(name)
)
COUNTERS = st.sampled_from(["1", "1", "2", "3", "9"]).map(CounterId)
QUEUES = st.sampled_from(["A", "B", "V", "Q"]).map(QueueId)
TARGETS = st.one_of(
    QUEUES,
    st.builds(CounterTarget, COUNTERS),
    st.builds(TellerTarget, st.sampled_from(["li", "wang", "nobody"]).map(StaffRef)),
)
REASONS = st.sampled_from(["documents", "left", "elderly", "evacuation", None])
HANDLINGS = st.one_of(
    st.builds(CallTicket, TICKETS, COUNTERS, TELLERS),
    st.builds(ParkTicket, TICKETS, st.just("documents"), st.none(), TELLERS),
    st.builds(ParkTicket, TICKETS, REASONS, st.just(MORNING + timedelta(minutes=30)), TELLERS),
    st.builds(ReturnTicket, TICKETS, TELLERS),
    st.builds(ReinstateTicket, TICKETS, TELLERS),
    st.builds(TransferTicket, TICKETS, TARGETS, st.booleans(), TELLERS),
    st.builds(
        TransferTicket,
        st.builds(OpenTicketAt, COUNTERS),
        TARGETS,
        st.booleans(),
        st.sampled_from(["li", "wang", "zhao"]).map(StaffRef),
    ),
    st.builds(DropTicket, TICKETS, st.just("left")),
    st.builds(
        ChangePriority,
        TICKETS,
        st.sampled_from(["vip", "regular", "nobility"]).map(ClassId),
        st.just("elderly"),
    ),
    st.builds(RerouteTicket, TICKETS, st.sampled_from(["cash", "account"]).map(ServiceId)),
)
