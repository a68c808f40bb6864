"""What becomes of the hall when the card key is changed: clients on record, and the former key's end."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from kiosk.assembly.core import Core
from kiosk.domain.auditevents import CardKeyChanged, ClientRekeyed, KeyChange
from kiosk.domain.commands import PutOnRecord
from kiosk.domain.ids import ClientRef
from kiosk.flow.desk import Desk
from kiosk.keys.keyfile import KeyUnusable
from kiosk.keys.keyring import Keyring
from kiosk.ports import Clock, EventLog, LogUnavailable

logger = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds."""


def rekeyed(core: Core) -> Callable[[ClientRef], None]:
    """Puts on record that a client was brought to the present key; never waits, never fails."""
    tasks: set[asyncio.Task[None]] = set()

    async def record(client: ClientRef) -> None:
        try:
            await core.desk.submit(PutOnRecord(ClientRekeyed(client)))
        except LogUnavailable as outage:
            logger.warning("a client's new token isn't on record: %s", outage)

    def begin(client: ClientRef) -> None:
        task = asyncio.create_task(record(client), name="rekeyed")
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    return begin


def follow_rotation(keys: Keyring, core: Core) -> None:
    """Put beginning and end of a change on record, and end it when its day has come."""
    following = RotationWatch(keys, core.log, core.desk, core.clock)
    core.tasks.keep("card key", partial(following.run, LOOK_EVERY))


class RotationWatch:
    """Looks after a change of the card key that a command began."""

    def __init__(self, keys: Keyring, log: EventLog, desk: Desk, clock: Clock) -> None:
        self._keys = keys
        self._log = log
        self._desk = desk
        self._clock = clock

    async def run(self, every: float) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except (KeyUnusable, LogUnavailable, OSError) as fault:
                logger.warning("the change of the card key: %s", fault)
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Raises KeyUnusable, LogUnavailable, OSError."""
        rotation = self._keys.rotation
        ends = rotation.ends
        if ends is not None and self._clock.now() >= ends:
            await asyncio.to_thread(rotation.end)
            ends = None
        now = KeyChange.ENDED if ends is None else KeyChange.BEGUN
        on_record = await asyncio.to_thread(self._latest)
        if now is not on_record and (on_record or now is KeyChange.BEGUN):
            await self._desk.submit(PutOnRecord(CardKeyChanged(now)))

    def _latest(self) -> KeyChange | None:
        """What is on record; None when there never was a change."""
        latest = self._log.latest_by_family().get("key")
        event = self._log.read(latest - 1, 1)[0].event if latest else None
        return event.change if isinstance(event, CardKeyChanged) else None
