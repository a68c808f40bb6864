"""Alerts over HTTP: what somebody should look at, calls for the lobby manager, acknowledgement."""

import asyncio
from typing import Annotated, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.domain.alert import Alert, Recipient, for_pad, for_role, for_user
from kiosk.domain.alertevents import AlertRaised
from kiosk.domain.alerting import open_call
from kiosk.domain.branch import Branch
from kiosk.domain.client import LEAST_VIP_AMOUNT, MOST_VIP_AMOUNT
from kiosk.domain.commands import AcknowledgeAlert, CallLobbyManager
from kiosk.domain.ids import AlertId, CounterId, DeviceId, StaffRef
from kiosk.domain.overdue import LONGEST_REMINDER, SHORTEST_REMINDER
from kiosk.domain.refusals import TellerAway, UnknownAlert
from kiosk.domain.role import Role
from kiosk.shapes.objects import AlertShape, alert_json
from kiosk.shapes.writing import InShape
from kiosk.store.pads import PadChoice
from kiosk.web.alertwords import alert_words
from kiosk.web.answers import Body, Json, idempotency_key, json_answer, read_body
from kiosk.web.callers import Caller
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of
from kiosk.web.problems import language_of
from kiosk.web.refusals import NoPad
from kiosk.web.traces import trace_of


class AlertBody(Body):
    """``POST /alerts``"""

    kind: Literal["call"] = "call"


class PadBody(Body):
    """``PUT /pad``: minutes (LOB-21), and whole units of the currency (LOB-30) or null"""

    reminder: Annotated[int, Field(strict=True, ge=SHORTEST_REMINDER, le=LONGEST_REMINDER)]
    vip_amount: (
        Annotated[int, Field(strict=True, ge=LEAST_VIP_AMOUNT, le=MOST_VIP_AMOUNT)] | None
    ) = None


class ShownAlertShape(AlertShape):
    """An alert, and in the caller's language what it is about and what to do."""

    title: str
    advice: str


ShownAlert = Annotated[Json, InShape(ShownAlertShape)]


class AlertsAnswer(TypedDict):
    """What somebody should look at, the oldest first."""

    alerts: list[ShownAlert]
    sequence: int


class PadAnswer(TypedDict):
    """What a PAD is set to: minutes, and whole units of the branch's currency, as ISO 4217 names it."""

    device: str
    reminder: int
    vip_amount: int | None
    currency: str


class AlertRoutes:
    """``/alerts`` and ``/pad``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        acknowledge = "/api/v1/alerts/{alert}/acknowledge"
        return [
            Route("/api/v1/alerts", self.alerts, name="alerts"),
            Route("/api/v1/alerts", self.call, methods=["POST"], name="alert-raise"),
            Route(acknowledge, self.acknowledge, methods=["POST"], name="alert-acknowledge"),
            Route("/api/v1/pad", self.pad, name="pad"),
            Route("/api/v1/pad", self.set_pad, methods=["PUT"], name="pad-set"),
        ]

    async def alerts(self, request: Request) -> Response:
        """What this role, PAD or person should look at, the oldest first (LOB-52)."""
        branch = await self._context.desk.branch()
        mine = recipients_of(caller_of(request))
        language = language_of(request)
        found = [
            self._shown(branch, alert, language)
            for alert in branch.alerts.open.values()
            if not mine.isdisjoint(alert.recipients)
        ]
        answer: AlertsAnswer = {"alerts": found, "sequence": branch.sequence}
        return json_answer(answer)

    async def call(self, request: Request) -> Response:
        """Call the lobby manager to the teller's counter, or to the caller's device (LOB-59).

        201 with the alert; 200 with the one that nobody has acknowledged yet.
        """
        asked = await read_body(request, AlertBody)
        caller = caller_of(request)
        branch = await self._context.desk.branch()
        command = _call(branch, caller)
        receipt = await self._context.desk.submit(
            command,
            caller.actor,
            key=idempotency_key(request, asked),
            correlation=trace_of(request),
        )
        raised = [fact.event.alert for fact in receipt.facts if isinstance(fact.event, AlertRaised)]
        branch = await self._context.desk.branch()
        alert = raised[0] if raised else open_call(branch, command.counter, command.device)
        if alert is None:  # it was acknowledged this very moment
            return Response(status_code=204)
        shown = self._shown(branch, branch.alerts.get(alert.id, alert), language_of(request))
        return json_answer(shown, 201 if raised and not receipt.repeated else 200)

    async def acknowledge(self, request: Request) -> Response:
        """Say that it was seen. Raises UnknownAlert, for somebody else's alert as well."""
        caller = caller_of(request)
        id_ = AlertId(request.path_params["alert"])
        branch = await self._context.desk.branch()
        alert = branch.alerts.get(id_)
        if alert is None or recipients_of(caller).isdisjoint(alert.recipients):
            raise UnknownAlert(id_)
        by = StaffRef(caller.actor.user) if caller.actor.user else None
        await self._context.desk.submit(
            AcknowledgeAlert(id_, by),
            caller.actor,
            key=idempotency_key(request),
            correlation=trace_of(request),
        )
        branch = await self._context.desk.branch()
        alert = branch.alerts.get(id_, alert)  # the day may have turned meanwhile
        return json_answer(self._shown(branch, alert, language_of(request)))

    async def pad(self, request: Request) -> Response:
        """What the caller's PAD is set to. Raises NoPad."""
        pad = _pad(caller_of(request))
        return self._chosen(pad, await asyncio.to_thread(self._context.pads.choice, pad))

    async def set_pad(self, request: Request) -> Response:
        """Set the caller's PAD (LOB-21, LOB-30). Raises NoPad or InvalidRequest."""
        asked = await read_body(request, PadBody)
        pad = _pad(caller_of(request))
        choice = PadChoice(asked.reminder, asked.vip_amount)
        await asyncio.to_thread(self._context.pads.choose, pad, choice)
        return self._chosen(pad, choice)

    def _chosen(self, pad: str, choice: PadChoice) -> Response:
        answer: PadAnswer = {
            "device": pad,
            "reminder": choice.reminder,
            "vip_amount": choice.vip_amount,
            "currency": self._context.settings.branch.currency,
        }
        return json_answer(answer)

    def _shown(self, branch: Branch, alert: Alert, language: str) -> ShownAlert:
        title, advice = alert_words(alert, branch, language)
        return alert_json(alert) | {"title": title, "advice": advice}


def recipients_of(caller: Caller) -> frozenset[Recipient]:
    """As whom this caller is told: by role, as a person, and at this PAD."""
    mine = [for_role(caller.role)]
    if caller.actor.user:
        mine.append(for_user(StaffRef(caller.actor.user)))
    if caller.actor.device:
        mine.append(for_pad(caller.actor.device))
    return frozenset(mine)


def _call(branch: Branch, caller: Caller) -> CallLobbyManager:
    """From where the caller calls. Raises TellerAway."""
    if caller.role is not Role.TELLER:
        return CallLobbyManager(device=DeviceId(caller.actor.device or caller.name))
    teller = StaffRef(caller.actor.user or "")
    for counter in branch.counters.values():
        if counter.teller == teller:
            return CallLobbyManager(CounterId(counter.id))
    raise TellerAway(teller)


def _pad(caller: Caller) -> str:
    if caller.actor.device is None:
        raise NoPad
    return caller.actor.device
