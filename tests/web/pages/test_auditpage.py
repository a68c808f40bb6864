"""``/audit``: who may see it, what it tells of which day, and how one leafs through it."""

import re
from datetime import timedelta
from html import unescape

import httpx
import pytest

from kiosk.access import sees_family
from kiosk.domain.auditevents import (
    AccountChange,
    AccountChanged,
    CardKeyChanged,
    ClientOpened,
    KeyChange,
    KnownBy,
    SignInsRefused,
)
from kiosk.domain.commands import OpenDay, PutOnRecord
from kiosk.domain.events import Actor
from kiosk.domain.ids import ClientRef, StaffRef, TicketId, VisitId
from kiosk.domain.role import Role
from kiosk.domain.ticketcommands import DropTicket
from kiosk.store.audit import ANSWERED_FOR, Deed
from kiosk.store.chain import Seal, verify
from kiosk.store.retention import LogRetention
from kiosk.web.pages import auditpage
from kiosk.web.pages.auditpage import Topic
from kiosk.web.pages.auditwords import deed_name
from tests.web.conftest import PASSWORD, House
from tests.web.pages.site import Site

HOSTILE = '<script>"PAD"'


async def audit(site: Site, user: str = "max", **query: str) -> httpx.Response:
    await site.sign_in(user)
    return await site.http.get("/audit", params=query)


def rows(page: httpx.Response) -> list[list[str]]:
    """The table's cells as text."""
    found = re.findall(r'<tr id="fact-\d+">(.*?)</tr>', page.text)
    return [[_text(cell) for cell in re.findall(r"<td>(.*?)</td>", row)] for row in found]


def _text(cell: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())


def what(page: httpx.Response) -> list[str]:
    return [row[3] for row in rows(page)]


async def some_deeds(house: House) -> StaffRef:
    """Of each kind one, by a lobby manager and the machine; the latest is the last."""
    amy = house.accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD, "Amy <Chen>")
    manager = Actor("lobby-manager", amy.reference, HOSTILE)
    now = house.clock.now()
    ticket = TicketId((await house.issue())["id"])
    added = AccountChanged(1, AccountChange.USER_ADDED, amy.reference, "lobby-manager", now)
    for event in (
        ClientOpened(ClientRef("c-1"), VisitId("v-1"), KnownBy.CARD),
        added,
        SignInsRefused(None, 7),
        CardKeyChanged(KeyChange.BEGUN),
    ):
        await house.desk.submit(PutOnRecord(event), manager)
    await house.desk.submit(DropTicket(ticket, "left"), manager)
    return amy.reference


async def test_an_auditor_reads_who_did_what_when_and_where(site: Site) -> None:
    await some_deeds(site.house)
    page = await audit(site)
    assert page.status_code == 200
    told = rows(page)
    assert what(page) == [
        "Deleted the number",
        "Change of the card key was begun",
        "Wrong password",
        "User was added",
        "Was told who the client is",
    ], "the latest first, and no number that was simply given"
    who = ["Amy <Chen> Lobby manager", HOSTILE]
    zone = site.house.context.plan.zone
    assert re.fullmatch(r"\d\d:\d\d:\d\d \d+", told[0][0])
    today = site.house.clock.now().astimezone(zone)
    assert f'<time datetime="{today:%Y-%m-%dT%H}' in page.text
    assert [row[1:3] for row in told] == [who] * 5
    assert [row[4:] for row in told] == [
        ["A002", "Has left"],
        ["", ""],
        ["Names that nobody has", "7 times"],
        ["Amy <Chen>", "Lobby manager"],
        ["c-1", "by card"],
    ]


async def test_what_others_wrote_is_text(site: Site) -> None:
    reference = await some_deeds(site.house)
    page = await audit(site)
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert reference not in page.text, "people are called by their names"


async def test_an_administrator_isnt_told_whose_cards_were_opened(site: Site) -> None:
    await some_deeds(site.house)
    site.house.accounts.add_user("ada", Role.ADMINISTRATOR, PASSWORD)
    page = await audit(site, "ada")
    assert len(rows(page)) == 4
    assert "c-1" not in page.text
    assert 'value="clients"' not in page.text
    assert rows(await audit(site, "ada", topic="clients")) == []


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("clients", ["Was told who the client is"]),
        ("tickets", ["Deleted the number"]),
        ("accounts", ["Wrong password", "User was added"]),
        ("settings", ["Change of the card key was begun"]),
        ("devices", []),
    ],
)
async def test_one_kind_alone(site: Site, topic: str, told: list[str]) -> None:
    await some_deeds(site.house)
    page = await audit(site, topic=topic)
    assert what(page) == told
    assert f'<option value="{topic}" selected>' in page.text
    assert ("Nothing of this kind was done." in page.text) == (not told)


