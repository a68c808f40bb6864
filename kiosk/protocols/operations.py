"""What each route of the API is asked with and answers, by its name in the role table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from kiosk.domain import refusals
from kiosk.flow.attempts import TooManyAttempts
from kiosk.protocols.problemtypes import NotFound
from kiosk.reports.bookkeeper import NothingRecorded
from kiosk.reports.formats import Format
from kiosk.reports.shapes import ReportShape
from kiosk.shapes.hall import HallState, OverdueState, QueueState, TicketNowJson
from kiosk.store.deviceregister import UnknownPad
from kiosk.web.alerts import AlertBody, AlertsAnswer, PadAnswer, PadBody, ShownAlert
from kiosk.web.answers import Body
from kiosk.web.clientmode import ClientMode, ClientModeAnswer
from kiosk.web.devices import DevicesAnswer
from kiosk.web.events import EventsWanted
from kiosk.web.hall import CountersAnswer, QueuesAnswer, Reminder
from kiosk.web.handling import ClearedAnswer, ReasonBody
from kiosk.web.health import HealthAnswer
from kiosk.web.padcheck import OtherBranch, PadRefused
from kiosk.web.passwordcheck import CodeMissing, CodeNeeded, WrongCode, WrongPassword
from kiosk.web.refusals import (
    ConsoleElsewhere,
    CrossSite,
    EventsGone,
    NoPad,
    NotAllowed,
    StillLocked,
    UnknownVisit,
    UpgradeNeeded,
)
from kiosk.web.reports import ReportWanted
from kiosk.web.signin import CallerAnswer, Login, Logout, SignedInAnswer, Unlock
from kiosk.web.terminals import DeviceAnswer, DeviceBody, SlipAnswer, SlipBody
from kiosk.web.tickets import AnotherTicket, IssuedTicket, NewTicket
from kiosk.web.visits import VisitAnswer, WhoIsIt


class Tag(StrEnum):
    """The subjects of the API."""

    SIGN_IN = "sign-in"
    VISITS = "visits"
    TICKETS = "tickets"
    COUNTERS = "counters"
    HALL = "hall"
    ALERTS = "alerts"
    EVENTS = "events"
    REPORTS = "reports"
    HEALTH = "health"
    DOCUMENTS = "documents"


TAGS: Mapping[Tag, str] = {
    Tag.SIGN_IN: "Who is there: sessions of staff. Programs have a token and sign in nowhere.",
    Tag.VISITS: "Who somebody is, as far as the caller may know, and what can be had.",
    Tag.TICKETS: "Tickets, and what is done with them.",
    Tag.COUNTERS: "What a teller does at the own counter.",
    Tag.HALL: "The hall as it is now.",
    Tag.ALERTS: "What somebody should look at now.",
    Tag.EVENTS: "What happened: the branch's facts, and the feed of the machine's own windows.",
    Tag.REPORTS: "A business day or several in figures.",
    Tag.HEALTH: "How the branch is, for load balancers and monitoring.",
    Tag.DOCUMENTS: "What others program against, this document among them.",
}


class Of(StrEnum):
    """Answers that no type of the code's describes."""

    EVENTS = "EventsAnswer"
    TEXT = "text/plain"
    FEED = "feed"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Operation:
    """A route, or one verb of it. ``answers``: what comes with each status; None: no body."""

    tag: Tag
    answers: Mapping[int, Any]
    body: type[Body] | None = None
    query: type[BaseModel] | None = None
    refusals: tuple[type[Exception], ...] = ()
    """Beside those that the role table and the body make possible."""
    commands: bool = False
    """Whether the hall is commanded, so that it may refuse and take an Idempotency-Key."""
    examples: Mapping[str, Any] = field(default_factory=dict)
    """Of bodies, by name."""
    files: tuple[str, ...] = ()
    """Media types that a well answer may have instead of JSON."""
    told: str = ""
    """What it does; empty: as the route's docstring says."""


_CODES = (refusals.CodeVoid, refusals.CodeUsed)
_PASSWORD = (WrongPassword, TooManyAttempts)
_DECIDING = (CrossSite, UnknownPad)

