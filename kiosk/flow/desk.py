"""The desk: the single writer of the hall. Facts are on disk before anyone is answered.

Commands that arrive together are decided and applied one after the other and share one commit.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial

from kiosk.domain.branch import Branch
from kiosk.domain.commands import Command
from kiosk.domain.device import DeviceCondition
from kiosk.domain.events import SYSTEM, Actor, Fact
from kiosk.domain.refusals import KeyUsed, Refused
from kiosk.domain.requestkey import given_key, is_same_request
from kiosk.flow.hall import Hall
from kiosk.flow.logwriter import LogWriter
from kiosk.flow.receipt import Receipt, receipt
from kiosk.ports import EventLog, LogUnavailable

logger = logging.getLogger(__name__)

LARGEST_COMMIT = 256
"""Commands that share one commit at the most."""


@dataclass(slots=True)
class _Request:
    command: Command
    by: Actor
    key: str | None
    correlation: str | None
    answer: asyncio.Future[Receipt]
    receipt: Receipt | None = None


class Desk:
    """Takes commands one at a time, writes what they cause, answers, and hands the facts on.

    :meth:`run` is its task; commands given before it starts wait for it. While the log can't be
    written each of them is refused; the first one after that is carried out again.
    """

    def __init__(self, hall: Hall, log: EventLog) -> None:
        self._hall = hall
        self._log = log
        self._requests: asyncio.Queue[_Request] = asyncio.Queue()
        self._listeners: list[Callable[[Sequence[Fact]], None]] = []
        self._settled = asyncio.Event()
        self._settled.set()

    def __repr__(self) -> str:
        branch = self._hall.branch
        return f"<Desk of {branch.plan.id}, day {branch.day}, at {branch.sequence}>"

    async def submit(
        self,
        command: Command,
        by: Actor = SYSTEM,
        *,
        key: str | None = None,
        correlation: str | None = None,
    ) -> Receipt:
        """Have a command carried out. Raises Refused; LogUnavailable when nothing can be written.

        A caller that goes away while it waits doesn't take the command back.
        """
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._requests.put_nowait(_Request(command, by, key, correlation, answer))
        return await answer

    @property
    def outage(self) -> DeviceCondition | None:
        """Why commands are refused; None while they are carried out."""
        return self._hall.outage

    async def branch(self) -> Branch:
        """The hall with nothing in it that isn't on disk. Read it before the next await.

        Raises LogUnavailable while nobody can say what is on disk.
        """
        while not self._settled.is_set():
            await self._settled.wait()
        if self._hall.astray:
            raise LogUnavailable("the log can't be read")
        return self._hall.branch

    async def shown(self) -> Branch:
        """What a screen draws: :meth:`branch`, or an empty hall while nobody can say what is on disk.

        Both say why nothing can be written.
        """
        try:
            return await self.branch()
        except LogUnavailable:
            return self._hall.unknown()

    def listen(self, listener: Callable[[Sequence[Fact]], None]) -> None:
        """Hand the facts of each commit to ``listener``, in order; it neither blocks nor raises.

        When an outage begins it is called with none at all: there is something else to show.
        """
        self._listeners.append(listener)

    async def run(self) -> None:
        """Carry commands out until cancelled; those already taken are finished even then."""
        with LogWriter() as writer:
            while True:
                batch = [await self._requests.get()]
                while len(batch) < LARGEST_COMMIT and not self._requests.empty():
                    batch.append(self._requests.get_nowait())
                await _finish(self._carry_out(batch, writer))

    async def _carry_out(self, batch: list[_Request], writer: LogWriter) -> None:
        try:
            if self._hall.astray:  # nothing is written into a log that can't be read
                self._hall.rebuild()
            if self._hall.outage:
                await writer.do(self._log.probe)
            self._settled.clear()
            facts = [*self._hall.turn_day(), *self._hall.tell_outage()]
            for request in batch:
                self._decide(request, facts)
            if facts:
                await writer.do(partial(self._log.append, facts))
        except Exception as error:
            self._refuse_all(batch, error)
        else:
            self._hall.end_outage()
            self._settled.set()
            self._answer(batch, facts)

    def _decide(self, request: _Request, facts: list[Fact]) -> None:
        """Carry one command out; its receipt is given after the commit, a refusal at once."""
        if known := self._answered(request, facts):
            if is_same_request(known[0].key, request.key or ""):
                request.receipt = receipt(self._hall, known, repeated=True)
            else:
                _settle(request.answer, KeyUsed())
            return
        try:
            caused = self._hall.carry_out(
                request.command, request.by, request.key, request.correlation
            )
        except Refused as refusal:
            _settle(request.answer, refusal)
            return
        facts.extend(caused)
        request.receipt = receipt(self._hall, caused)

    def _answered(self, request: _Request, pending: Sequence[Fact]) -> list[Fact]:
        """What this caller's command under this key caused before, whatever was asked; empty: none."""
        if request.key is None:
            return []
        mark = (request.by.caller, given_key(request.key))
        for fact in pending:
            if fact.key is not None and (fact.by.caller, given_key(fact.key)) == mark:
                return [other for other in pending if other.command == fact.sequence]
        return self._log.answered(*mark)

    def _answer(self, batch: list[_Request], facts: Sequence[Fact]) -> None:
        for request in batch:
            if request.receipt is not None:
                _settle(request.answer, request.receipt)
        if facts:
            self._tell(facts)

    def _tell(self, facts: Sequence[Fact]) -> None:
        for listener in self._listeners:
            listener(facts)

    def _refuse_all(self, batch: list[_Request], error: Exception) -> None:
        if isinstance(error, LogUnavailable):
            told = error
            self._begin_outage(error)
        else:
            told = LogUnavailable(repr(error))
            logger.error("nothing was written, commands are refused", exc_info=error)
        if not self._settled.is_set():  # the hall may be ahead of the log
            self._hall.astray = True
            try:
                self._hall.rebuild()
            except Exception as unreadable:  # then the next commands try again
                self._begin_outage(LogUnavailable(repr(unreadable)))
        self._settled.set()
        for request in batch:
            _settle(request.answer, told)

    def _begin_outage(self, error: LogUnavailable) -> None:
        if self._hall.begin_outage(error):
            self._tell(())


def _settle(answer: asyncio.Future[Receipt], result: Receipt | Exception) -> None:
    if answer.done():  # the caller went away
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)


async def _finish(work: Coroutine[None, None, None]) -> None:
    """Await work to its end, also when cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
