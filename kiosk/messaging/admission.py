"""Who is let in at the broker: its access plugin kept as the accounts say."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from kiosk.messaging.control import BrokerControl, NoControl
from kiosk.messaging.credentials import BrokerClient, NewTokens
from kiosk.messaging.dynamicsecurity import Admitted, Json, admitted, changes
from kiosk.messaging.mqtt import MqttPublisher
from kiosk.messaging.presence import Attendance
from kiosk.messaging.topics import Topics
from kiosk.ports import Clock, KioskError

LOOK_EVERY = 1.0
"""Seconds between two looks at who may sign in, for those of whom nobody tells."""
INTRODUCED_WITHIN = 1.0
"""Seconds."""

logger = logging.getLogger(__name__)


class Admission:
    """Brings a broker up to date at each connection and whenever somebody comes or goes.

    ``clients`` says who may sign in now; it blocks and is asked in a thread. What the broker has is
    asked each time before it is changed, so that it doesn't matter how it came to be so.
    """

    def __init__(
        self,
        topics: Topics,
        clients: Callable[[], Sequence[BrokerClient]],
        tokens: NewTokens,
        clock: Clock,
    ) -> None:
        self._topics = topics
        self._clock = clock
        self._clients = clients
        self._tokens = tokens
        self._changed = asyncio.Event()
        self._blind = False
        self._introduced: dict[str, asyncio.Event] = {}

    def look(self) -> None:
        """Somebody has come or gone: look now."""
        self._changed.set()

    async def introduce(self, name: str, token: str) -> None:
        """Somebody has just signed in and wants to connect.

        Returns when the broker knows them; when it is away, after a moment. It is told when it is
        back. Raises OSError when the token can't be kept until then.
        """
        await asyncio.to_thread(self._tokens.put, name, token)
        known = self._introduced.setdefault(name, asyncio.Event())
        self.look()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(INTRODUCED_WITHIN):
                await known.wait()
        self._introduced.pop(name, None)

    def now(self) -> Admitted:
        """Everybody who may sign in; blocks. Raises KioskError when the accounts can't be read."""
        return admitted(self._clients(), self._topics)

    async def run(self, publisher: MqttPublisher) -> None:
        """For the time of one connection. A broker without the plugin is told of and let be."""
        control = BrokerControl(publisher)
        attendance = Attendance(self._topics)
        aligned = Admitted("", {}, {})
        unknown: tuple[str, ...] = ()
        try:
            await control.open()
            await publisher.follow(self._topics.presence("#"), attendance.take)
            while True:
                self._changed.clear()
                wanted, tokens = await asyncio.to_thread(self._wanted, aligned)
                if wanted != aligned or tokens:
                    unknown = await self._align(control, wanted, tokens)
                    aligned = wanted
                elif unknown:  # a new token may come a moment after its name
                    names = ", ".join(unknown)
                    logger.warning("broker: it doesn't know %s: make the token anew", names)
                    unknown = ()
                if aligned.nodes:
                    for farewell in attendance.farewells(aligned.nodes, self._clock.now()):
                        await publisher.publish(farewell)
                await self._change()
        except NoControl as fault:
            logger.warning("broker: %s: nobody is let in or kept out by us", fault)

    def _wanted(self, aligned: Admitted) -> tuple[Admitted, dict[str, str]]:
        """Who may sign in, and their new tokens; as before, while the accounts can't be read."""
        try:
            tokens = self._tokens.waiting()  # first: each is put down after its account
            wanted = self.now(), tokens
        except (KioskError, OSError) as fault:
            if not self._blind:
                logger.warning("broker: nobody new is let in or kept out: %s", fault)
            self._blind = True
            return aligned, {}
        self._blind = False
        return wanted

    async def _change(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._changed.wait()

    async def _align(
        self, control: BrokerControl, wanted: Admitted, tokens: dict[str, str]
    ) -> tuple[str, ...]:
        """Who ought to be let in and can't be, for want of the token."""
        clients, roles = await _listed(control)
        plan = changes(wanted, clients, roles, tokens)
        answers = await control.ask(plan.commands)
        for command, answer in zip(plan.commands, answers, strict=True):
            if error := answer.get("error"):
                logger.warning("broker: %s of %s: %s", command["command"], _subject(command), error)
        await asyncio.to_thread(self._tokens.forget, tokens)
        for name in plan.admitted:
            if known := self._introduced.get(name):
                known.set()
        return plan.unknown


async def _listed(control: BrokerControl) -> tuple[list[Json], list[Json]]:
    """Its clients and its roles."""
    clients, roles = await control.ask(
        [{"command": "listClients", "verbose": True}, {"command": "listRoles", "verbose": True}]
    )
    if error := clients.get("error") or roles.get("error"):
        raise NoControl(str(error))
    return clients["data"]["clients"], roles["data"]["roles"]


def _subject(command: Json) -> str:
    return str(command.get("username") or command.get("rolename"))
