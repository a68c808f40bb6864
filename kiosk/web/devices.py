"""The register of PADs over HTTP: an administrator sees which wait, lets them in and out (LOB-99)."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.domain.events import Actor
from kiosk.shapes.hall import InstantText
from kiosk.shapes.writing import instant
from kiosk.store.deviceregister import DeviceState, Pad
from kiosk.web.answers import json_answer
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of

Decide = Callable[[str, Actor, datetime], None]


class PadEntry(TypedDict):
    """A PAD; ``code`` is null for one without a secret, ``branch`` for one that didn't say."""

    id: str
    state: DeviceState
    branch: str | None
    code: str | None
    since: InstantText


class DevicesAnswer(TypedDict):
    """Those that wait come first."""

    devices: list[PadEntry]


class DeviceRoutes:
    """``/devices``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        one = "/api/v1/devices/{device}"
        return [
            Route("/api/v1/devices", self.devices, name="devices"),
            Route(f"{one}/approve", self.approve, methods=["POST"], name="device-approve"),
            Route(f"{one}/revoke", self.revoke, methods=["POST"], name="device-revoke"),
        ]

    async def devices(self, request: Request) -> Response:
        """The PADs that are known, or wait to be."""
        return await self._answer()

    async def approve(self, request: Request) -> Response:
        """Let a PAD in that has come; compare the code that it shows before. Raises UnknownPad."""
        return await self._decide(request, partial(self._context.register.approve, ahead=False))

    async def revoke(self, request: Request) -> Response:
        """Let a PAD in no longer and end its sessions; one that isn't let in is forgotten.

        Raises UnknownPad.
        """
        return await self._decide(request, self._context.register.revoke)

    async def _decide(self, request: Request, decide: Decide) -> Response:
        device, now = request.path_params["device"], self._context.clock.now()
        await asyncio.to_thread(decide, device, caller_of(request).actor, now)
        self._context.sessions.callers.look()
        return await self._answer()

    async def _answer(self) -> Response:
        pads = await asyncio.to_thread(self._context.register.pads)
        answer: DevicesAnswer = {"devices": [_entry(pad) for pad in pads]}
        return json_answer(answer)


def _entry(pad: Pad) -> PadEntry:
    return {
        "id": pad.id,
        "state": pad.state,
        "branch": pad.branch,
        "code": pad.code,
        "since": instant(pad.since),
    }
