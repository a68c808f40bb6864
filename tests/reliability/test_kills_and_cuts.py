"""R2: controller and broker are killed and the network is cut at random; every subscriber has everything.

Twenty of them, some away for longer than an outage, under load. Ten minutes with ``KIOSK_NIGHTLY=1`` or
as many seconds as ``KIOSK_SECONDS`` says, else a short one of the same shape; ``-s`` shows what
happened.
"""

import os
import random
import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.role import Role
from kiosk.messaging.credentials import token_hash
from kiosk.store.accounts import Accounts
from kiosk.store.log import SqliteLog
from kiosk.store.staffsessions import SignedIn
from tests.support.consumers import Consumer, Event, Heads, Onlooker
from tests.support.hallload import (
    CALLING,
    EVERYTHING,
    Door,
    Findings,
    LobbyManager,
    Machine,
    Somebody,
    Teller,
    Told,
    Workplace,
    compare,
)
from tests.support.network import Network
from tests.support.runningbranch import PASSWORD, Client, RunningBranch
from tests.support.waiting import until

SECONDS = float(os.environ.get("KIOSK_SECONDS", "600" if "KIOSK_NIGHTLY" in os.environ else "30"))
FOR_EVER = 1_000_000
MACHINES = 3
PAUSE = 0.3
"""Seconds that everybody rests between two wishes."""
READY_WITHIN = 60.0
STUCK_AFTER = 120.0
"""Seconds in which who lacks something gets nothing more: then it never will. How long everybody takes to
have everything is the machine's matter."""

FOLLOWED: tuple[frozenset[str], ...] = (
    *(frozenset[str]() for _ in range(8)),
    *(frozenset({"ticket"}) for _ in range(2)),
)
"""What each program follows as the CRM does: everything, or tickets alone."""
AT_A_PAD = frozenset({"ticket", "counter"})
PADS, DISPLAYS, WATCHES = 4, 4, 2


@dataclass
class Subscribers:
    """Everybody who follows the branch, each on a line of its own."""

    consumers: list[Consumer]
    onlookers: list[Onlooker]
    network: Network
    away: dict[int, float] = field(default_factory=dict)
    """Who has left, by line, and until when."""

    @property
    def all(self) -> list[Consumer | Onlooker]:
        return [*self.consumers, *self.onlookers]

    def leave(self, line: int, end: float) -> None:
        if line not in self.away:
            self.all[line].session.leave()
            self.away[line] = end

    def come_back(self, at: float = float("inf")) -> None:
        """Those whose time is over."""
        for line in [line for line, end in self.away.items() if end <= at]:
            del self.away[line]
            self.all[line].session.come()


@dataclass
class Mishaps:
    """What goes wrong, one thing after the other."""

    branch: RunningBranch
    subscribers: Subscribers
    luck: random.Random
    happened: Counter[str] = field(default_factory=Counter)
    lasted: float = 0

    def go_on(self, seconds: float) -> None:
        """For so long, each thing several times; afterwards everything runs, and everybody is back."""
        deadline = time.monotonic() + seconds
        kinds = {
            self._kill_controller: 2,
            self._kill_broker: 3,
            self._kill_both: 1,
            self._lose_sessions: 1,
            self._cut: 4,
            self._stall: 3,
            self._half_close: 3,
            self._send_away: 3,
        }
        round_of_all = [kind for kind, times in kinds.items() for _ in range(times)]
        while time.monotonic() < deadline:
            for mishap in self.luck.sample(round_of_all, len(round_of_all)):
                time.sleep(self.luck.uniform(0.2, 3))
                mishap()
                self.subscribers.come_back(time.monotonic())
        self.subscribers.come_back()
        self.lasted = seconds + time.monotonic() - deadline

    def _kill_controller(self) -> None:
        self.happened["controller killed"] += 1
        self.branch.kill()
        if self.luck.random() < 0.2:
            self.branch.launch()
            time.sleep(self.luck.random())
            self.branch.kill()
        time.sleep(self.luck.choice((0, 0, 2)))
        self.branch.launch()
        self.branch.wait_until_ready(READY_WITHIN)

    def _kill_broker(self) -> None:
        file = self.branch.var / "broker" / "mosquitto.pid"
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):  # it is down already
            os.kill(int(file.read_text()), signal.SIGKILL)
            self.happened["broker killed"] += 1

    def _lose_sessions(self) -> None:
        """The broker dies, and what it had saved is gone too."""
        self.happened["broker killed, its sessions lost"] += 1
        self._kill_broker()
        (self.branch.var / "broker" / "mosquitto.db").unlink(missing_ok=True)

    def _kill_both(self) -> None:
        self._kill_broker()
        self._kill_controller()

    def _cut(self) -> None:
        for line in self._some():
            self.happened["line cut"] += 1
            self.subscribers.network.cut(line)

    def _stall(self) -> None:
        for line in self._some():
            self.happened["line stalled"] += 1
            self.subscribers.network.stall(line, self.luck.uniform(0.5, 12))

    def _half_close(self) -> None:
        for line in self._some():
            self.happened["line half closed"] += 1
            towards_client = self.luck.random() < 0.5
            self.subscribers.network.half_close(line, towards_client=towards_client)

    def _send_away(self) -> None:
        for line in self._some()[:4]:
            self.happened["subscriber away"] += 1
            self.subscribers.leave(line, time.monotonic() + self.luck.uniform(3, 45))

    def _some(self) -> list[int]:
        lines = range(len(self.subscribers.all))
        return self.luck.sample(lines, self.luck.randint(1, len(lines)))


