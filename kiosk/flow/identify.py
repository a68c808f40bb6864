"""Who is at the kiosk: the directory is asked within a time budget and never holds a ticket up."""

import asyncio
from collections.abc import Callable

from kiosk.domain.client import Client, Segment, segment_of
from kiosk.domain.commands import Recognition
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.ticket import COMPLAINT
from kiosk.identities import Identity
from kiosk.ports import ClientDirectory, DirectoryUnavailable, ReportCondition

DIRECTORY = DeviceId("directory")

RETRIES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 60.0, 120.0, 300.0)
"""Seconds between attempts while the directory is away; then the question is given up."""


class PendingAnswer(Exception):
    """The directory has not answered within the budget; it is still being asked."""


class Inquiry:
    """One question to the directory, asked until it is answered or no longer worth it."""

    def __init__(self, answer: "asyncio.Task[Client | None]") -> None:
        self._answer = answer

    async def within(self, seconds: float) -> Client | None:
        """The client, None when nobody fits. Raises PendingAnswer when it takes longer."""
        done, _ = await asyncio.wait([self._answer], timeout=seconds)
        if not done:
            raise PendingAnswer
        return self._answer.result()

    def when_answered(self, tell: Callable[[Client | None], None]) -> None:
        """Have the answer told when it comes, also when that is long afterwards."""

        def done(answer: "asyncio.Task[Client | None]") -> None:
            if not answer.cancelled():
                tell(answer.result())

        self._answer.add_done_callback(done)


class Identification:
    """Asks a directory, repeats the question while it is away, and tells the branch that it is."""

    def __init__(
        self,
        directory: ClientDirectory,
        report: ReportCondition,
        retries: tuple[float, ...] = RETRIES,
    ) -> None:
        self._directory = directory
        self._report = report
        self._retries = retries
        self._asking: set[asyncio.Task[Client | None]] = set()

    def inquire(self, identity: Identity) -> Inquiry:
        """Begin to ask who this is."""
        task = asyncio.create_task(self._ask(identity), name="inquiry")
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return Inquiry(task)

    async def close(self) -> None:
        """Give every open question up."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _ask(self, identity: Identity) -> Client | None:
        for pause in (*self._retries, None):
            try:
                client = await self._directory.find(identity)
            except DirectoryUnavailable as away:
                self._report(_condition(DeviceStatus.OFFLINE, Fault.NO_ANSWER, str(away)))
                if pause is not None:
                    await asyncio.sleep(pause)
            else:
                self._report(_condition(DeviceStatus.ONLINE))
                return client
        return None


def _condition(
    status: DeviceStatus, fault: Fault | None = None, detail: str = ""
) -> DeviceCondition:
    return DeviceCondition(DIRECTORY, DeviceKind.DIRECTORY, status, fault, detail)


def recognition_of(
    client: Client, segments: tuple[Segment, ...], pads: tuple[str, ...] = ()
) -> Recognition:
    """What the hall may know of a client: reference, segment, class, ever complained.

    And the PADs to which this is a key client.
    """
    segment = segment_of(client, segments)
    return Recognition(
        client=client.reference,
        segment=segment.id if segment else None,
        priority_class=segment.priority_class if segment else None,
        flags=(COMPLAINT,) if client.complaints else (),
        pads=pads,
    )
