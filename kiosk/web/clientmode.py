"""PADs at which nobody is signed in: what clients look at (LOB-11)."""

import asyncio
import time
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.flow.attempts import Attempts
from kiosk.store.deviceregister import Standing, code_of
from kiosk.store.tokens import digest
from kiosk.web.answers import Body, json_answer, read_body
from kiosk.web.context import BrokerSignIn, WebContext
from kiosk.web.padcheck import OtherBranch, PadRefused
from kiosk.web.signin import DeviceSecret, origin_of

ASKED_A_MINUTE = 30
"""From one address: enough for a PAD that waits for its approval and asks every few seconds."""


class ClientMode(Body):
    """``POST /devices/{device}/client-mode``"""

    device_secret: DeviceSecret
    """What the PAD made itself and sends at every sign-in: it proves that it is this PAD."""
    branch: Annotated[str, Field(max_length=32)] | None = None
    """The branch that the PAD is set up for."""


class ClientModeAnswer(TypedDict):
    """How the PAD connects; ``mqtt`` is null where there is no broker for it."""

    mqtt: BrokerSignIn | None


class ClientModeRoutes:
    """``/devices/{device}/client-mode``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._asked = Attempts(ASKED_A_MINUTE, 60, time.monotonic)

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        path = "/api/v1/devices/{device}/client-mode"
        return [Route(path, self.connect, methods=["POST"], name="device-client-mode")]

    async def connect(self, request: Request) -> Response:
        """Give an approved PAD its token for the broker, where it reads counts and waits (LOB-11).

        For as long as the PAD is approved; each time it is another, and the one before ends.
        """
        asked = await read_body(request, ClientMode)
        self._asked.count(origin_of(request).source)
        device = request.path_params["device"]
        await self._check(device, asked)
        broker, peer = self._context.broker, request.client
        told: ClientModeAnswer = {"mqtt": None}
        if broker is not None and peer is not None:
            host = request.url.hostname or ""
            told = {"mqtt": await broker.client_mode(device, peer.host, host)}
        return json_answer(told)

    async def _check(self, device: str, asked: ClientMode) -> None:
        """Raises PadRefused or OtherBranch."""
        register, secret = self._context.register, asked.device_secret
        standing = await asyncio.to_thread(register.proven, device, secret)
        if standing is not Standing.APPROVED:
            raise PadRefused(standing, device, code_of(digest(secret)))
        if asked.branch is not None and asked.branch != self._context.plan.id:
            raise OtherBranch(asked.branch, self._context.plan.id)
