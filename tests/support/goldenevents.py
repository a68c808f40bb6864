"""Every event as it stands on disk and on the wire: name, event, subject, JSON."""

from dataclasses import replace
from datetime import UTC, date, datetime

from kiosk.domain import alertevents, auditevents, events, slipevents, ticketevents
from kiosk.domain.alert import Alert, AlertKind, AlertLevel, for_pad, for_role
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.device import (
    DeviceCondition,
    DeviceKind,
    DeviceStatus,
    DeviceTrial,
    Fault,
    TrialOutcome,
)
from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.events import Event
from kiosk.domain.ids import (
    AlertId,
    ClassId,
    ClientRef,
    CounterId,
    DeviceId,
    JobId,
    Language,
    QueueId,
    SegmentId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)
from kiosk.domain.role import Role
from kiosk.domain.slip import SlipJob, SlipState
from kiosk.domain.ticket import Ticket, TicketState

WALK_IN = Ticket(
    id=TicketId("t1"),
    series="A",
    serial=1,
    number="A001",
    queue=QueueId("A"),
    service=ServiceId("cash"),
    priority_class=ClassId("regular"),
    state=TicketState.WAITING,
    visit=VisitId("v1"),
    language=Language("zh"),
    issued_at=datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    clock_start=datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
)
SERVED = Ticket(
    id=TicketId("t2"),
    series="V",
    serial=12,
    number="V012",
    queue=QueueId("V"),
    service=ServiceId("cash"),
    priority_class=ClassId("vip"),
    state=TicketState.SERVED,
    visit=VisitId("v2"),
    language=Language("en"),
    issued_at=datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    clock_start=datetime(2026, 3, 2, 0, 59, 59, 999_000, tzinfo=UTC),
    client=ClientRef("c1"),
    segment=SegmentId("vip"),
    flags=("complaint",),
    counter=CounterId("1"),
    teller=StaffRef("li"),
    called_at=datetime(2026, 3, 2, 1, 2, 3, 4_000, tzinfo=UTC),
    recalls=2,
    started_at=datetime(2026, 3, 2, 1, 3, tzinfo=UTC),
    ended_at=datetime(2026, 3, 2, 1, 9, tzinfo=UTC),
)
NOTHING_MORE = (
    '"parked_until":null,"park_reason":null,"only_counter":null,"only_teller":null,'
    '"come_back":null,"moved_from":null,"moved_to":null,"services":[],"result":null'
)
WALK_IN_JSON = (
    '{"id":"t1","number":"A001","series":"A","serial":1,"queue":"A","service":"cash",'
    '"class":"regular","state":"waiting","visit":"v1","client":null,"segment":null,'
    '"language":"zh","flags":[],"issued_at":"2026-03-02T01:00:00.000Z",'
    '"clock_start":"2026-03-02T01:00:00.000Z","counter":null,"teller":null,"called_at":null,'
    '"recalls":0,"last_called_at":null,"started_at":null,"ended_at":null,' + NOTHING_MORE
)
SERVED_JSON = (
    '{"id":"t2","number":"V012","series":"V","serial":12,"queue":"V","service":"cash",'
    '"class":"vip","state":"served","visit":"v2","client":"c1","segment":"vip",'
    '"language":"en","flags":["complaint"],"issued_at":"2026-03-02T01:00:00.000Z",'
    '"clock_start":"2026-03-02T00:59:59.999Z","counter":"1","teller":"li",'
    '"called_at":"2026-03-02T01:02:03.004Z","recalls":2,"last_called_at":null,'
    '"started_at":"2026-03-02T01:03:00.000Z","ended_at":"2026-03-02T01:09:00.000Z",' + NOTHING_MORE
)
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LI = StaffRef("li")
PREPARED = SlipJob(JobId("j1"), TicketId("t1"), DeviceId("slip"))
FAILED = SlipJob(
    JobId("j1"), TicketId("t1"), DeviceId("slip"), SlipState.FAILED, "ab12", Fault.PAPER_OUT
)
PREPARED_JSON = (
    '{"id":"j1","ticket":"t1","printer":"slip","state":"prepared","digest":null,"fault":null,'
    '"copy":false}'
)
FAILED_JSON = (
    '{"id":"j1","ticket":"t1","printer":"slip","state":"failed","digest":"ab12","fault":"paperOut",'
    '"copy":false}'
)
FORETOLD = EstimatedWait(
    TicketId("t1"), QueueId("A"), datetime(2026, 3, 2, 1, 0, tzinfo=UTC), 6, 11, 14, 19
)
FORETOLD_JSON = (
    '{"ticket":"t1","queue":"A","as_of":"2026-03-02T01:00:00.000Z",'
    '"p10":6,"p50":11,"p70":14,"p90":19}'
)
NOT_TODAY = EstimatedWait(TicketId("t1"), QueueId("A"), datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
NOT_TODAY_JSON = (
    '{"ticket":"t1","queue":"A","as_of":"2026-03-02T01:00:00.000Z",'
    '"p10":null,"p50":null,"p70":null,"p90":null}'
)
COUNTER = Counter(
    CounterId("1"), CounterState.SERVING, StaffRef("li"), TicketId("t1"), pausing=True
)
COUNTER_JSON = (
    '{"id":"1","state":"serving","teller":"li","ticket":"t1","pausing":true,'
    '"status":null,"since":null,"nth":0,"overrun":false}'
)
CONDITION = DeviceCondition(
    DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT, "n=1"
)
CONDITION_JSON = (
    '{"device":"slip","kind":"printer","status":"userError","fault":"paperOut","detail":"n=1"}'
)
WAS = TicketState.CALLED
ONE = CounterId("1")
WALK_IN_FROM = WALK_IN_JSON + ',"from":"called","from_counter":null,"slip":null,"reason":null}'
FROM_ONE = WALK_IN_FROM.replace('"from_counter":null', '"from_counter":"1"')
SERVED_FROM = SERVED_JSON + ',"from":"called","from_counter":null,"slip":null,"reason":null}'
WITH_REASON = WALK_IN_FROM.replace('"reason":null', '"reason":"closing"')
PARKED = replace(
    WALK_IN,
    state=TicketState.PARKED,
    parked_until=datetime(2026, 3, 2, 2, tzinfo=UTC),
    park_reason="documents",
    only_counter=CounterId("2"),
    only_teller=StaffRef("wang"),
    come_back=QueueId("B"),
    moved_from=TicketId("t0"),
    moved_to=TicketId("t9"),
    services=(ServiceId("cash"),),
    result="done",
)
PARKED_JSON = (
    WALK_IN_FROM.replace('"state":"waiting"', '"state":"parked"')
    .replace('"parked_until":null', '"parked_until":"2026-03-02T02:00:00.000Z"')
    .replace('"park_reason":null', '"park_reason":"documents"')
    .replace('"only_counter":null', '"only_counter":"2"')
    .replace('"only_teller":null', '"only_teller":"wang"')
    .replace('"come_back":null', '"come_back":"B"')
    .replace('"moved_from":null', '"moved_from":"t0"')
    .replace('"moved_to":null', '"moved_to":"t9"')
    .replace('"services":[],"result":null', '"services":["cash"],"result":"done"')
    .replace('"from_counter":null', '"from_counter":"1"')
    .replace('"reason":null}', '"reason":"documents"}')
)
WITH_SLIP = (
    WALK_IN_JSON + ',"from":null,"from_counter":null,"slip":' + FAILED_JSON + ',"reason":null}'
)

GOLDEN: list[tuple[str, Event, str, str]] = [
    (
        "day.opened",
        events.DayOpened(date(2026, 3, 2), (CONDITION,)),
        "2026-03-02",
        '{"day":"2026-03-02","faults":[' + CONDITION_JSON + "]}",
    ),
    (
        "ticket.issued",
        events.TicketIssued(WALK_IN),
        "t1",
        WALK_IN_JSON + ',"from":null,"from_counter":null,"slip":null,"reason":null}',
    ),
    ("ticket.recognised", events.TicketRecognised(WALK_IN, WAS), "t1", WALK_IN_FROM),
    ("ticket.called", events.TicketCalled(SERVED, WAS), "t2", SERVED_FROM),
    ("ticket.recalled", events.TicketRecalled(SERVED, WAS), "t2", SERVED_FROM),
    ("ticket.serving", events.ServingStarted(SERVED, WAS), "t2", SERVED_FROM),
    ("ticket.served", events.TicketServed(SERVED, WAS), "t2", SERVED_FROM),
    ("ticket.no_show", events.TicketNoShow(SERVED, WAS), "t2", SERVED_FROM),
    ("ticket.expired", events.TicketExpired(WALK_IN, WAS), "t1", WALK_IN_FROM),
    ("ticket.expired", events.TicketExpired(WALK_IN, WAS, "closing"), "t1", WITH_REASON),
    ("ticket.parked", ticketevents.TicketParked(PARKED, WAS, "documents", ONE), "t1", PARKED_JSON),
    ("ticket.returned", ticketevents.TicketReturned(WALK_IN, WAS, None, ONE), "t1", FROM_ONE),
    ("ticket.transferred", ticketevents.TicketTransferred(WALK_IN, WAS), "t1", WALK_IN_FROM),
    ("ticket.transferred", ticketevents.TicketTransferred(WALK_IN, WAS, left=ONE), "t1", FROM_ONE),
    ("ticket.rerouted", ticketevents.TicketRerouted(WALK_IN, WAS), "t1", WALK_IN_FROM),
    ("ticket.moved", ticketevents.TicketMoved(WALK_IN, WAS), "t1", WALK_IN_FROM),
    ("ticket.dropped", ticketevents.TicketDropped(WALK_IN, WAS, "closing"), "t1", WITH_REASON),
    ("ticket.reinstated", ticketevents.TicketReinstated(WALK_IN, WAS), "t1", WALK_IN_FROM),
    (
        "ticket.reclassified",
        ticketevents.TicketReclassified(WALK_IN, WAS, "closing"),
        "t1",
        WITH_REASON,
    ),
    ("ticket.reprinted", ticketevents.TicketReprinted(WALK_IN, WAS), "t1", WALK_IN_FROM),
    (
        "day.cleared",
        events.HallCleared(date(2026, 3, 2), "closing", 7),
        "2026-03-02",
        '{"day":"2026-03-02","reason":"closing","tickets":7}',
    ),
    (
        "queue.grew",
        events.SeriesGrew(QueueId("A"), "A", "A1000"),
        "A",
        '{"queue":"A","series":"A","number":"A1000"}',
    ),
    (
        "service.last_tickets",
        events.LastTickets(ServiceId("cash"), 20),
        "cash",
        '{"service":"cash","left":20}',
    ),
    ("counter.overran", events.BreakOverrun(COUNTER), "1", COUNTER_JSON),
    ("ticket.printed", slipevents.TicketPrinted(WALK_IN, FAILED), "t1", WITH_SLIP),
    ("ticket.print_failed", slipevents.PrintFailed(WALK_IN, FAILED), "t1", WITH_SLIP),
    ("ticket.print_unknown", slipevents.PrintUnknown(WALK_IN, FAILED), "t1", WITH_SLIP),
    ("wait.estimated", events.WaitEstimated(FORETOLD), "t1", FORETOLD_JSON),
    ("wait.estimated", events.WaitEstimated(NOT_TODAY), "t1", NOT_TODAY_JSON),
    ("slip.prepared", slipevents.SlipPrepared(PREPARED), "t1", PREPARED_JSON),
    ("slip.sent", slipevents.SlipSent(FAILED), "t1", FAILED_JSON),
    ("slip.left", slipevents.SlipLeft(FAILED), "t1", FAILED_JSON),
    ("slip.taken", slipevents.SlipTaken(FAILED), "t1", FAILED_JSON),
    ("slip.retracted", slipevents.SlipRetracted(FAILED), "t1", FAILED_JSON),
    ("slip.dropped", slipevents.SlipDropped(FAILED), "t1", FAILED_JSON),
    ("counter.opened", events.CounterOpened(COUNTER), "1", COUNTER_JSON),
    ("counter.paused", events.CounterPaused(COUNTER), "1", COUNTER_JSON),
    ("counter.closed", events.CounterClosed(COUNTER), "1", COUNTER_JSON),
    ("device.failed", events.DeviceFailed(CONDITION), "slip", CONDITION_JSON),
    ("device.recovered", events.DeviceRecovered(CONDITION), "slip", CONDITION_JSON),
    (
        "device.tested",
        events.DeviceTested(DeviceTrial(DeviceId("slip"), TrialOutcome.FAILED)),
        "slip",
        '{"device":"slip","outcome":"failed"}',
    ),
]


ALERT = Alert(
    AlertId("device-slip-paperOut-role-lobby-manager-2"),
    AlertKind.DEVICE,
    AlertLevel.WARNING,
    for_role(Role.LOBBY_MANAGER),
    datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    device=DeviceId("slip"),
    fault=Fault.PAPER_OUT,
    escalated_to=for_role(Role.WEALTH_MANAGER),
    acknowledged_at=datetime(2026, 3, 2, 1, 9, tzinfo=UTC),
    acknowledged_by=StaffRef("li"),
)
LONG_WAIT = Alert(
    AlertId("long_wait-t1-pad-PAD-1-1"),
    AlertKind.LONG_WAIT,
    AlertLevel.WARNING,
    for_pad("PAD-1"),
    datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    TicketId("t1"),
    "A001",
    QueueId("A"),
    expired_at=datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
)
ALERT_JSON = (
    '{"id":"device-slip-paperOut-role-lobby-manager-2","kind":"device","level":"warning",'
    '"recipient":"role/lobby-manager","raised_at":"2026-03-02T01:00:00.000Z","ticket":null,'
    '"number":null,"queue":null,"counter":null,"device":"slip","fault":"paperOut",'
    '"escalated_to":"role/wealth-manager","acknowledged_at":"2026-03-02T01:09:00.000Z",'
    '"acknowledged_by":"li","expired_at":null}'
)
LONG_WAIT_JSON = (
    '{"id":"long_wait-t1-pad-PAD-1-1","kind":"long_wait","level":"warning",'
    '"recipient":"pad/PAD-1","raised_at":"2026-03-02T01:00:00.000Z","ticket":"t1",'
    '"number":"A001","queue":"A","counter":null,"device":null,"fault":null,'
    '"escalated_to":null,"acknowledged_at":null,"acknowledged_by":null,'
    '"expired_at":"2026-03-02T20:00:00.000Z"}'
)
GOLDEN += [
    ("alert.raised", alertevents.AlertRaised(ALERT), ALERT.id, ALERT_JSON),
    ("alert.escalated", alertevents.AlertEscalated(ALERT), ALERT.id, ALERT_JSON),
    ("alert.acknowledged", alertevents.AlertAcknowledged(ALERT), ALERT.id, ALERT_JSON),
    ("alert.expired", alertevents.AlertExpired(LONG_WAIT), LONG_WAIT.id, LONG_WAIT_JSON),
]


GOLDEN += [
    (
        "client.opened",
        auditevents.ClientOpened(ClientRef("c1"), VisitId("v1"), auditevents.KnownBy.CARD),
        "c1",
        '{"client":"c1","visit":"v1","known_by":"card"}',
    ),
    (
        "client.not_found",
        auditevents.ClientNotFound(VisitId("v1"), auditevents.KnownBy.PHONE),
        "v1",
        '{"visit":"v1","known_by":"phone"}',
    ),
    ("client.rekeyed", auditevents.ClientRekeyed(ClientRef("c1")), "c1", '{"client":"c1"}'),
    (
        "key.changed",
        auditevents.CardKeyChanged(auditevents.KeyChange.BEGUN),
        "card-key",
        '{"change":"begun"}',
    ),
    (
        "settings.changed",
        auditevents.SettingsChanged("ab12", "0.1.0"),
        "ab12",
        '{"digest":"ab12","program":"0.1.0"}',
    ),
    (
        "account.changed",
        auditevents.AccountChanged(7, auditevents.AccountChange.TOKEN_ADDED, "crm", "crm", AT),
        "crm",
        '{"number":7,"change":"token_added","account":"crm","role":"crm",'
        '"at":"2026-03-02T01:00:00.000Z"}',
    ),
    (
        "session.begun",
        auditevents.SessionBegun(8, StaffRef("li"), "teller", "PAD-1", AT),
        "li",
        '{"number":8,"user":"li","role":"teller","device":"PAD-1",'
        '"at":"2026-03-02T01:00:00.000Z","times":1}',
    ),
    (
        "session.ended",
        auditevents.SessionEnded(9, StaffRef("li"), "teller", None, AT, 3),
        "li",
        '{"number":9,"user":"li","role":"teller","device":null,'
        '"at":"2026-03-02T01:00:00.000Z","times":3}',
    ),
    (
        "client.erased",
        auditevents.ClientErased(3, ClientRef("c1"), AT, 2, 1, 0),
        "c1",
        '{"number":3,"client":"c1","at":"2026-03-02T01:00:00.000Z",'
        '"cards":2,"phones":1,"documents":0}',
    ),
    (
        "day.sealed",
        auditevents.DaySealed(date(2026, 3, 1), "812:" + "9f" * 32),
        "2026-03-01",
        '{"day":"2026-03-01","seal":"812:' + "9f" * 32 + '"}',
    ),
    ("signin.refused", auditevents.SignInsRefused(None, 4), "unknown", '{"user":null,"times":4}'),
    ("signin.refused", auditevents.SignInsRefused(LI, 4), "li", '{"user":"li","times":4}'),
]
