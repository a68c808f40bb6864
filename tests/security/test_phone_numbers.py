"""A phone number typed at a real branch's touch screen is nowhere but in the clients database."""

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.phone import PhoneKind
from kiosk.documents import document_keys
from kiosk.domain.client import Client as BankClient
from kiosk.domain.ids import ClientRef
from kiosk.identities import Phone
from kiosk.keys.keyring import Keyring
from kiosk.settings.file import load
from tests.security.traces import files, found
from tests.support.runningbranch import RunningBranch
from tests.support.waiting import until
from tests.support.window import Json, Window

KNOWN, UNKNOWN = "12604857193", "12958310647"
CLIENT = BankClient(ClientRef("c41d97a0e6b3f258"), name="Jane Sample", surname="Sample")
VISIT = """
[visit]
phone = { "86" = "3-4-4", "420" = "3-3-3" }
"""


def enrol(branch: RunningBranch) -> None:
    """A client with this phone."""
    keys = Keyring.of(load(branch.config), branch.var)
    documents = partial(document_keys, keys.card_key())

    async def enter() -> None:
        async with EmbeddedDirectory(branch.var / "clients.db", documents) as directory:
            await directory.add_client(CLIENT, phones=[(PhoneKind.MOBILE, Phone(KNOWN))])

    asyncio.run(enter())


def take_ticket(window: Window, number: str) -> None:
    """Type it with one mistake, choose, hold a number, go away."""
    window.touch("phone")
    window.shows(lambda screen: screen["kind"] == "phone", "the keypad")
    for typed, key in enumerate(f"{number[:4]}9<{number[4:]}"):
        window.touch("correct" if key == "<" else f"digit:{key}")
        there = typed + 1 if typed < 5 else typed - 1
        window.shows(_has_digits(there), f"{there} digits")
        time.sleep(0.11)  # the same key sooner would be the same press
    window.touch("confirm")
    window.shows(lambda screen: screen["kind"] == "services", "services")
    window.touch("service:cash")
    window.shows(lambda screen: screen["kind"] == "ticket", "a number")
    window.touch("cancel")
    window.shows(lambda screen: screen["kind"] == "idle", "nobody")


def _has_digits(count: int) -> Callable[[Json], bool]:
    """Whether so many are typed, as far as a screen tells."""
    return lambda screen: sum(bool(one) for group in screen["groups"] for one in group) == count


def test_no_phone_number_is_left_anywhere(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, VISIT)
    (tmp_path / "var").mkdir()
    enrol(branch)
    tokens = {"crm": branch.token("crm", "crm"), "touch": branch.token("window-touch", "display")}
    with branch, Window(branch.http, tokens["touch"], "touch") as window:
        for number in (UNKNOWN, KNOWN):
            take_ticket(window, number)
        crm = branch.client(tokens["crm"])
        until(lambda: b"ticket.recognised" in crm.body("/events?limit=1000"), "recognition")
        places = {
            "feed": json.dumps(window.messages).encode(),
            "events": crm.body("/events?limit=1000"),
            "state": crm.body("/state"),
            **files(tmp_path),
        }
    left = found([KNOWN, UNKNOWN], places)
    assert left
    assert all("clients.db" in place for place in left), left
    assert not any(UNKNOWN[-4:] in place for place in left), left
    shown = [one["screen"] for one in window.messages if "screen" in one]
    services = [screen for screen in shown if screen["kind"] == "services"]
    assert {screen["greeting"] for screen in services} == {services[0]["greeting"]}
    assert b"Sample" not in places["feed"]
