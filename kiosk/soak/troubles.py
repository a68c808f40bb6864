"""Every mishap that a soak knows, by the part of the branch that it happens to."""

from collections.abc import Sequence
from functools import partial
from random import Random

from kiosk.cardreader.simulator import SimulatedCardReader
from kiosk.flow.hallclock import CLOCK, SETTLING
from kiosk.printer.simulator import SimulatedPrinter
from kiosk.soak.brokerprocess import BrokerProcess
from kiosk.soak.disk import Disk
from kiosk.soak.mishaps import Mishap
from kiosk.soak.steppedclock import SteppedClock
from kiosk.soak.troubleddirectory import TroubledDirectory

STEPS = (120, 3600)
"""Seconds that a clock is set wrong, from … to (R8)."""


def at_the_printer(printer: SimulatedPrinter) -> Sequence[Mishap]:
    """R3"""
    mechanism = printer.mechanism
    return (
        Mishap("printer out of paper", mechanism.run_out_of_paper, mechanism.load_paper),
        Mishap("printer's cover open", mechanism.open_cover, mechanism.close_cover),
        Mishap("printer unplugged", printer.unplug, printer.plug),
        Mishap("printer mute", printer.answers.go_mute, partial(printer.answers.go_mute, False)),
    )


def at_the_reader(reader: SimulatedCardReader) -> Sequence[Mishap]:
    """It is heard of at once, and found again when it is plugged in."""
    return (Mishap("reader unplugged", reader.unplug, reader.plug),)


def at_the_broker(broker: BrokerProcess) -> Sequence[Mishap]:
    """R2"""
    return (
        Mishap("broker killed", broker.kill),
        Mishap("broker frozen", broker.freeze, broker.thaw),
    )


def at_the_directory(directory: TroubledDirectory) -> Sequence[Mishap]:
    """R5: slow, down, wrong."""
    return (
        Mishap("client directory slow", directory.hold_up, directory.let_go),
        Mishap("client directory gone", directory.take_away, directory.bring_back),
        Mishap("client directory damaged", directory.damage, directory.bring_back),
    )


def at_the_disk(disk: Disk) -> Sequence[Mishap]:
    """R6"""
    return (Mishap("disk takes nothing", disk.refuse, disk.take, closes=True),)


def at_the_clock(clock: SteppedClock, luck: Random) -> Sequence[Mishap]:
    """R8. A machine that has just been switched on may be set right, so the branch follows it then."""
    return (
        Mishap(
            "clock set forwards",
            lambda: clock.set(luck.randint(*STEPS)),
            partial(clock.set, 0),
            tells=CLOCK,
            settled=SETTLING,
        ),
        Mishap(
            "clock set back",
            lambda: clock.set(-luck.randint(*STEPS)),
            partial(clock.set, 0),
            tells=CLOCK,
        ),
    )
