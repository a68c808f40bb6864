"""A busy quarter of an hour with cards; afterwards no card number is to be found anywhere."""

import base64
import contextlib
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.cardreader.readings import ONE_READING
from kiosk.domain.client import Client as BankClient
from kiosk.domain.ids import ClientRef, Language
from tests.cardreader.cards import pan, track_1, track_2, wrong
from tests.cardreader.keyboard import at, typed
from tests.security.traces import files, found, processes
from tests.support.farprinter import FarPrinter
from tests.support.inputdevice import NEEDS_UMOCKDEV, TypingMachine
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine
from tests.support.subscriber import Subscriber
from tests.support.waiting import until
from tests.support.window import Window

KNOWN = pan("6213948572061475", 19)
STRANGE = pan("520473916283509", 16)
NUMBERS = [KNOWN, STRANGE, wrong(KNOWN), wrong(STRANGE)]

CLIENT = BankClient(
    reference=ClientRef("c41d97a0e6b3f258"),
    name="Jane Sample",
    surname="Sample",
    language=Language("en"),
)

SERIAL = 'driver = "magstripe-serial"\nport = "{reader}"'
TYPING = 'driver = "magstripe-evdev"\ndevice = "/dev/input/kiosk-swipe"'
DEVICES = """
[[reader]]
id = "swipe"
{driver}

[[reader]]
id = "scanner"
driver = "scanner-serial"
port = "{scanner}"

[[printer]]
id = "slip"
driver = "escpos-serial"
port = "{printer}"
"""


def both_tracks(number: str) -> bytes:
    return (track_1(number) + track_2(number)).encode() + b"\r"


class TypingReader:
    """A reader that types what others send, as far as it is on a keyboard."""

    def __init__(self, machine: TypingMachine) -> None:
        self._machine = machine

    def write(self, data: bytes) -> None:
        text = data.decode("ascii").replace("\x02", "").replace("\x03", "\r")
        self._machine.write(at(time.time(), typed(text)))


Reader = SerialLine | TypingReader


def swipe_badly(reader: Reader) -> None:
    """Worn, glued to another's, in fragments, the wrong way round."""
    reader.write(both_tracks(wrong(KNOWN)))
    reader.write(both_tracks(KNOWN)[:-1] + both_tracks(STRANGE))
    for fragment in (track_2(KNOWN)[:13].encode(), track_2(STRANGE)[3:].encode()):
        reader.write(fragment)
        time.sleep(0.7)  # a hand that stops: longer than the silence that ends a swipe
    reader.write(b"\x02%E?;E?\x03")


def take_ticket(window: Window, reader: Reader, number: str) -> None:
    """Swipe, choose, hold a number, go away."""
    time.sleep(ONE_READING + 0.5)  # the same card sooner would be the same reading
    if window.screen["kind"] == "services":  # of two cards in one go the machine may read one
        window.touch("cancel")
    window.shows(lambda screen: screen["kind"] == "idle", "nobody")
    reader.write(both_tracks(number))
    window.shows(lambda screen: screen["kind"] == "services", "services")
    window.touch("service:cash")
    window.shows(lambda screen: screen["kind"] == "ticket", "a number")
    window.touch("cancel")
    window.shows(lambda screen: screen["kind"] == "idle", "nobody")


def scan_cards(scanner: SerialLine) -> None:
    """A card's number as a barcode, and its track in a code of somebody's."""
    for text in (KNOWN, track_2(STRANGE), f"KQ{KNOWN}"):
        scanner.write(f"{text}\r\n".encode())


def work(branch: RunningBranch, reader: Reader) -> dict[str, bytes]:
    """Everything that came out of the branch over any line, by where it was seen."""
    tokens = {role: branch.token(role, role) for role in ("display", "crm", "monitoring")}
    everything = "kiosk/v1/0755/"
    with (
        SerialLine(branch.folder, "ttyScanner") as scanner,
        SerialLine(branch.folder, "ttyPrinter") as line,
        FarPrinter(line) as printer,
        branch,
        Subscriber(branch.folder, branch.mqtt, "crm", tokens["crm"], f"{everything}event/#") as crm,
        Subscriber(
            branch.folder, branch.mqtt, "monitoring", tokens["monitoring"], f"{everything}state/#"
        ) as states,
        Window(branch.http, branch.token("window-touch", "display"), "touch") as window,
    ):
        assert printer.initialised.wait(15)
        swipe_badly(reader)
        scan_cards(scanner)
        take_ticket(window, reader, KNOWN)
        swipe_badly(reader)
        take_ticket(window, reader, STRANGE)
        teller = branch.teller("zhang")
        teller.post("/counters/1/open")
        assert teller.post("/counters/1/next")["ticket"]["client"] == CLIENT.reference
        other = branch.teller("li")
        other.post("/counters/2/open")
        assert other.post("/counters/2/next")["ticket"]["client"] is None
        until(lambda: len(printer.slips) == 2, "two slips")
        until(lambda: b"ticket/called" in crm.file.read_bytes(), "call published")
        states.first("kiosk/v1/0755/state/board")
        places = {
            "feed": json.dumps(window.messages).encode(),
            "paper": b"".join(printer.slips),
            **processes(branch.pid),
        }
        for role in ("crm", "monitoring"):
            asking = branch.client(tokens[role])
            for path in (
                "/events?limit=1000",
                "/state",
                "/queues",
                "/counters",
                "/health",
                "/metrics",
            ):
                places[f"{path} to {role}"] = asking.body(path)
        for path in ("/state", "/queues/A", "/me"):
            places[f"{path} to a teller"] = teller.body(path)
        time.sleep(0.1)
        return places | files(branch.folder)