@contextmanager
def following(branch: RunningBranch) -> Iterator[Subscribers]:
    """Twenty subscribers; the broker knows them when it starts."""
    tokens = let_in(branch, Role.CRM, len(FOLLOWED))
    walls = let_in(branch, Role.DISPLAY, DISPLAYS)
    watches = let_in(branch, Role.MONITORING, WATCHES)
    pads = sign_in_at_pads(branch)
    heads = Heads()
    with Network(branch.mqtt, len(tokens) + len(pads) + len(walls) + len(watches)) as network:
        ports = map(network.port, count())
        consumers = [
            Consumer(one, next(ports), (branch.http, one[1]), families=families, heads=heads)
            for one, families in zip(tokens.items(), FOLLOWED, strict=True)
        ]
        consumers += [
            Consumer(
                (one.broker.name, one.broker.token),
                next(ports),
                (branch.http, one.token),
                families=AT_A_PAD,
                heads=heads,
            )
            for one in pads
            if one.broker
        ]
        onlookers = [Onlooker(*one, next(ports), "state/#") for one in walls.items()]
        onlookers += [
            Onlooker(*one, next(ports), "state/#", "presence/#") for one in watches.items()
        ]
        subscribers = Subscribers(consumers, onlookers, network)
        try:
            for one in subscribers.all:
                one.session.come()
            yield subscribers
        finally:
            for one in subscribers.all:
                one.session.leave()


def let_in(branch: RunningBranch, role: Role, programs: int) -> dict[str, str]:
    """So many programs of a role: their names and tokens."""
    names = [f"{role}-{nth}" for nth in range(programs)]
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        return {name: accounts.add_token(name, role, token_hash) for name in names}


def sign_in_at_pads(branch: RunningBranch) -> list[SignedIn]:
    """A lobby manager, at several PADs."""
    now = datetime.now(UTC)
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        manager = accounts.add_user("liu", Role.LOBBY_MANAGER, PASSWORD)
        return [
            accounts.sessions.begin(manager, f"pad-{nth}", now, broker_hash=token_hash)
            for nth in range(PADS)
        ]


def crowd(branch: RunningBranch, told: Told, luck: random.Random) -> list[Somebody]:
    """Who takes numbers, calls, and does everything else."""

    def own() -> random.Random:
        return random.Random(luck.getrandbits(64))

    machine = Door(branch.http, branch.token("machine", "terminal"))
    desks = [
        Workplace(counter, EVERYTHING, Door(branch.http, branch.session(name, "teller")))
        for counter, name in (("1", "zhang"), ("2", "li"))
    ]
    manager = Door(branch.http, branch.session("wang", "lobby-manager"))
    return [
        *(Machine(machine, told, FOR_EVER, own(), pause=PAUSE) for _ in range(MACHINES)),
        *(Teller(desk, told, FOR_EVER, own(), pause=PAUSE) for desk in desks),
        LobbyManager(manager, told, FOR_EVER, own(), pause=PAUSE),
    ]


