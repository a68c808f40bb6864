"""A reader of identity cards that isn't there, and identity cards that nobody was ever given."""

import asyncio
from collections import deque
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from kiosk.cardreader.idcard import TEXT
from kiosk.cardreader.idnumber import IdNumber, check_character
from kiosk.cardreader.sdt import PREAMBLE, Question, Status, frame
from kiosk.cardreader.simulator import SimulatedReader
from kiosk.documents import document_token
from kiosk.identities import DocumentToken

_PHOTO = 1024
_IDLE = 60.0


class SampleIdCard:
    """An identity card for demonstrations. It goes by its label; its number doesn't show.

    Numbers are of the region 000000, which isn't one.
    """

    __slots__ = ("_name", "_number", "label")

    def __init__(self, label: str, name: str, birthday: str, order: str) -> None:
        body = f"000000{birthday}{order}"
        self._name = name
        self._number = IdNumber(body + check_character(body))
        self.label = label

    def __repr__(self) -> str:
        return f"<SampleIdCard {self.label}>"

    @property
    def initial(self) -> str:
        """What a reader makes of the name."""
        return self._name[0]

    @property
    def masked(self) -> str:
        """What a reader makes of the number."""
        return self._number.masked

    def token(self, key: bytes) -> DocumentToken:
        """What a reader makes of it under this document key."""
        return document_token(self._number.text, key)

    def content(self) -> bytes:
        """What its chip holds (GA 450)."""
        fields = (
            (self._name, 30),
            ("1", 2),
            ("01", 4),
            (self._number.text[6:14], 16),
            ("样例地址", 70),
            (self._number.text, 36),
            ("样例机关", 30),
            ("20200101", 16),
            ("长期", 16),
        )
        text = b"".join(_padded(value, length) for value, length in fields)
        lengths = TEXT.to_bytes(2, "big") + _PHOTO.to_bytes(2, "big")
        return lengths + text.ljust(TEXT, b"\0") + bytes(range(256)) * (_PHOTO // 256)


def sample_id_cards() -> dict[str, SampleIdCard]:
    """The identity cards of the demonstration by label. ``stranger`` is nobody's who is known."""
    cards = (
        SampleIdCard("gold", "张样例", "19710308", "001"),
        SampleIdCard("everyday", "李范例", "19951021", "002"),
        SampleIdCard("mastercard", "王示例", "19630615", "004"),
        SampleIdCard("stranger", "赵样品", "20000229", "005"),
    )
    return {card.label: card for card in cards}


class Spoil(StrEnum):
    """What happens to an answer on its way."""

    CHECK = "check"
    LENGTH = "length"
    HALF = "half"
    NOISE = "noise"
    """Other bytes stand before it."""
    ANOTHER = "another"
    """It is no answer of such a reader at all."""
    LOST = "lost"


class SimulatedIdReader(SimulatedReader):
    """An SDT reader at the far end of a serial line. :meth:`run` is its task."""

    def __init__(self, folder: Path, name: str, baud: int | None = None) -> None:
        super().__init__(folder, name, baud)
        self._field = _Field()
        self._spoilt: deque[Spoil] = deque()
        self._heard = bytearray()
        self.broken = False
        """Whether its self-test fails."""
        self.questions: deque[Question] = deque(maxlen=64)
        """What it was asked, latest last."""
        self.asked = asyncio.Event()
        """Set with every question."""

    @property
    def lies(self) -> SampleIdCard | None:
        """The card that lies on it."""
        return self._field.card

    def unplug(self) -> None:
        """Pull its plug."""
        super().unplug()
        self._heard.clear()

    def put(self, card: SampleIdCard) -> None:
        """Lay a card on it; one that lies there is lifted first."""
        self._field.lay(card, readable=True)

    def put_askew(self, card: SampleIdCard) -> None:
        """Lay a card on it so that it finds the card and can't read it."""
        self._field.lay(card, readable=False)

    def lift(self) -> None:
        """Take the card away."""
        self._field.card = None

    def find_again(self, again: bool = True) -> None:
        """From now on it finds a card that was read again and again, as some copies do."""
        self._field.finds_again = again

    def spoil(self, *how: Spoil) -> None:
        """Let this happen to the next answers."""
        self._spoilt.extend(how)

    async def write(self, data: bytes) -> None:
        """Send something unasked."""
        await self._line.write(data)

    async def run(self) -> None:
        """Answer what is asked until cancelled."""
        while True:
            self._heard += await self._line.read(_IDLE)
            while (question := _question_in(self._heard)) is not None:
                self.questions.append(question)
                self.asked.set()
                await self._line.write(self._answer(question))

    def _answer(self, question: Question) -> bytes:
        answer = _reply(Status.SELF_TEST_FAILED) if self.broken else self._field.answer(question)
        return _spoilt(answer, self._spoilt.popleft()) if self._spoilt else answer


class _Field:
    """The reader's operating field (ISO/IEC 14443) and the card that lies in it.

    As real ones do, it finds a card that was read again only after that was lifted.
    """

    def __init__(self) -> None:
        self.card: SampleIdCard | None = None
        self.finds_again = False
        self._readable = True
        self._was_read = False
        self._exchanged = False
        """The card was lifted for another one, and nobody was told yet."""

    def lay(self, card: SampleIdCard, *, readable: bool) -> None:
        self._exchanged = self.card is not None
        self.card, self._readable, self._was_read = card, readable, False

    def answer(self, question: Question) -> bytes:
        exchanged, self._exchanged = self._exchanged, False
        match question:
            case Question.FIND if exchanged:
                return _reply(Status.NO_CARD)
            case Question.STATUS:
                return _reply(Status.DONE)
            case Question.FIND if self.card and (not self._was_read or self.finds_again):
                return _reply(Status.FOUND, bytes(4))
            case Question.FIND:
                return _reply(Status.NO_CARD)
            case Question.SELECT if self.card and self._readable:
                return _reply(Status.DONE, bytes(8))
            case Question.SELECT:
                return _reply(Status.SELECT_FAILED)
            case Question.READ if self.card and self._readable:
                self._was_read = True
                return _reply(Status.DONE, self.card.content())
            case Question.READ:
                return _reply(Status.READ_FAILED)
            case _:
                assert_never(question)


def _question_in(heard: bytearray) -> Question | None:
    """The next question, taken out of what was heard."""
    for question in Question:
        asked = frame(question.value)
        if (start := heard.find(asked)) >= 0:
            del heard[: start + len(asked)]
            return question
    return None


def _spoilt(answer: bytes, how: Spoil) -> bytes:
    match how:
        case Spoil.CHECK:
            return answer[:-1] + bytes([answer[-1] ^ 1])
        case Spoil.LENGTH:
            return PREAMBLE + b"\xff\xff" + answer[len(PREAMBLE) + 2 :]
        case Spoil.HALF:
            return answer[: len(answer) // 2]
        case Spoil.NOISE:
            return b"\xaa\x96\x69\0" + answer
        case Spoil.ANOTHER:
            return b"ST,+000.00 kg\r\n"
        case Spoil.LOST:
            return b""
        case _:
            assert_never(how)


def _reply(status: Status, data: bytes = b"") -> bytes:
    return frame(bytes([0, 0, status.value]) + data)


def _padded(text: str, length: int) -> bytes:
    return (text.encode("utf-16-le") + b" \0" * length)[:length]