async def test_calls_out_of_turn_alone_are_answered_for(site: Site) -> None:
    await site.house.issue()
    chosen = await site.house.issue()
    for verb in ("open", "next", "start", "finish"):
        assert (await site.house.work(verb)).status_code == 200
    assert rows(await audit(site)) == [], "a call in its turn"
    path, body = f"/tickets/{chosen['id']}/call", {"counter": "1"}
    answer = await site.house.post(Role.TELLER, path, body)
    assert answer.status_code == 200, answer.text
    assert [row[3:] for row in rows(await audit(site))] == [
        ["Called out of turn", chosen["number"], "Counter 1"]
    ]


async def test_another_day_has_its_own_deeds_and_its_seal(site: Site) -> None:
    house = site.house
    await some_deeds(house)
    first = (await house.desk.branch()).day
    assert first is not None
    assert "The day is still open." in (await audit(site)).text
    await house.desk.submit(OpenDay(first + timedelta(days=1)))
    today = await audit(site)
    assert rows(today) == []
    assert f'href="/audit?day={first}"' in today.text
    page = await audit(site, day=f"{first}")
    assert len(rows(page)) == 5
    assert "The day is sealed" in page.text
    assert f'href="/audit?day={first + timedelta(days=1)}"' in page.text
    seal = re.findall(r"kiosk log verify --noted (\d+:[0-9a-f]{64})", page.text)[0]
    assert verify(house.context.trail._log, [Seal.of(seal)]).sequence > Seal.of(seal).sequence


async def test_a_day_that_was_given_up_is_told_as_such(site: Site) -> None:
    house = site.house
    await some_deeds(house)
    first = (await house.desk.branch()).day
    assert first is not None
    second = first + timedelta(days=1)
    await house.desk.submit(OpenDay(second))
    retention = LogRetention(house.context.trail._log, 1, lambda: second, lambda: 2**62)
    assert await retention.prune(second) > 5
    page = await audit(site, day=f"{first}")
    assert (page.status_code, rows(page)) == (200, [])
    assert "The log holds nothing of this day" in page.text
    assert f'min="{second}" max="{second}"' in page.text


async def test_leafing_through_a_long_day_loses_no_line(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        opened = ClientOpened(ClientRef(f"c-{number}"), VisitId(f"v-{number}"), KnownBy.CARD)
        await site.house.desk.submit(PutOnRecord(opened), Actor("teller", None, "pc-1"))
    monkeypatch.setattr(auditpage, "LINES", 4)
    page = await audit(site, topic="clients")
    down = [[row[4] for row in rows(page)]]
    assert not _way(page, "Later")
    while earlier := _way(page, "Earlier"):
        page = await site.http.get(earlier)
        down.append([row[4] for row in rows(page)])
    assert down == [
        ["c-8", "c-7", "c-6", "c-5"],
        ["c-4", "c-3", "c-2", "c-1"],
        ["c-0"],
    ]
    up = []
    while later := _way(page, "Later"):
        page = await site.http.get(later)
        up.append([row[4] for row in rows(page)])
    assert up == [["c-4", "c-3", "c-2", "c-1"], ["c-8", "c-7", "c-6", "c-5"]]


def _way(page: httpx.Response, name: str) -> str | None:
    found = re.findall(rf'class="button" href="([^"]+)">{name}</a>', page.text)
    return unescape(found[0]) if found else None


@pytest.mark.parametrize(
    "query",
    [
        {"day": "yesterday"},
        {"day": "2026-02-30"},
        {"topic": "<script>"},
        {"before": "all"},
        {"before": f"{2**63}"},
        {"after": "-1"},
    ],
)
async def test_what_cannot_be_shown_is_said(site: Site, query: dict[str, str]) -> None:
    await some_deeds(site.house)
    page = await audit(site, **query)
    assert page.status_code == 400
    assert "There is no such page. This is the latest." in page.text
    assert "<script" not in page.text
    assert len(rows(page)) == 5


async def test_who_may_see_it_is_led_there(site: Site) -> None:
    stranger = await site.http.get("/audit")
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/login?next=%2Faudit")
    site.house.accounts.add_user("lea", Role.LOBBY_MANAGER, PASSWORD)
    for user, may in (("anna", False), ("lea", False), ("max", True)):
        assert (await audit(site, user)).status_code == (200 if may else 403)
        assert ('href="/audit"' in (await site.http.get("/")).text) == may
        assert ('href="/audit"' in (await site.http.get("/reports")).text) == may


async def test_it_is_read_in_the_readers_language(site: Site) -> None:
    await some_deeds(site.house)
    page = await audit(site, language="zh")
    assert "审计记录" in page.text
    assert "Deleted the number" not in page.text


def test_every_kind_has_its_words_and_its_topic() -> None:
    for kind in ANSWERED_FOR - {"account.changed", "key.changed"}:
        deed = Deed(1, "", "teller", None, None, None, kind, "", {})
        assert deed_name(deed, "en") != kind
    for kind in ANSWERED_FOR:
        family = kind.partition(".")[0]
        assert sum(one.covers(family) for one in Topic) == 2, "everything, and one more"
        assert sees_family(Role.AUDITOR, family)
