"""How the branch is: for load balancers, monitoring and Prometheus."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, NotRequired

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.access import SEES_DEGRADATIONS
from kiosk.domain.branch import Branch
from kiosk.domain.device import DeviceStatus
from kiosk.domain.ids import DeviceId
from kiosk.flow.state import degradations
from kiosk.hallshapes import DeviceJson
from kiosk.ports import LogUnavailable
from kiosk.shapes import device_json
from kiosk.web.answers import json_answer
from kiosk.web.context import WebContext
from kiosk.web.guard import visitor

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus text format."""


class HealthAnswer(TypedDict):
    """How the branch is; what doesn't work is told to monitoring and administrators."""

    status: Literal["starting", "ready", "degraded"]
    degradations: NotRequired[list[DeviceJson]]


class HealthRoutes:
    """``/health`` and ``/metrics``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        return [
            Route("/api/v1/health", self.health, name="health"),
            Route("/api/v1/metrics", self.metrics, name="metrics"),
        ]

    async def health(self, request: Request) -> Response:
        """Ready, or degraded; 503 until the first business day is open."""
        try:
            branch = await self._context.desk.branch()
        except LogUnavailable:
            known = [outage] if (outage := self._context.desk.outage) else []
        else:
            if branch.day is None and not branch.outage:
                return json_answer({"status": "starting"}, 503)
            known = degradations(branch)
        answer: HealthAnswer = {"status": "degraded" if known else "ready"}
        caller = visitor(request)
        if caller and caller.role in SEES_DEGRADATIONS:
            answer["degradations"] = [device_json(condition) for condition in known]
        return json_answer(answer)

    async def metrics(self, request: Request) -> Response:
        """The hall in figures."""
        branch = await self._context.desk.branch()
        lines = [*_exposition(branch), *_paper(self._context.slips_left())]
        lines += _certificate(self._context.certificate_ends())
        text = "".join(f"{line}\n" for line in lines)
        return Response(text, headers={"content-type": EXPOSITION})


def _exposition(branch: Branch) -> Iterator[str]:
    yield from _head("kiosk_sequence", "counter", "Facts in the log.")
    yield f"kiosk_sequence {branch.sequence}"
    yield from _head("kiosk_waiting", "gauge", "Tickets that wait, by queue.")
    for queue in branch.plan.queues:
        yield f'kiosk_waiting{{queue="{queue}"}} {branch.lines.count(queue)}'
    yield from _head("kiosk_tickets", "gauge", "Tickets of the business day, by state.")
    for state, count in sorted(Counter(one.state for one in branch.tickets.values()).items()):
        yield f'kiosk_tickets{{state="{state}"}} {count}'
    yield from _head("kiosk_running_tasks", "gauge", "What the controller does at once.")
    yield f"kiosk_running_tasks {len(asyncio.all_tasks())}"
    yield from _head("kiosk_counters", "gauge", "Counters, by state.")
    for doing, count in sorted(Counter(one.state for one in branch.counters.values()).items()):
        yield f'kiosk_counters{{state="{doing}"}} {count}'
    yield from _head("kiosk_device_up", "gauge", "Whether a device is well.")
    for device, condition in branch.devices.items():
        well = int(condition.status is DeviceStatus.ONLINE)
        yield f'kiosk_device_up{{device="{device}",kind="{condition.kind}"}} {well}'


def _paper(slips_left: Mapping[DeviceId, int]) -> Iterator[str]:
    yield from _head("kiosk_slips_left", "gauge", "Slips that a printer has paper for, about.")
    for device, left in slips_left.items():
        yield f'kiosk_slips_left{{device="{device}"}} {left}'


def _certificate(ends: datetime | None) -> Iterator[str]:
    name = "kiosk_certificate_ends_seconds"
    yield from _head(name, "gauge", "When the certificate ends that is presented, in Unix time.")
    if ends:
        yield f"{name} {ends.timestamp():.0f}"


def _head(name: str, kind: str, help_: str) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} {kind}"
