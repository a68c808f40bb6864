"""What a terminal tells of its own: what became of a slip there, and how its devices are."""

import re
import time
from collections import defaultdict
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.domain.branch import Branch
from kiosk.domain.commands import RecordSlipOutcome, RecordSlipSent, SlipCommand
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault, at_terminal
from kiosk.domain.events import Event
from kiosk.domain.ids import DeviceId, JobId, TicketId
from kiosk.domain.refusals import KeyUsed, SlipDone, UnknownSlip
from kiosk.domain.slip import SlipJob, SlipState
from kiosk.domain.slipevents import SlipOutcomeEvent, SlipSent
from kiosk.flow.attempts import Attempts
from kiosk.web.answers import Body, idempotency_key, json_answer, read_body
from kiosk.web.callers import Caller
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of
from kiosk.web.refusals import InvalidRequest

SLIP_PRINTER = "slip"
"""How a terminal's printer is called there."""
REPORTS_A_MINUTE = 60
"""Of one terminal: a device that changes more often has nothing to tell."""
DEVICES = 16
"""Of one terminal."""
DIGITS = 6
"""In a detail, at the most: no number of a person or of a card has so few."""


_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


def printer_of(terminal: Caller) -> DeviceId:
    """Where this terminal prints slips: beside whoever stands before it."""
    return at_terminal(terminal.name, SLIP_PRINTER)


class SlipBody(Body):
    """``POST /tickets/{id}/slip``"""

    job: str
    """What ``POST /tickets`` answered as ``slip_job``."""
    outcome: Literal[SlipState.SENT, SlipState.PRINTED, SlipState.FAILED, SlipState.UNKNOWN]
    """``sent`` before the first byte leaves; one of the others once, and for good."""
    fault: Fault | None = None
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the bytes that are sent."""

    @property
    def command(self) -> SlipCommand:
        if self.outcome is SlipState.SENT:
            return RecordSlipSent(JobId(self.job), self.digest)
        return RecordSlipOutcome(JobId(self.job), self.outcome, self.fault)


class SlipAnswer(TypedDict):
    """A slip's job as it now is."""

    job: JobId
    ticket: TicketId
    outcome: SlipState
    fault: Fault | None
    sequence: int


def _few_digits(detail: str) -> str:
    if sum(sign.isdigit() for sign in detail) > DIGITS:
        raise ValueError(f"should have at most {DIGITS} digits: no number of a person belongs here")
    return detail


Detail = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9 _.,:;/()+-]{0,64}$"), AfterValidator(_few_digits)
]

TerminalsKind = Literal[
    DeviceKind.CARD_READER,
    DeviceKind.SCANNER,
    DeviceKind.PRINTER,
    DeviceKind.DISPLAY,
    DeviceKind.VOICE,
    DeviceKind.TERMINAL,
]


class DeviceBody(Body):
    """``POST /devices/{id}/status``"""

    status: DeviceStatus
    fault: Fault | None = None
    """What is wrong with it; null: nothing is."""
    detail: Detail = ""
    """A short technical word for staff, of letters of ASCII."""
    kind: TerminalsKind = DeviceKind.TERMINAL


class DeviceAnswer(TypedDict):
    """A terminal's device as the branch calls it, ``{terminal}.{id}``, and how it is."""

    device: DeviceId
    kind: DeviceKind
    status: DeviceStatus
    fault: Fault | None
    detail: str


class TerminalRoutes:
    """``/tickets/{id}/slip`` and ``/devices/{id}/status``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._reports = Attempts(REPORTS_A_MINUTE, 60, time.monotonic)
        self._devices: defaultdict[str, set[DeviceId]] = defaultdict(set)

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        slip, status = "/api/v1/tickets/{ticket}/slip", "/api/v1/devices/{device}/status"
        return [
            Route(slip, self.slip, methods=["POST"], name="slip"),
            Route(status, self.device, methods=["POST"], name="device-status"),
        ]

    async def slip(self, request: Request) -> Response:
        """Say what became of a slip that the terminal printed itself.

        What was told before may be told again. A slip of which nothing is told for ten minutes
        is unknown.
        """
        caller, asked = caller_of(request), await read_body(request, SlipBody)
        desk, ticket = self._context.desk, TicketId(request.path_params["ticket"])
        branch = await desk.branch()
        job = _own_job(branch, ticket, JobId(asked.job), caller)
        visit = branch.tickets[ticket].visit
        try:
            receipt = await desk.submit(
                asked.command, caller.actor, key=idempotency_key(request, asked), correlation=visit
            )
        except SlipDone:
            if (await desk.branch()).slips[job.id].state is not asked.outcome:
                raise
        else:
            if receipt.repeated and not any(_tells_of(one.event, job) for one in receipt.facts):
                raise KeyUsed
        branch = await desk.branch()
        return json_answer(_answer(branch.slips[job.id], branch.sequence))

    async def device(self, request: Request) -> Response:
        """Say how a device of the terminal's is; also when nothing has changed since the feed began.

        Staff are told of a fault when it begins and when it ends.
        """
        caller, asked = caller_of(request), await read_body(request, DeviceBody)
        self._reports.count(caller.actor.caller)
        device = self._device(caller.name, request.path_params["device"])
        condition = DeviceCondition(device, asked.kind, asked.status, asked.fault, asked.detail)
        self._context.device_report(condition)
        answer: DeviceAnswer = {
            "device": device,
            "kind": condition.kind,
            "status": condition.status,
            "fault": condition.fault,
            "detail": condition.detail,
        }
        return json_answer(answer)

    def _device(self, terminal: str, name: str) -> DeviceId:
        """Raises InvalidRequest for a name that won't do, and for one too many."""
        if not _NAME.fullmatch(name):
            raise InvalidRequest([("device", "should have 1 to 32 of A-Z, a-z, 0-9, _ and -")])
        device, known = at_terminal(terminal, name), self._devices[terminal]
        known.add(device)
        if len(known) > DEVICES:
            known.discard(device)
            raise InvalidRequest([("device", f"should be one of {DEVICES} at the most")])
        return device


def _own_job(branch: Branch, ticket: TicketId, wanted: JobId, caller: Caller) -> SlipJob:
    """Raises UnknownSlip, also for the slip of another ticket, and one that is printed elsewhere."""
    job = branch.slips.get(wanted)
    if job is None or job.ticket != ticket or job.printer != printer_of(caller):
        raise UnknownSlip(wanted)
    return job


def _tells_of(event: Event, job: SlipJob) -> bool:
    return isinstance(event, SlipSent | SlipOutcomeEvent) and event.job.id == job.id


def _answer(job: SlipJob, sequence: int) -> SlipAnswer:
    return {
        "job": job.id,
        "ticket": job.ticket,
        "outcome": job.state,
        "fault": job.fault,
        "sequence": sequence,
    }
