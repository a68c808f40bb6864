"""What every door is knocked with: addresses of things that are there, and of nothing."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from kiosk.access import ANYBODY, TICKET_VERBS, WHO_MAY
from kiosk.domain.auditevents import AccountChanged, SessionBegun, SessionEnded, SignInsRefused
from kiosk.domain.events import Fact
from kiosk.domain.role import STAFF_ROLES, Role
from kiosk.main import RunningBranch
from kiosk.web.guard import COOKIE
from tests.security.rawhttp import Answer, Line, line_to
from tests.support.doors import SOCKET, Entrance, entrances, open_branch

PASSWORD = "a password of a test"
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Knock:
    """One request: ``name`` is the route's row in the table, ``verb`` what is done to a ticket."""

    name: str
    method: str
    path: str
    body: bytes | None = None
    verb: str | None = None

    @property
    def of_a_page(self) -> bool:
        """Whether a person is answered, by a page or by the way to sign in."""
        return not self.path.startswith(("/api/", "/admin/", "/bench/"))


@dataclass
class Hall:
    """A branch with all its doors, and a ticket that waits behind them."""

    branch: RunningBranch
    line: Line
    folder: Path
    ticket: str = ""
    visit: str = ""
    tokens: dict[Role, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return self.branch.address

    def token(self, role: Role) -> str:
        """Of somebody with this role, who is made when there is none yet."""
        if role not in self.tokens:
            self.tokens[role] = self.sign_in(role, f"a-{role}")
        return self.tokens[role]

    def sign_in(self, role: Role, name: str) -> str:
        accounts = self.branch.accounts
        if role not in STAFF_ROLES:
            return accounts.add_token(name, role, lambda token: "")
        user = accounts.add_user(name, role, PASSWORD)
        return accounts.sessions.begin(user, None, self.branch.core.clock.now()).token

    async def ask(self, knock: Knock, headers: Mapping[str, str]) -> Answer:
        return await self.line.ask(knock.method, knock.path, headers, knock.body)

    def socket(self, path: str, headers: Mapping[str, str]) -> connect:
        address = self.origin.replace("http", "ws", 1)
        return connect(f"{address}{path}", additional_headers=dict(headers), proxy=None)

    def caused(self, after: int) -> list[Fact]:
        """What somebody caused since then; the machine goes on, and puts on record who signed in."""
        facts = self.branch.core.log.read(after, 1000)
        commands = [fact for fact in facts if not isinstance(fact.event, _ON_RECORD)]
        return [fact for fact in commands if fact.by.role != "system"]

    def window_token(self, display: str) -> str:
        """With which the window of that name follows the feed."""
        text = (self.folder / "var" / "windows" / display).read_text()
        return text.partition("KIOSK_TOKEN=")[2].partition("\n")[0]

    @property
    def sequence(self) -> int:
        return self.branch.core.log.last_sequence()

    def knocks(self) -> Iterator[Knock]:
        """Every way in over HTTP, twice: at what is there, with a good body, and at nothing."""
        for way in entrances(self.branch.app):
            if way.method != SOCKET:
                for verb in TICKET_VERBS if way.name == "ticket-verb" else [None]:
                    yield self._at_something(way, verb)
                    yield _at_nothing(way, verb)

    def commands(self) -> list[tuple[Knock, Role]]:
        """One of each that reads a body, with a role that may; of the verbs on tickets each."""
        found: dict[str, tuple[Knock, Role]] = {}
        for knock in self.knocks():
            if knock.body and knock.path.startswith("/api/") and NOTHING not in knock.path:
                found.setdefault(f"{knock.name} {knock.verb}", (knock, role_for(knock)))
        return [one for one in found.values() if one[0].name not in ("logout", "lock")]

    def _at_something(self, way: Entrance, verb: str | None) -> Knock:
        path = way.path.format_map(_Things(self._things(verb)))
        return Knock(way.name, way.method, path, _good_body(way, verb), verb)

    def _things(self, verb: str | None) -> dict[str, str]:
        return {
            "ticket": self.ticket,
            "visit": self.visit,
            "verb": verb or "open",
            "queue": "A",
            "counter": "1",
            "file": "site.css",
            "period": "2026-11-20",
        }


def role_for(knock: Knock) -> Role:
    """Some role that may."""
    allowed = WHO_MAY[knock.name] if knock.verb is None else TICKET_VERBS[knock.verb]
    return Role.TELLER if allowed is ANYBODY else min(allowed, key=list(Role).index)


def _at_nothing(way: Entrance, verb: str | None) -> Knock:
    path = way.path.format_map(_Things(verb=verb or "recall"))
    body = None if way.method == "GET" else b'{"not": "json'
    return Knock(way.name, way.method, path, body, verb)


class _Things(dict[str, str]):
    """Fills the blanks of an address."""

    def __missing__(self, key: str) -> str:
        return "1" if key == "number:int" else NOTHING


_ON_RECORD = (SessionBegun, SessionEnded, AccountChanged, SignInsRefused)

_BODIES: Mapping[str, Any] = {
    "tickets": {"service": "cash", "print": False},
    "visit-tickets": {"service": "cash", "print": False},
    "visits": {"phone": "+86 755 0000 0000"},
    "pad-set": {"reminder": 30},
    "hall-clear": {"reason": "evacuation"},
    "unlock": {"password": PASSWORD},
    "login": {"user": "nobody", "password": PASSWORD},
    "alert-raise": {"kind": "call"},
    "slip": {"job": NOTHING, "outcome": "printed"},
    "device-status": {"status": "hardwareError", "fault": "paperJammed"},
}
_VERBS: Mapping[str | None, Any] = {
    "call": {"counter": "1"},
    "drop": {"reason": "left"},
    "park": {"reason": "documents"},
    "move": {"queue": "B"},
    "priority": {"class": "vip", "reason": "disabled"},
    "transfer": {"queue": "B"},
    "reroute": {"service": "account"},
}


def _good_body(way: Entrance, verb: str | None) -> bytes | None:
    if way.method == "GET":
        return None
    return json.dumps(_BODIES.get(way.name) or _VERBS.get(verb) or {}).encode()


def bearer(token: str) -> dict[str, str]:
    """As a program shows who it is."""
    return {"authorization": f"Bearer {token}"}


def cookie(token: str, origin: str) -> dict[str, str]:
    """As a page of the machine does."""
    return {"cookie": f"{COOKIE}={token}", "origin": origin}


@asynccontextmanager
async def open_hall(folder: Path) -> AsyncIterator[Hall]:
    """The branch at work, with one ticket that waits."""
    async with open_branch(folder) as branch, line_to(branch.address) as line:
        hall = Hall(branch, line, folder)
        issue = Knock("tickets", "POST", "/api/v1/tickets", b'{"service": "cash", "print": false}')
        issued = (await hall.ask(issue, bearer(hall.token(Role.TERMINAL)))).json()
        hall.ticket, hall.visit = issued["id"], issued["visit"]
        yield hall
