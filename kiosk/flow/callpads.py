"""Call pads: a key is a command of the teller who has opened the counter, by the same rules as anywhere."""

import asyncio
from dataclasses import dataclass

from kiosk.counterports import Buttons, Key, Sign
from kiosk.domain import refusals
from kiosk.domain.branch import Branch
from kiosk.domain.commands import KeyCommand
from kiosk.domain.counter import CounterState
from kiosk.domain.events import Actor
from kiosk.domain.ids import CounterId, DeviceId, QueueId, StaffRef
from kiosk.domain.refusals import Refused
from kiosk.domain.ticketcommands import OpenTicketAt, TransferTicket
from kiosk.flow.countersigns import pad_sign
from kiosk.flow.desk import Desk
from kiosk.flow.verbs import VERBS
from kiosk.ports import LogUnavailable

CODE_SHOWN = 3.0
"""Seconds for which a pad shows why something was refused."""

NOBODY_SIGNED_IN = "E01"
ON_A_BREAK = "E02"
NOBODY_CALLED = "E03"
TOO_SOON = "E04"
CALL_AGAIN_FIRST = "E05"
CALLED_OFTEN_ENOUGH = "E06"
TICKET_NOT_SO = "E07"
NOWHERE_TO_TRANSFER = "E08"
NOT_WRITTEN = "E09"
REFUSED = "E10"
"""What a pad shows; explained to staff in config/kiosk.toml."""


@dataclass(frozen=True, slots=True)
class CallPadPlan:
    """Where a pad is, and where its transfer key sends people; None: that key is refused."""

    id: DeviceId
    counter: CounterId
    transfer_to: QueueId | None = None


class CallPads:
    """Carries out what is pressed. A pad acts for the teller who has the counter open; for nobody else."""

    def __init__(self, desk: Desk, code_shown: float = CODE_SHOWN) -> None:
        self._desk = desk
        self._code_shown = code_shown

    async def run(self, pad: CallPadPlan, buttons: Buttons) -> None:
        """Take one press after the other until cancelled; what is pressed meanwhile is dropped."""
        refused = False
        while True:
            try:
                async with asyncio.timeout(self._code_shown if refused else None):
                    key = await buttons.pressed()
            except TimeoutError:
                refused = False
            else:
                refused = await self._press(pad, buttons, key)
            if not refused:
                buttons.show(pad_sign(await self._desk.shown(), pad.counter))

    async def _press(self, pad: CallPadPlan, buttons: Buttons, key: Key) -> bool:
        """Carry one key out; True when it was refused, and the pad shows why."""
        try:
            await self._carry_out(pad, key)
        except (Refused, LogUnavailable) as why:
            state = (await self._desk.branch()).counter(pad.counter).state
            buttons.show(Sign((refusal_code(why),), state))
            return True
        return False

    async def _carry_out(self, pad: CallPadPlan, key: Key) -> None:
        teller = _teller(await self._desk.branch(), pad.counter)
        command = _command(pad, key, teller)
        await self._desk.submit(command, Actor("callpad", teller, pad.id))


def refusal_code(why: Refused | LogUnavailable) -> str:
    """What a pad has room for to say of a refusal."""
    match why:
        case LogUnavailable():
            return NOT_WRITTEN
        case refusals.CounterIs(state=CounterState.PAUSED):
            return ON_A_BREAK
        case refusals.CounterIs() | refusals.CounterTaken():
            return NOBODY_SIGNED_IN
        case refusals.NoOpenTicket():
            return NOBODY_CALLED
        case refusals.TooSoon():
            return TOO_SOON
        case refusals.RecallsMissing():
            return CALL_AGAIN_FIRST
        case refusals.RecallsExhausted():
            return CALLED_OFTEN_ENOUGH
        case refusals.TicketIs():
            return TICKET_NOT_SO
        case refusals.UnknownQueue() | refusals.SameQueue():
            return NOWHERE_TO_TRANSFER
        case _:
            return REFUSED


def _teller(branch: Branch, counter: CounterId) -> StaffRef:
    """Who has opened the counter. Raises CounterIs when nobody has."""
    present = branch.counter(counter)
    if present.teller is None:
        raise refusals.CounterIs(counter, present.state)
    return present.teller


def _command(pad: CallPadPlan, key: Key, teller: StaffRef) -> KeyCommand | TransferTicket:
    if key is not Key.TRANSFER:
        return VERBS[key](pad.counter, teller)
    if pad.transfer_to is None:
        raise refusals.UnknownQueue(QueueId(""))
    return TransferTicket(OpenTicketAt(pad.counter), pad.transfer_to, teller=teller)
