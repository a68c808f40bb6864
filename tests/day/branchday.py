"""One ticket from the swipe to the call, seen from every side: for each kind of printer line."""

import re
from typing import Any

from kiosk.domain.client import Client
from kiosk.domain.ids import ClientRef, Language
from tests.cardreader.cards import GOLD, track_1, track_2
from tests.support.escpos_decoder import Paper, decode
from tests.support.farprinter import FarPrinter
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine
from tests.support.subscriber import Subscriber
from tests.support.waiting import until
from tests.support.window import Window

PREFERRED = Client(
    reference=ClientRef("8f2b0c7e51d94a36"),
    name="Jane Sample",
    surname="Sample",
    sex="f",
    language=Language("en"),
    grade="gold",
)

NUMBER = re.compile(r"\b[A-Z]\d{3}\b")


def swipe(line: SerialLine, number: str) -> None:
    """A card of that number is swiped: STX, tracks 1 and 2, ETX, LRC."""
    body = (track_1(number) + track_2(number)).encode() + b"\x03"
    check = 0
    for byte in body:
        check ^= byte
    line.write(b"\x02" + body + bytes([check]))


def follow_one_ticket(branch: RunningBranch, reader: SerialLine, printer: FarPrinter) -> Paper:
    """Enrol, start, swipe, choose, print, call; the paper that came out."""
    branch.enrol(GOLD, PREFERRED)
    tokens = {role: branch.token(role, role) for role in ("crm", "monitoring")}
    branch.start()
    crm = branch.client(tokens["crm"])
    well = branch.client(tokens["monitoring"])
    until(lambda: well.get("/health")["status"] == "ready", "health without degradations")
    assert printer.initialised.wait(15)
    with (
        Subscriber(
            branch.folder, branch.mqtt, "crm", tokens["crm"], "kiosk/v1/0755/event/#"
        ) as heard,
        Subscriber(
            branch.folder, branch.mqtt, "monitoring", tokens["monitoring"], "kiosk/v1/0755/state/#"
        ) as states,
        Window(branch.http, branch.token("window-touch", "display"), "touch") as window,
    ):
        paper = _take_a_slip(window, reader, printer)
        number = _same_everywhere(crm, heard, paper)
        _call(branch, states, number)
        _told_in_order(crm, heard)
    return paper


def _take_a_slip(window: Window, reader: SerialLine, printer: FarPrinter) -> Paper:
    window.shows(lambda screen: screen["kind"] == "idle", "nobody")
    swipe(reader, GOLD)
    greeted = window.shows(lambda screen: screen["kind"] == "services", "services")
    assert "Ms Sample" in greeted["greeting"]
    assert greeted["priority"]
    window.touch("service:cash")
    [paper] = decode(printer.slip())
    screen = window.shows(
        lambda screen: screen["kind"] == "ticket" and screen["slip"]["icon"] == "slip", "a slip"
    )
    assert paper.cut
    assert screen["ticket"] == "V001"
    return paper


def _same_everywhere(crm: Any, heard: Subscriber, paper: Paper) -> str:
    """The number that the subscriber, the API and, where it is text, the paper tell."""
    issued = heard.first("kiosk/v1/0755/event/ticket/issued")
    number = str(issued["data"]["number"])
    ticket = crm.get(f"/tickets/{issued['subject']}")
    assert ticket["number"] == number
    assert ticket["client"] == PREFERRED.reference
    assert ticket["class"] == "vip"
    printed = heard.first("kiosk/v1/0755/event/ticket/printed")
    assert printed["data"]["number"] == number
    assert printed["data"]["slip"]["state"] == "printed"
    if paper.lines:
        assert NUMBER.findall(paper.text) == [number]
    return number


def _told_in_order(crm: Any, heard: Subscriber) -> None:
    """Issued, printed, called; every event that the API tells was published too."""
    told = crm.get("/events?limit=1000")["events"]
    verbs = [event["type"].split(".")[2] for event in told if ".ticket." in event["type"]]
    assert verbs == ["issued", "printed", "called"]
    issued = heard.first("kiosk/v1/0755/event/ticket/issued")["sequence"]
    expected = [event["sequence"] for event in told if event["sequence"] >= issued]

    def published() -> list[int]:
        return [event["sequence"] for _, event in heard.messages() if event["sequence"] >= issued]

    until(lambda: published() == expected, "every event, once and in order")


def _call(branch: RunningBranch, states: Subscriber, number: str) -> None:
    teller = branch.teller("zhang")
    teller.post("/counters/1/open")
    assert teller.post("/counters/1/next")["ticket"]["number"] == number

    def calling() -> list[tuple[str, str]]:
        board = states.latest("kiosk/v1/0755/state/board")
        return [(call["number"], call["counter"]) for call in board["calling"]]

    until(lambda: calling() == [(number, "1")], "call on the board")
    board = teller.get("/state")["board"]
    assert [(call["number"], call["counter"]) for call in board["calling"]] == [(number, "1")]
    assert board["waiting"] == 0
