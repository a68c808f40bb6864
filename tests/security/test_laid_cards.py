"""Identity cards and chip cards at a real branch; afterwards their numbers are nowhere."""

import http.client
import json
from pathlib import Path

from kiosk.cardreader.idsimulator import sample_id_cards
from kiosk.cardreader.simulator import sample_cards
from tests.security.traces import files, found, processes
from tests.support.runningbranch import RunningBranch
from tests.support.window import Window

READERS = """
[[reader]]
id = "id-card"
driver = "idcard-sdt"
port = "sim"

[[reader]]
id = "chip"
driver = "pcsc"
port = "sim"
"""
STRANGER = "赵样品"


def do(branch: RunningBranch, hand: str, **wish: object) -> None:
    """Something at the hardware bench."""
    line = http.client.HTTPConnection("127.0.0.1", branch.http, timeout=10)
    line.request("POST", f"/bench/{hand}", json.dumps(wish), {"Content-Type": "application/json"})
    assert line.getresponse().status == 204
    line.close()


def take_ticket(branch: RunningBranch, window: Window, reader: str, card: str) -> str:
    """Lay a card on a reader, choose, hold a number, go away; what was said of the card."""
    do(branch, f"{reader}/put", card=card)
    said = window.shows(lambda screen: screen["kind"] == "services", "services")
    window.touch("service:cash")
    window.shows(lambda screen: screen["kind"] == "ticket", "a number")
    window.touch("cancel")
    window.shows(lambda screen: screen["kind"] == "idle", "nobody")
    return f"{said['greeting']} {said['notice']}"


def numbers() -> list[str]:
    """Without the region, which is all noughts, and a check character that is no digit."""
    shown = [card.content()[126:162].decode("utf-16-le") for card in sample_id_cards().values()]
    chips = [card.tracks()[1].strip(";").split("=")[0] for card in sample_cards().values()]
    return [*(number[6:].rstrip("X") for number in shown), *chips]


def test_no_number_of_a_laid_card_is_left_anywhere(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, READERS)
    tokens = {"crm": branch.token("crm", "crm"), "touch": branch.token("window-touch", "display")}
    with branch, Window(branch.http, tokens["touch"], "touch") as window:
        do(branch, "id-reader/id-card/put", card="gold", askew=True)
        window.shows(lambda screen: screen["notice"] is not None, "that it can't be read")
        said = [
            take_ticket(branch, window, reader, card)
            for reader, card in (
                ("id-reader/id-card", "stranger"),
                ("chip-reader/chip", "gold"),
                ("id-reader/id-card", "mastercard"),
                ("chip-reader/chip", "unknown"),
            )
        ]
        crm = branch.client(tokens["crm"])
        places = {
            "feed": json.dumps(window.messages, ensure_ascii=False).encode(),
            "events": crm.body("/events?limit=1000"),
            "state": crm.body("/state"),
            **processes(branch.pid),
            **files(tmp_path),
        }
    places |= {f"{name} afterwards": data for name, data in files(tmp_path).items()}
    known = [surname in text for surname, text in zip("赵张王赵", said, strict=True)]
    assert known == [True, True, True, False]
    assert "赵** 0****************" in said[0]
    assert places["events"].count(b"ticket.issued") == 4
    assert found(numbers(), places) == []
    assert [place for place, data in places.items() if STRANGER.encode() in data] == []
