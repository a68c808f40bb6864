"""The hardware bench: what someone without hardware sees of the machine."""

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.cardreader.chipsimulator import SimulatedChipReader
from kiosk.cardreader.idsimulator import SimulatedIdReader
from kiosk.cardreader.scansimulator import SampleCode, SimulatedScanner
from kiosk.cardreader.simulator import SimulatedCardReader, sample_cards
from kiosk.domain.alertevents import AlertEvent
from kiosk.domain.branch import Branch
from kiosk.domain.device import Fault
from kiosk.domain.events import Event, Fact
from kiosk.domain.ids import CounterId, DeviceId, StaffRef, TicketId
from kiosk.flow.announcing import VOICE
from kiosk.flow.state import counter_name
from kiosk.identities import Scheme
from kiosk.locale import say
from kiosk.ports import EventLog
from kiosk.printer.paper import PrintedSlip
from kiosk.printer.simulator import SimulatedPrinter
from kiosk.voice.simulator import SimulatedLoudspeaker
from kiosk.web.context import TouchPort
from kiosk.web.pages.benchcards import card_name, chip_reader, id_reader, scanner
from kiosk.web.pages.benchpads import BenchBus, pads
from kiosk.web.pages.benchvoice import heard, voice
from kiosk.web.pages.console import state_name
from kiosk.web.pages.hands import Hand, Manner
from kiosk.web.pages.live import Fragments
from kiosk.web.pages.templates import draw
from kiosk.web.pages.verbs import Verb, verbs
from kiosk.wire import name_of, subject_of

Json = dict[str, Any]

EVENTS_SHOWN = 60
SLIPS_SHOWN = 12

_TELLER_VERBS = ("open", "next", "start", "finish", "no-show", "close")


@dataclass(frozen=True, slots=True)
class Bench:
    """The far ends of the branch's simulated devices, by the device's name in the settings."""

    readers: Mapping[DeviceId, SimulatedCardReader]
    printers: Mapping[DeviceId, SimulatedPrinter]
    calling: BenchBus = field(default_factory=BenchBus)
    loudspeaker: SimulatedLoudspeaker | None = None
    id_readers: Mapping[DeviceId, SimulatedIdReader] = field(default_factory=dict)
    scanners: Mapping[DeviceId, SimulatedScanner] = field(default_factory=dict)
    sample_code: Callable[[SampleCode], str] = str
    """What the code of a kind says; a new one each time."""
    chip_readers: Mapping[DeviceId, SimulatedChipReader] = field(default_factory=dict)


def bench_teller(counter: CounterId) -> StaffRef:
    """Who works at a counter of the bench: one teller for each, so that all can be open at once."""
    return StaffRef(f"bench-{counter}")


@dataclass(frozen=True, slots=True)
class Workbench:
    """The bench as a live page."""

    bench: Bench
    touchscreens: Mapping[str, TouchPort]
    board_screen: Callable[[Branch], Json]
    log: EventLog

    def mark(self) -> Hashable:
        """Changes whenever something on the bench does that the hall doesn't know of."""
        screens = tuple(port.screen["number"] for port in self.touchscreens.values())
        papers = tuple(id(slip) for slip in self._slips())
        cards = (
            *(one.lies for one in self.bench.id_readers.values()),
            *(one.holds for one in self.bench.chip_readers.values()),
        )
        return screens, papers, cards, self.bench.calling.mark(), heard(self.bench.loudspeaker)

    def draw(self, branch: Branch, language: str) -> Fragments:
        """The parts of the page."""
        fragments = {
            f"touch-{name}": _touch(name, port.screen, language)
            for name, port in self.touchscreens.items()
        }
        fragments |= {
            f"reader-{name}": _reader(branch, name, language) for name in self.bench.readers
        }
        fragments |= {
            f"reader-{name}": id_reader(name, reader, _condition(branch, name, language), language)
            for name, reader in self.bench.id_readers.items()
        }
        fragments |= {
            f"reader-{name}": scanner(name, _condition(branch, name, language), language)
            for name in self.bench.scanners
        }
        fragments |= {
            f"reader-{name}": chip_reader(name, chips, _condition(branch, name, language), language)
            for name, chips in self.bench.chip_readers.items()
        }
        fragments |= {
            f"printer-{name}": _printer(branch, name, printer, language)
            for name, printer in self.bench.printers.items()
        }
        if self.bench.calling.places:
            fragments["pads"] = pads(branch, self.bench.calling, language)
        if self.bench.loudspeaker:
            condition = _condition(branch, VOICE, language)
            fragments["voice"] = voice(self.bench.loudspeaker, condition, language)
        return fragments | {
            "hall-board": _hall_board(branch, self.board_screen(branch), language),
            "desks": _desks(branch, language),
            "events": _events(branch, self.log, language),
        }

    def _slips(self) -> list[PrintedSlip]:
        return [slip for printer in self.bench.printers.values() for slip in printer.paper]


def slip_id(slip: PrintedSlip) -> str:
    """A name for a piece of paper: equal for equal prints."""
    return hashlib.sha256(slip.data).hexdigest()[:16]


def manners(language: str) -> list[tuple[Manner, str]]:
    """The ways to swipe a card."""
    return [
        (Manner.PROPERLY, say(language, "As one should")),
        (Manner.PARTIAL, say(language, "Stopping halfway")),
        (Manner.GARBLED, say(language, "A worn card")),
        (Manner.TWICE, say(language, "Twice in one go")),
        (Manner.WRONG_WAY, say(language, "The wrong way round")),
    ]


def _touch(name: str, screen: Json, language: str) -> str:
    buttons = [
        {
            "label": one["label"],
            "enabled": one["enabled"],
            "body": json.dumps({"action": one["action"], "number": screen["number"]}),
        }
        for one in screen["buttons"]
    ]
    return draw("bench_touch.html", language, name=name, number=screen["number"], buttons=buttons)


