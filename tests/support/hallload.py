"""A busy hall over HTTP: people who take tickets, tellers and a lobby manager who do everything.

Whoever gets no answer asks again under the same idempotency key, as programs should. What each of them
was told is kept, so that it can be held against the log afterwards.
"""

import http.client
import json
import random
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.events import Fact, TicketCalled, TicketIssued
from kiosk.domain.ids import TicketId
from kiosk.domain.queue import PAPER, WITHOUT_NUMBER
from kiosk.domain.ticket import Ticket, TicketState
from tests.support.runningbranch import Client

Json = dict[str, Any]

STAND_BY = 0.02
"""Seconds before somebody who got no answer asks again."""

CALLING = """
[calling]
recalls_minimum = 0
recall_cooldown = 0
"""
"""Settings under which every verb can follow another at once."""

OWN = frozenset({PAPER, WITHOUT_NUMBER})
"""Series whose numbers the machine doesn't give one after the other."""


@dataclass
class Told:
    """What everybody was told, by idempotency key."""

    issued: dict[str, Json] = field(default_factory=dict)
    called: list[tuple[str, str]] = field(default_factory=list)
    """Counter and ticket of each *next* that was answered with one."""
    answers: Counter[str] = field(default_factory=Counter)
    """By verb and status."""
    retried: int = 0
    """Wishes that got no answer at first."""
    contradictions: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ticket(self, key: str, answer: Json) -> None:
        """A number was given under this key."""
        with self.lock:
            first = self.issued.setdefault(key, answer)
            if (first["id"], first["number"]) != (answer["id"], answer["number"]):
                self.contradictions.append(key)

    def count(self, verb: str, status: int) -> None:
        """An answer came."""
        with self.lock:
            self.answers[f"{verb} {status}"] += 1

    def some_ticket(self, luck: random.Random) -> str | None:
        """One of the latest tickets."""
        with self.lock:
            latest = list(self.issued.values())[-40:]
        return str(luck.choice(latest)["id"]) if latest else None


@dataclass(frozen=True)
class Door:
    """Where the branch is reached, and as whom."""

    port: int
    token: str


@dataclass(frozen=True)
class Workplace:
    """A counter, and what its teller does there; verbs that stand there twice are twice as usual."""

    counter: str
    verbs: Sequence[str]
    door: Door


class Somebody(ABC, threading.Thread):
    """A person, or a program, with one connection. Works ``times`` times or until told to stop."""

    def __init__(
        self, door: Door, told: Told, times: int, luck: random.Random, *, pause: float = 0
    ) -> None:
        super().__init__()
        self._door, self._told = door, told
        self._times, self._luck, self._pause = times, luck, pause
        self._going_home = threading.Event()
        self._gone = threading.Event()

    def go_home(self) -> None:
        """Begin nothing any more; what was asked is asked until it is answered."""
        self._going_home.set()

    def leave(self) -> None:
        """Go without an answer."""
        self._going_home.set()
        self._gone.set()
        self.join(15)

    def run(self) -> None:
        """The thread's work."""
        with Client(self._door.port, self._door.token) as client:
            for _ in range(self._times):
                if self._going_home.is_set():
                    return
                self._do_something(client)
                time.sleep(self._pause)

    def _ask(self, client: Client, path: str, body: Json) -> tuple[str, int, Json]:
        """POST until there is an answer: its key, status and JSON."""
        key = str(uuid.UUID(int=self._luck.getrandbits(128)))
        again = False
        while not self._gone.is_set():
            try:
                status, answer = client.answer("POST", path, body, key)
            except (OSError, http.client.HTTPException):
                with self._told.lock:
                    self._told.retried += not again
                again = True
                time.sleep(STAND_BY)
                continue
            self._told.count(path.rpartition("/")[2], status)
            return key, status, json.loads(answer)
        return key, 0, {}

    @abstractmethod
    def _do_something(self, client: Client) -> None: ...


class Machine(Somebody):
    """Gives one number after the other."""

    def _do_something(self, client: Client) -> None:
        key, status, answer = self._ask(client, "/tickets", {"service": "cash"})
        if status == 201:
            self._told.ticket(key, answer)


class Teller(Somebody):
    """Calls at one counter, and does everything else there is to do with a ticket now and then."""

    def __init__(
        self,
        desk: Workplace,
        told: Told,
        times: int,
        luck: random.Random,
        *,
        pause: float = 0,
    ) -> None:
        super().__init__(desk.door, told, times, luck, pause=pause)
        self._counter, self._verbs = desk.counter, desk.verbs

    def _do_something(self, client: Client) -> None:
        verb = self._luck.choice(self._verbs)
        body = _BODIES.get(verb, _nothing)(self._luck)
        _, status, answer = self._ask(client, f"/counters/{self._counter}/{verb}", body)
        if verb == "next" and status == 200 and answer["ticket"]:
            with self._told.lock:
                self._told.called.append((self._counter, answer["ticket"]["id"]))