@pytest.mark.timeout(2 * SECONDS + 600)
def test_r2_kills_and_cuts_cost_no_subscriber_an_event(tmp_path: Path) -> None:
    luck = random.Random(20261122)
    told = Told()
    branch = RunningBranch(tmp_path, CALLING)
    with following(branch) as subscribers:
        branch.start()
        crm = branch.client(branch.token("late", "crm"))
        people = crowd(branch, told, luck)
        mishaps = Mishaps(branch, subscribers, luck)
        try:
            for one in people:
                one.start()
            mishaps.go_on(SECONDS)
            for one in people:
                one.go_home()
                one.join(60)
            log = until_all_is_told(crm, subscribers)
            check_what_is_shown(crm, subscribers)
        finally:
            for one in people:
                one.leave()
            branch.stop()
    stored = SqliteLog(branch.var / "log.db")
    found = compare(stored.read(0, FOR_EVER), told)
    stored.close()
    print(report(mishaps, subscribers, log, found, told))
    assert found.faults == []
    assert told.contradictions == []
    assert found.acknowledged
    for consumer in subscribers.consumers:
        assert consumer.faults == [], consumer.name
        due = [event for event in log if consumer.follows(event)]
        assert consumer.events[: len(due)] == due, consumer.name
    assert [event["sequence"] for event in log] == list(range(1, len(log) + 1))


def until_all_is_told(crm: Client, subscribers: Subscribers) -> list[Event]:
    """Wait until every subscriber has the log's end, whatever is still being written; the log."""
    log: list[Event] = []

    def who_lacks_some() -> dict[str, tuple[Consumer, int]]:
        while page := crm.get(f"/events?after={len(log)}&limit=1000")["events"]:
            log.extend(page)
        ends = {
            one.name: (one, max((each["sequence"] for each in log if one.follows(each)), default=0))
            for one in subscribers.consumers
        }
        return {name: (one, end) for name, (one, end) in ends.items() if one.last < end}

    came_to: dict[str, tuple[int, float]] = {}
    while lacking := who_lacks_some():
        now = time.monotonic()
        for name, (one, end) in lacking.items():
            last, since = came_to.get(name, (-1, now))
            if one.last > last:
                came_to[name] = one.last, now
            assert now - since < STUCK_AFTER, f"{name} lacks some up to {end}: {one!r}"
        time.sleep(0.1)
    return log


def check_what_is_shown(crm: Client, subscribers: Subscribers) -> None:
    """What is retained is what the branch shows."""

    def shown() -> dict[str, Any]:
        state = crm.get("/state")
        counters = {f"state/counter/{one['id']}": one for one in state["counters"]}
        return {
            "state/board": state["board"],
            **{topic: _without(one, "next") for topic, one in counters.items()},
        }

    def all_see_it() -> bool:
        right = {topic: _without(one, "sequence") for topic, one in shown().items()}
        return all(
            _without(one.latest(topic) or {}, "sequence") == value
            for one in subscribers.onlookers
            for topic, value in right.items()
        )

    until(all_see_it, "the hall as it is at every display", STUCK_AFTER)
    for one in subscribers.onlookers[-WATCHES:]:
        assert one.latest("presence/controller")["status"] == "online"


def _without(shape: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if key != name}


def report(
    mishaps: Mishaps,
    subscribers: Subscribers,
    log: list[Event],
    found: Findings,
    told: Told,
) -> str:
    """In lines, for whoever ran it."""
    consumers = subscribers.consumers
    took = [seconds for one in consumers for seconds in one.catch_ups]
    lines: dict[str, float] = {
        "seconds of mishaps": round(mishaps.lasted),
        **mishaps.happened,
        "connections of subscribers": sum(one.session.connections for one in subscribers.all),
        "events in the log": len(log),
        "events at consumers, once each": sum(len(one.events) for one in consumers),
        "repeats that they dropped": sum(one.repeats for one in consumers),
        "times that they asked for events": sum(one.asked for one in consumers),
        "events that they got by asking": sum(one.fetched for one in consumers),
        "seconds to catch up, median": round(statistics.median(took), 2),
        "seconds to catch up, longest": round(max(took), 2),
    }
    mine = "\n".join(f"{figure:>8}  {name}" for name, figure in lines.items())
    return f"\n{mine}\n{found.report(told)}"
