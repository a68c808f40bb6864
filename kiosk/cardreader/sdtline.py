"""Questions to an SDT reader and its answers, one after the other."""

import asyncio

from kiosk.cardreader.idcard import IdCard, read_card
from kiosk.cardreader.sdt import Question, Reply, SdtFraming, Spoilt, Status, request
from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.identities import Unreadable
from kiosk.ports import DeviceError

MOST_MISSED = 3
"""Questions without a sound answer in a row after which the reader is away."""

_ANSWER_WITHIN = 1.0
_CARD_WITHIN = 2.0
_WRITE_WITHIN = 1.0
_CONTENT_BITS = 10 * 1300
_SHORT = 64
"""Bytes; more of them are a card's content."""


class SdtLine:
    """What is asked of a reader with a card on it. ``baud`` tells how long a card's content takes.

    Every question raises ``DeviceError`` when the line is lost, when it was the third in a row
    without a sound answer, or when the reader says that it is out of order.
    """

    def __init__(self, device: DeviceId, wire: Wire, baud: int) -> None:
        self._device = device
        self._wire = wire
        self._content_within = _CARD_WITHIN + _CONTENT_BITS / baud
        self._framing = SdtFraming()
        self._missed = 0
        self._why = ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on {self._wire.name}>"

    async def close(self) -> None:
        """Give the wire back and keep nothing of what came."""
        self._framing.clear()
        await self._wire.close()

    async def greet(self) -> None:
        """Returns when the reader has answered."""
        while await self._ask(Question.STATUS, _ANSWER_WITHIN) is None:
            pass

    async def card_found(self) -> bool | None:
        """Whether there is a card that wasn't read yet; None when that was not to be learnt."""
        reply = await self._ask(Question.FIND, _ANSWER_WITHIN)
        return reply.status is Status.FOUND if reply else None

    async def card(self) -> IdCard | Unreadable | None:
        """The card that was found; None when the reader couldn't get at it this time."""
        selected = await self._ask(Question.SELECT, _CARD_WITHIN)
        if selected is None or selected.status is not Status.DONE:
            return None
        # A reader gives up a card that it has read: what was spoilt on its way is asked for at once.
        reply = await self._read() or await self._read()
        if reply is None or reply.status is not Status.DONE:
            return None
        return read_card(reply.data)

    async def _read(self) -> Reply | None:
        return await self._ask(Question.READ, self._content_within)

    async def _ask(self, question: Question, within: float) -> Reply | None:
        # What came unasked, or too late, is no answer to this.
        await self._wire.read(0)
        self._framing.clear()
        await self._wire.write(request(question), _WRITE_WITHIN)
        reply = await self._answer(question, within)
        self._missed = 0 if reply else self._missed + 1
        if self._missed >= MOST_MISSED:
            raise DeviceError(self._device, Fault.NO_ANSWER, self._why)
        return reply

    async def _answer(self, question: Question, within: float) -> Reply | None:
        clock = asyncio.get_running_loop().time
        until = clock() + within
        self._why = "no answer"
        while (left := until - clock()) > 0:
            if data := await self._wire.read(left):
                self._why = "what answers is no SDT reader, or has another speed"
            for found in self._framing.feed(data):
                if isinstance(found, Spoilt):
                    self._why = f"an answer with a {found}"
                    return None
                if _fits(question, found):
                    return self._sound(question, found)
        return None

    def _sound(self, question: Question, reply: Reply) -> Reply | None:
        match reply.status:
            case Status.SELF_TEST_FAILED:
                why = "its self-test failed: replace the reader"
                raise DeviceError(self._device, Fault.OFFLINE, why)
            case Status.NOT_AUTHORISED:
                why = "its security module isn't authorised: ask its maker"
                raise DeviceError(self._device, Fault.OFFLINE, why)
            case Status.CHECK_WRONG | Status.LENGTH_WRONG:
                self._why = "questions reach it spoilt"
                return None
            case Status.COMMAND_WRONG if question is not Question.STATUS:
                self._why = "it doesn't know the command"
                return None
            case _:
                return reply


_ABOUT_FINDING = (Status.FOUND, Status.NO_CARD)
_ABOUT_ANYTHING = (
    Status.CHECK_WRONG,
    Status.LENGTH_WRONG,
    Status.COMMAND_WRONG,
    Status.SELF_TEST_FAILED,
    Status.NOT_AUTHORISED,
)


def _fits(question: Question, reply: Reply) -> bool:
    """Whether this can be the answer to that: replies don't say which question they are of."""
    content = len(reply.data) > _SHORT
    if content or (question is Question.READ and reply.status is Status.DONE):
        return content and question is Question.READ
    if reply.status in _ABOUT_ANYTHING:
        return True
    return (reply.status in _ABOUT_FINDING) == (question is Question.FIND)