def devices(folder: Path, driver: str) -> str:
    lines = {one: folder / f"tty{one.title()}" for one in ("reader", "scanner", "printer")}
    return DEVICES.format(driver=driver.format(**lines), **lines)


@pytest.mark.timeout(150)
def test_no_card_number_is_left_anywhere(tmp_path: Path) -> None:
    with SerialLine(tmp_path, "ttyReader") as reader:
        branch = RunningBranch(tmp_path, devices(tmp_path, SERIAL))
        assert_nothing_left(branch, reader)


@NEEDS_UMOCKDEV
@pytest.mark.timeout(150)
def test_no_card_number_is_left_anywhere_by_a_reader_that_types(tmp_path: Path) -> None:
    with TypingMachine(tmp_path, "/dev/input/kiosk-swipe") as machine:
        branch = RunningBranch(tmp_path, devices(tmp_path, TYPING), wrapper=machine.wrapper)
        assert_nothing_left(branch, TypingReader(machine))


def assert_nothing_left(branch: RunningBranch, reader: Reader) -> None:
    branch.enrol(KNOWN, CLIENT)
    places = work(branch, reader) | {
        f"{name} afterwards": data for name, data in files(branch.folder).items()
    }
    for expected in ("var/log.db", "var/log.db-wal", "rows of var/clients.db", "output.txt"):
        assert expected in places
    assert b"ticket.called" in places["/events?limit=1000 to crm"]
    assert any(name.startswith("cmdline of mosquitto") for name in places)
    assert found(NUMBERS, places) == []
    assert found_names(places) == []


def found_names(places: dict[str, bytes]) -> list[str]:
    """Where the name on the cards' first track is."""
    return [place for place, content in places.items() if b"SAMPLE/CARD" in content]


LEFT: dict[str, Callable[[str], str | bytes]] = {
    "plain": lambda number: f"card {number} swiped",
    "half of it": lambda number: f"…{number[-8:]}",
    "spaced": lambda number: " ".join(number[at : at + 4] for at in range(0, len(number), 4)),
    "dashed": lambda number: "-".join(number[at : at + 4] for at in range(0, len(number), 4)),
    "two bytes a character": lambda number: number.encode("utf-16"),
    "packed": lambda number: bytes.fromhex(number.ljust(20, "f")),
    "packed after a digit": lambda number: bytes.fromhex("0" + number.ljust(19, "f")),
    "hexadecimal": lambda number: f"{{{number.encode().hex().upper()}}}",
    "base64": lambda number: base64.b64encode(f";{number}=4912".encode()),
    "base64 of a track": lambda number: base64.b64encode(track_1(number).encode()),
}
"""Ways to leave a card number behind, made without the search's own means."""


@pytest.mark.parametrize("form", LEFT)
@pytest.mark.parametrize("number", NUMBERS[:2], ids=["19 digits", "16 digits"])
def test_the_search_finds_what_was_left(form: str, number: str) -> None:
    left = LEFT[form](number)
    data = left.encode() if isinstance(left, str) else left
    [first, *_] = found(NUMBERS, {"a file": b"before " + data + b" after"})
    assert first.startswith("a file: …")
    assert number not in first


@pytest.mark.card_numbers_in_fixture
def test_the_search_reads_databases_and_finds_nothing_in_other_digits(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "some.db")) as database:
        database.execute("CREATE TABLE card (number INTEGER)")
        database.execute("INSERT INTO card VALUES (?)", (int(STRANGE),))
        database.commit()
    assert found([STRANGE], files(tmp_path)) == [f"rows of some.db: …{STRANGE[-4:]} plain"]
    assert found([KNOWN], files(tmp_path)) == []