OPERATIONS: Mapping[str, Operation] = {
    "login": Operation(
        Tag.SIGN_IN,
        {200: SignedInAnswer},
        Login,
        refusals=(*_PASSWORD, CodeNeeded, WrongCode, CodeMissing, OtherBranch, PadRefused),
        examples={
            "at a PAD": {"user": "wang", "password": "correct horse", "device": "PAD-1"},
            "elsewhere": {"user": "li", "password": "battery staple"},
        },
    ),
    "logout": Operation(
        Tag.SIGN_IN, {204: None}, Logout, examples={"everywhere": {"everywhere": True}}
    ),
    "me": Operation(Tag.SIGN_IN, {200: CallerAnswer}),
    "devices": Operation(Tag.SIGN_IN, {200: DevicesAnswer}),
    "device-approve": Operation(Tag.SIGN_IN, {200: DevicesAnswer}, refusals=_DECIDING),
    "device-revoke": Operation(Tag.SIGN_IN, {200: DevicesAnswer}, refusals=_DECIDING),
    "device-client-mode": Operation(
        Tag.SIGN_IN,
        {200: ClientModeAnswer},
        ClientMode,
        refusals=(TooManyAttempts, PadRefused, OtherBranch),
        examples={"a PAD by itself": {"device_secret": "0123456789abcdef-of-the-pad"}},
    ),
    "lock": Operation(Tag.SIGN_IN, {204: None}),
    "unlock": Operation(Tag.SIGN_IN, {204: None}, Unlock, refusals=(StillLocked, TooManyAttempts)),
    "visits": Operation(
        Tag.VISITS,
        {201: VisitAnswer},
        WhoIsIt,
        refusals=(*_CODES, TooManyAttempts),
        examples={"a walk-in": {"language": "zh"}, "a phone number": {"phone": "139 0000 0000"}},
    ),
    "tickets": Operation(
        Tag.TICKETS,
        {201: IssuedTicket},
        NewTicket,
        refusals=(ConsoleElsewhere, NotAllowed, UnknownVisit),
        commands=True,
        examples={"for a walk-in": {"service": "cash", "language": "zh"}},
    ),
    "visit-tickets": Operation(
        Tag.TICKETS,
        {201: IssuedTicket},
        AnotherTicket,
        refusals=(ConsoleElsewhere, UnknownVisit),
        commands=True,
        examples={"one more": {"service": "account"}},
    ),
    "ticket": Operation(Tag.TICKETS, {200: TicketNowJson}, refusals=(refusals.UnknownTicket,)),
    "slip": Operation(
        Tag.TICKETS,
        {200: SlipAnswer},
        SlipBody,
        commands=True,
        examples={
            "before the first byte leaves": {"job": "019d0000", "outcome": "sent"},
            "no paper": {"job": "019d0000", "outcome": "failed", "fault": "paperOut"},
        },
    ),
    "device-status": Operation(
        Tag.HALL,
        {200: DeviceAnswer},
        DeviceBody,
        refusals=(TooManyAttempts,),
        examples={
            "it is well": {"status": "online", "kind": "printer"},
            "its paper has run out": {
                "status": "userError",
                "fault": "paperOut",
                "kind": "printer",
            },
        },
    ),
    "hall-clear": Operation(
        Tag.HALL,
        {200: ClearedAnswer},
        ReasonBody,
        commands=True,
        examples={"an evacuation": {"reason": "evacuation"}},
    ),
    "queues": Operation(Tag.HALL, {200: QueuesAnswer}),
    "queue": Operation(Tag.HALL, {200: QueueState}, refusals=(refusals.UnknownQueue,)),
    "overdue": Operation(Tag.HALL, {200: OverdueState}, query=Reminder),
    "counters": Operation(Tag.HALL, {200: CountersAnswer}),
    "state": Operation(Tag.HALL, {200: HallState}),
    "events": Operation(Tag.EVENTS, {200: Of.EVENTS}, query=EventsWanted, refusals=(EventsGone,)),
    "feed": Operation(Tag.EVENTS, {101: Of.FEED}, refusals=(NotFound, UpgradeNeeded)),
    "report": Operation(
        Tag.REPORTS,
        {200: ReportShape},
        query=ReportWanted,
        refusals=(NothingRecorded,),
        files=tuple(one.media_type for one in Format if one is not Format.JSON),
    ),
    "alerts": Operation(Tag.ALERTS, {200: AlertsAnswer}),
    "alert-raise": Operation(
        Tag.ALERTS,
        {201: ShownAlert, 200: ShownAlert, 204: None},
        AlertBody,
        refusals=(refusals.TellerAway,),
        commands=True,
        examples={"the lobby manager is called": {"kind": "call"}},
    ),
    "alert-acknowledge": Operation(
        Tag.ALERTS, {200: ShownAlert}, refusals=(refusals.UnknownAlert,), commands=True
    ),
    "pad": Operation(Tag.ALERTS, {200: PadAnswer}, refusals=(NoPad,)),
    "pad-set": Operation(
        Tag.ALERTS,
        {200: PadAnswer},
        PadBody,
        refusals=(NoPad,),
        examples={"a quarter of an hour": {"reminder": 15}},
    ),
    "health": Operation(Tag.HEALTH, {200: HealthAnswer, 503: HealthAnswer}),
    "metrics": Operation(Tag.HEALTH, {200: Of.TEXT}),
    "openapi": Operation(Tag.DOCUMENTS, {200: Of.DOCUMENT}),
    "asyncapi": Operation(Tag.DOCUMENTS, {200: Of.DOCUMENT}),
    "message-schemas": Operation(Tag.DOCUMENTS, {200: Of.DOCUMENT}),
}
