"""The hands of the hardware bench: what a person can do to cards, readers, printers and the voice."""

from enum import StrEnum
from typing import Protocol, assert_never

from kiosk.cardreader.simulator import SampleCard, SimulatedCardReader
from kiosk.printer.simulator import SimulatedPrinter


class Manner(StrEnum):
    """How a card is swiped."""

    PROPERLY = "properly"
    PARTIAL = "partial"
    GARBLED = "garbled"
    TWICE = "twice"
    WRONG_WAY = "wrong_way"


class Hand(StrEnum):
    """What is done to a printer."""

    TEAR_OFF = "tear_off"
    TAKE = "take"
    RUN_LOW = "run_low"
    RUN_OUT_OF_PAPER = "run_out_of_paper"
    LOAD_PAPER = "load_paper"
    OPEN_COVER = "open_cover"
    CLOSE_COVER = "close_cover"
    JAM = "jam"
    CLEAR_JAM = "clear_jam"
    MUTE = "mute"
    UNPLUG = "unplug"
    PLUG = "plug"


class Plug(StrEnum):
    """What is done to a device's plug."""

    PULL = "unplug"
    PUT = "plug"


async def swipe(reader: SimulatedCardReader, card: SampleCard, manner: Manner) -> None:
    """Swipe a card in this manner."""
    match manner:
        case Manner.PROPERLY:
            await reader.swipe(card)
        case Manner.PARTIAL:
            await reader.swipe_partial(card)
        case Manner.GARBLED:
            await reader.swipe_garbled(card)
        case Manner.TWICE:
            await reader.swipe_twice_glued(card, card)
        case Manner.WRONG_WAY:
            await reader.swipe_error_form()
        case _:
            assert_never(manner)


def handle(printer: SimulatedPrinter, hand: Hand) -> None:
    """Do this to the printer."""
    match hand:
        case Hand.TEAR_OFF:
            printer.tear_off()
        case Hand.TAKE:
            printer.mouth.take()
        case Hand.RUN_LOW:
            printer.mechanism.run_low()
        case Hand.RUN_OUT_OF_PAPER:
            printer.mechanism.run_out_of_paper()
        case Hand.LOAD_PAPER:
            printer.mechanism.load_paper()
        case Hand.OPEN_COVER:
            printer.mechanism.open_cover()
        case Hand.CLOSE_COVER:
            printer.mechanism.close_cover()
        case Hand.JAM:
            printer.mechanism.jam_cutter()
        case Hand.CLEAR_JAM:
            printer.mechanism.clear_jam()
        case Hand.MUTE:
            printer.answers.go_mute()
        case Hand.UNPLUG:
            printer.unplug()
        case Hand.PLUG:
            printer.plug()
        case _:
            assert_never(hand)


class Plugged(Protocol):
    """Something with a plug."""

    def plug(self) -> None:
        """Put it in."""
        ...

    def unplug(self) -> None:
        """Pull it."""
        ...


def move_plug(device: Plugged, plug: Plug) -> None:
    """Pull a device's plug, or put it in."""
    match plug:
        case Plug.PULL:
            device.unplug()
        case Plug.PUT:
            device.plug()
        case _:
            assert_never(plug)
