"""Telling other machines what happens in the hall: outbox, states, presence in one connection."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic_core import to_json

from kiosk.devices.supervision import Unseen, supervise
from kiosk.domain.alert import Recipient
from kiosk.domain.alertevents import (
    AlertAcknowledged,
    AlertEscalated,
    AlertExpired,
    AlertRaised,
)
from kiosk.domain.branch import Branch
from kiosk.domain.device import DeviceKind, Fault
from kiosk.domain.events import Event, Fact
from kiosk.domain.ids import BranchId, DeviceId
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.feed import Feed
from kiosk.messaging.admission import Admission
from kiosk.messaging.broker import EmbeddedBroker
from kiosk.messaging.cursor import FileCursor
from kiosk.messaging.mqtt import BrokerAddress, MqttPublisher, connect
from kiosk.messaging.outbox import Facts, Outbox
from kiosk.messaging.presence import presence
from kiosk.messaging.states import HallStates
from kiosk.messaging.topics import Topics
from kiosk.ports import BrokerLost, Clock, DeviceError, Message, ReportCondition
from kiosk.shapes.cloudevents import CONTENT_TYPE, CONTROLLER, cloud_event
from kiosk.supervisor import supervise_child

BROKER = DeviceId("broker")
ALERT_EXPIRY = 15 * 60
"""Seconds; the alert itself is listed for longer, see ``GET /alerts``."""
DELAYS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between attempts to connect, give or take a half."""
FAREWELL_WITHIN = 1.0


class Telling:
    """Publishes the hall at a broker, however often that comes and goes. :meth:`run` is its task.

    ``folder`` keeps the place in the log. ``report`` is told when the broker is lost and when it is
    back, as device ``broker``.
    """

    def __init__(
        self,
        *,
        branch: BranchId,
        broker: BrokerAddress,
        log: Facts,
        feed: Feed,
        hall: Callable[[], Awaitable[Branch]],
        clock: Clock,
        book: EstimateBook,
        report: ReportCondition,
        admission: Admission,
        folder: Path,
    ) -> None:
        self._topics = Topics(branch)
        self._source = f"/branch/{branch}/{CONTROLLER}"
        self._broker = broker
        self._clock = clock
        self._report = report
        self._admission = admission
        self.missing = ""
        """What is to be installed before there can be a broker; empty: nothing."""
        self.outbox = Outbox(log, feed, FileCursor(folder / "outbox.cursor"), self.messages_of)
        self._states = HallStates(self._topics, hall, feed, clock, book)

    def __repr__(self) -> str:
        return f"<Telling {self._broker.host}:{self._broker.port}, {self.outbox!r}>"

    def messages_of(self, fact: Fact) -> tuple[Message, ...]:
        """The fact as it is published: a CloudEvent in JSON structured mode.

        An alert goes to those for whom it is as well, where it is worth a moment's notice only.
        """
        payload = to_json(cloud_event(fact, self._source))
        event = Message(self._topics.event(fact.event), payload, content_type=CONTENT_TYPE)
        nudges = (
            Message(
                self._topics.alert(recipient),
                payload,
                expiry=ALERT_EXPIRY,
                content_type=CONTENT_TYPE,
            )
            for recipient in recipients_of(fact.event)
        )
        return event, *nudges

    async def run(self) -> None:
        """Until cancelled."""
        await supervise(
            BROKER,
            DeviceKind.BROKER,
            self._connection,
            self._report,
            delays=DELAYS,
            plug=_Cable(),
        )

    async def _connection(self, online: Callable[[], None]) -> None:
        """One connection, from sign-in to loss. Raises DeviceError."""
        if self.missing:
            raise DeviceError(BROKER, Fault.NOT_FOUND, self.missing)
        session, since = self._clock.new_id(), self._clock.now()
        offline = presence(self._topics, CONTROLLER, "offline", session, since)
        present = presence(self._topics, CONTROLLER, "online", session, since)
        fault = Fault.NO_ANSWER
        detail = ""
        try:
            async with connect(self._broker, will=offline) as publisher:
                fault = Fault.CONNECTION_LOST
                await publisher.publish(present)
                online()
                await self._tell(publisher, farewell=offline)
        except* BrokerLost as lost:
            detail = _reason(lost)
        raise DeviceError(BROKER, fault, detail)

    async def _tell(self, publisher: MqttPublisher, farewell: Message) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(publisher.lost(), name="broker connection")
                group.create_task(self.outbox.run(publisher), name="outbox")
                group.create_task(self._states.run(publisher), name="hall states")
                group.create_task(self._admission.run(publisher), name="broker admission")
        except asyncio.CancelledError:
            # A clean end sends no last will. A broker that is lost meanwhile does.
            with contextlib.suppress(BrokerLost, TimeoutError):
                async with asyncio.timeout(FAREWELL_WITHIN):
                    await publisher.publish(farewell)
            raise


class _Cable(Unseen):
    """Machines that have lost the same broker don't come back to it in the same moment."""

    async def rest(self, seconds: float) -> bool:
        return await super().rest(seconds * random.uniform(0.5, 1.5))  # noqa: S311


def recipients_of(event: Event) -> tuple[Recipient, ...]:
    """Who is told of this event beside all who follow events."""
    match event:
        case AlertRaised(alert=alert) | AlertEscalated(alert=alert):
            return alert.recipients[-1:]
        case AlertAcknowledged(alert=alert) | AlertExpired(alert=alert):
            return alert.recipients
        case _:
            return ()


async def run_embedded(broker: EmbeddedBroker, telling: Telling) -> None:
    """Run mosquitto as a child and tell the hall there, until cancelled."""
    started = asyncio.Event()

    def notice(fault: Fault | None, detail: str) -> None:
        telling.missing = detail if fault is Fault.NOT_FOUND else ""
        started.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(supervise_child(broker.child(), notice), name="broker process")
        await started.wait()  # the first moment without a broker is no fault
        await telling.run()  # here, so that it ends before the broker does


def _reason(lost: BaseExceptionGroup[BrokerLost]) -> str:
    first: BaseException = lost
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return str(first)