def _reader(branch: Branch, name: DeviceId, language: str) -> str:
    cards = [
        {
            "label": card.label,
            "name": card_name(card.label, language),
            "scheme": _scheme_name(card.scheme),
        }
        for card in sample_cards().values()
    ]
    condition = _condition(branch, name, language)
    return draw("bench_reader.html", language, name=name, cards=cards, condition=condition)


def _scheme_name(scheme: Scheme) -> str:
    return "UnionPay" if scheme is Scheme.UNIONPAY else scheme.value.title()


def _printer(branch: Branch, name: DeviceId, printer: SimulatedPrinter, language: str) -> str:
    newest = list(reversed(printer.paper))[:SLIPS_SHOWN]
    slips = [
        {
            "address": f"/bench/printer/{name}/slip/{slip_id(slip)}.png",
            "text": " · ".join(slip.text) or say(language, "A printed slip"),
        }
        for slip in newest
    ]
    hands = [{"hand": hand, "label": label} for hand, label in _hands(printer, language)]
    condition = _condition(branch, name, language)
    return draw(
        "bench_printer.html", language, name=name, hands=hands, slips=slips, condition=condition
    )


def _hands(printer: SimulatedPrinter, language: str) -> list[tuple[Hand, str]]:
    take = (Hand.TAKE, say(language, "Take the slip"))
    return [
        take if printer.mouth.presents else (Hand.TEAR_OFF, say(language, "Tear off")),
        (Hand.RUN_LOW, say(language, "Run low on paper")),
        (Hand.RUN_OUT_OF_PAPER, say(language, "Run out of paper")),
        (Hand.LOAD_PAPER, say(language, "Load paper")),
        (Hand.OPEN_COVER, say(language, "Open cover")),
        (Hand.CLOSE_COVER, say(language, "Close cover")),
        (Hand.JAM, say(language, "Jam cutter")),
        (Hand.CLEAR_JAM, say(language, "Clear jam")),
        (Hand.MUTE, say(language, "Go mute")),
        (Hand.UNPLUG, say(language, "Unplug")),
        (Hand.PLUG, say(language, "Plug in")),
    ]


def _condition(branch: Branch, device: DeviceId, language: str) -> str | None:
    """What is wrong with a device, in words; None when nothing is known to be."""
    known = branch.devices.get(device)
    if known is None or known.well:
        return None
    match known.fault:
        case Fault.PAPER_LOW:
            return say(language, "Paper is running low")
        case Fault.NOT_TAKEN:
            return say(language, "Slips are not taken")
        case Fault.PAPER_OUT:
            return say(language, "No paper")
        case Fault.COVER_OPEN:
            return say(language, "Cover open")
        case Fault.PAPER_JAMMED | Fault.CUTTER:
            return say(language, "Jammed")
        case Fault.NOT_FOUND | Fault.CONNECTION_LOST:
            return say(language, "Unplugged")
        case Fault.NO_PROGRAM:
            return say(language, "A program is missing")
        case Fault.IN_USE:
            return say(language, "Used by another program")
        case Fault.NO_ANSWER | Fault.OFFLINE:
            return say(language, "No answer")
        case _:
            return say(language, "Not ready")


def _hall_board(branch: Branch, screen: Json, language: str) -> str:
    called = ", ".join(f"{call['number']} → {call['counter']}" for call in screen["calling"])
    text = called or say(language, "Nobody is being called")
    mark = f"{branch.sequence}-{screen['clock']}"
    return draw("bench_board.html", language, mark=mark, text=text)


def _desks(branch: Branch, language: str) -> str:
    return draw(
        "bench_desks.html",
        language,
        desks=[_desk(branch, counter, language) for counter in branch.plan.counters],
    )


def _desk(branch: Branch, counter: CounterId, language: str) -> Json:
    present = branch.counter(counter)
    ticket = branch.open_ticket(counter)
    mine = present.teller in (None, bench_teller(counter))
    return {
        "id": counter,
        "name": counter_name(branch, counter, language),
        "state": present.state.value,
        "state_name": state_name(present.state, language),
        "number": ticket.number if ticket else None,
        "verbs": [one for one in verbs(branch, present, mine, language) if _offered(one)],
    }


def _offered(verb: Verb) -> bool:
    """What is of use now: eight buttons at every counter would be a wall."""
    return verb.verb in _TELLER_VERBS and verb.enabled


def _events(branch: Branch, log: EventLog, language: str) -> str:
    latest = log.read(max(0, branch.sequence - EVENTS_SHOWN), EVENTS_SHOWN)
    return draw(
        "bench_events.html",
        language,
        events=[_event(fact, branch) for fact in reversed(latest)],
    )


def _event(fact: Fact, branch: Branch) -> Json:
    at = fact.time.astimezone(branch.plan.zone)
    return {
        "at": f"{at:%H:%M:%S}",
        "name": name_of(fact.event),
        "about": _about(fact.event, branch),
        "sequence": fact.sequence,
    }


def _about(event: Event, branch: Branch) -> str:
    """The number and the counter of an event about a ticket or its slip; else what it is about."""
    if isinstance(event, AlertEvent):
        about = event.alert.number or event.alert.counter or event.alert.device or event.alert.queue
        return f"{event.alert.kind} {about} → {event.alert.recipients[-1]}"
    subject = subject_of(event)
    ticket = getattr(event, "ticket", None) or branch.tickets.get(TicketId(subject))
    if ticket is None:
        return subject
    return f"{ticket.number} → {ticket.counter}" if ticket.counter else str(ticket.number)