class LobbyManager(Somebody):
    """Does to tickets what lobby managers do."""

    def _do_something(self, client: Client) -> None:
        ticket = self._told.some_ticket(self._luck)
        if ticket:
            verb = self._luck.choice(list(_HANDLINGS))
            self._ask(client, f"/tickets/{ticket}/{verb}", _HANDLINGS[verb](self._luck))
        else:
            time.sleep(STAND_BY)


CALLING_ONLY = ("next",)
EVERYTHING = (
    *("next",) * 8,
    *("open", "open", "pause", "recall", "start", "finish", "no-show", "return", "park"),
    *("transfer", "serve", "paper", "status"),
)


def _nothing(luck: random.Random) -> Json:
    return {}


_Body = Callable[[random.Random], Json]
_BODIES: dict[str, _Body] = {
    "park": lambda luck: {"reason": "documents"},
    "transfer": lambda luck: luck.choice([{"queue": "V"}, {"queue": "A"}, {"counter": "2"}]),
    "paper": lambda luck: {"number": luck.randrange(10_000)},
    "status": lambda luck: {"status": luck.choice(["ready", "not_ready"])},
}
_HANDLINGS: dict[str, _Body] = {
    "move": lambda luck: {"queue": luck.choice("AV")},
    "drop": lambda luck: {"reason": "left"},
    "priority": lambda luck: {"class": luck.choice(["vip", "regular"]), "reason": "elderly"},
    "reinstate": _nothing,
    "return": _nothing,
    "park": lambda luck: {"reason": "documents"},
    "call": lambda luck: {"counter": luck.choice("12")},
    "transfer": lambda luck: {"queue": luck.choice("AV")},
}


@dataclass(frozen=True)
class Findings:
    """What the log says to what everybody was told."""

    acknowledged: int
    written: int
    lost: list[str]
    """Tickets that somebody was given and that aren't in the log."""
    doubled: list[str]
    """Numbers given twice, and tickets given under two keys."""
    called_twice: list[str]
    """Tickets that were called while somebody had them, or after their end."""
    calls_lost: list[tuple[str, str]]
    """Calls that a teller was told of and that aren't in the log."""
    gaps: list[str]
    """Numbers, and sequences of facts, that are missing."""
    calls: int

    @property
    def faults(self) -> list[Any]:
        """Everything that should not be."""
        return [*self.lost, *self.doubled, *self.called_twice, *self.calls_lost, *self.gaps]

    def report(self, told: Told) -> str:
        """In lines, for whoever ran it."""
        lines = {
            "tickets acknowledged": self.acknowledged,
            "tickets in the log": self.written,
            "acknowledged and lost": len(self.lost),
            "doubled": len(self.doubled),
            "calls in the log": self.calls,
            "called twice": len(self.called_twice),
            "calls acknowledged and lost": len(self.calls_lost),
            "gaps": len(self.gaps),
            "asked again without an answer": told.retried,
            "answers that contradict an earlier one": len(told.contradictions),
        }
        return "\n".join(f"{figure:>8}  {name}" for name, figure in lines.items())


def compare(facts: Sequence[Fact], told: Told) -> Findings:
    """Hold the log against what everybody was told."""
    issued = [fact.event.ticket for fact in facts if isinstance(fact.event, TicketIssued)]
    calls = [fact.event.ticket for fact in facts if isinstance(fact.event, TicketCalled)]
    written = {ticket.id: ticket.number for ticket in issued}
    given = [(str(one["id"]), str(one["number"])) for one in told.issued.values()]
    numbers = Counter(f"{one.series}{one.serial}" for one in issued)
    made = {(one.counter, one.id) for one in calls}
    return Findings(
        acknowledged=len(given),
        written=len(issued),
        lost=[number for ticket, number in given if written.get(TicketId(ticket)) != number],
        doubled=[*_twice(numbers), *_twice(Counter(ticket for ticket, _ in given))],
        called_twice=list(_called_twice(facts)),
        calls_lost=[call for call in told.called if call not in made],
        gaps=[*_missing_numbers(issued), *_missing_facts(facts)],
        calls=len(calls),
    )


def _twice(counted: Counter[str]) -> list[str]:
    return [name for name, count in counted.items() if count > 1]


def _called_twice(facts: Sequence[Fact]) -> list[str]:
    state: dict[str, TicketState] = {}
    twice = []
    for fact in facts:
        ticket = getattr(fact.event, "ticket", None)
        if not isinstance(ticket, Ticket):
            continue
        before = state.get(ticket.id)
        if isinstance(fact.event, TicketCalled) and before not in _MAY_BE_CALLED:
            twice.append(ticket.number)
        state[ticket.id] = ticket.state
    return twice


_MAY_BE_CALLED = {None, TicketState.WAITING, TicketState.PARKED}


def _missing_numbers(issued: Sequence[Ticket]) -> list[str]:
    missing = []
    for series in {ticket.series for ticket in issued} - OWN:
        there = {ticket.serial for ticket in issued if ticket.series == series}
        missing += [f"{series}{serial}" for serial in range(1, max(there)) if serial not in there]
    return missing


def _missing_facts(facts: Sequence[Fact]) -> list[str]:
    there = {fact.sequence for fact in facts}
    return [f"fact {sequence}" for sequence in range(1, len(facts) + 1) if sequence not in there]
