"""A short day of a running branch: whatever it says over MQTT, HTTP and the feed is as described."""

import json
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.protocols.traffic import DOCUMENT, channel_of, faults_in, faults_of
from tests.support.runningbranch import PASSWORD, SETTINGS, Client, RunningBranch
from tests.support.subscriber import Subscriber
from tests.support.waiting import until

MORE = """
[calling]
recalls_minimum = 0
recall_cooldown = 0

[[printer]]
id = "slip"
driver = "escpos-serial"
port = "sim"
"""
ROOT = "kiosk/v1/0755"
KINDS = {
    *("day.opened", "day.cleared", "counter.opened", "counter.paused", "counter.closed"),
    *("alert.raised", "alert.acknowledged", "slip.prepared", "slip.sent"),
    *(
        f"ticket.{verb}"
        for verb in (
            *("issued", "called", "recalled", "serving", "served", "no_show", "parked", "returned"),
            *("transferred", "moved", "dropped", "reinstated", "reclassified", "expired"),
            *("printed", "reprinted"),
        )
    ),
}
"""What happens at least."""

FEED = {"snapshot": "FeedSnapshot", "event": "FeedChange", "estimates": "FeedEstimates"}
"""What tells the messages of the feed apart."""


def _live(terminal: Client, teller: Client, lobby: Client) -> None:
    """Everybody does what they do."""
    tickets = [terminal.post("/tickets", {"service": "cash"})["id"] for _ in range(10)]
    at_counter: list[tuple[str, dict[str, Any]]] = [
        *(("open", {}), ("next", {}), ("recall", {}), ("start", {})),
        ("finish", {"services": ["cash"], "result": "done"}),
        *(("next", {}), ("no-show", {}), ("next", {})),
        ("park", {"reason": "documents"}),
        *(("next", {}), ("return", {}), ("next", {})),
        ("transfer", {"queue": "V", "come_back": True}),
        *(
            ("serve", {"service": "cash"}),
            ("finish", {}),
            ("paper", {"number": 17}),
            ("finish", {}),
        ),
        *(("pause", {}), ("open", {})),
    ]
    for verb, body in at_counter:
        teller.post(f"/counters/1/{verb}", body)
    lobby.post(f"/tickets/{tickets[1]}/reinstate")
    lobby.post(f"/tickets/{tickets[2]}/return")
    lobby.post(f"/tickets/{tickets[6]}/priority", {"class": "vip", "reason": "elderly"})
    lobby.post(f"/tickets/{tickets[7]}/move", {"queue": "V"})
    lobby.post(f"/tickets/{tickets[8]}/drop", {"reason": "left"})
    lobby.post(f"/tickets/{tickets[9]}/reprint")
    teller.post("/alerts", {"kind": "call"})
    for alert in lobby.get("/alerts")["alerts"]:
        lobby.post(f"/alerts/{alert['id']}/acknowledge")
    teller.post("/counters/1/close")
    lobby.post("/hall/clear", {"reason": "closing"})


def _at_a_pad(branch: RunningBranch) -> tuple[Client, dict[str, str]]:
    """A lobby manager, and how the PAD subscribes."""
    branch.session("wang", "lobby-manager")
    branch.kiosk("device", "approve", "PAD-1")
    with Client(branch.http) as door:
        signed_in = door.post("/login", {"user": "wang", "password": PASSWORD, "device": "PAD-1"})
    return branch.client(signed_in["token"]), signed_in["mqtt"]


@pytest.mark.timeout(120)
def test_everything_that_a_branch_says_is_as_described(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, devices=MORE, settings=SETTINGS)
    tokens = {role: branch.token(role, role) for role in ("terminal", "crm", "monitoring")}
    with branch:
        lobby, mqtt = _at_a_pad(branch)
        crm = branch.client(tokens["crm"])
        feed = f"ws://127.0.0.1:{branch.http}/api/v1/feed"
        authorization = {"Authorization": f"Bearer {tokens['terminal']}"}
        with (
            Subscriber(tmp_path, branch.mqtt, "crm", tokens["crm"], f"{ROOT}/event/#") as events,
            Subscriber(
                tmp_path,
                branch.mqtt,
                "monitoring",
                tokens["monitoring"],
                f"{ROOT}/state/#",
                f"{ROOT}/presence/#",
            ) as states,
            Subscriber(
                tmp_path,
                branch.mqtt,
                mqtt["username"],
                mqtt["password"],
                f"{ROOT}/alert/role/lobby-manager",
            ) as alerts,
            connect(feed, additional_headers=authorization) as socket,
        ):
            _live(branch.client(tokens["terminal"]), branch.teller("li"), lobby)
            listed = _all_events(crm)
            last = listed[-1]["sequence"]
            until(lambda: events.messages()[-1][1]["sequence"] >= last, "the last event")
            shut = next(one["sequence"] for one in listed if one["type"] == "kiosk.day.cleared.v1")
            until(lambda: states.latest(f"{ROOT}/state/board")["sequence"] >= shut, "the board")
            until(lambda: len(alerts.messages()) >= 2, "an alert and its end")
            told = [*events.messages(), *states.messages(), *alerts.messages()]
            _the_feed_is_as_described(socket, last)
    assert [fault for topic, message in told for fault in faults_of(topic, message)] == []
    assert [fault for event in listed for fault in faults_in("Event", event)] == []
    assert {event["type"].removeprefix("kiosk.").removesuffix(".v1") for event in listed} >= KINDS
    assert {channel_of(topic) for topic, _ in told} >= {
        *("queueState", "publicQueueState", "counterState", "board", "branchState", "presence"),
        "alertForRole",
    }
    as_published = {message["sequence"]: message for _, message in events.messages()}
    assert all(as_published.get(event["sequence"], event) == event for event in listed)


def _all_events(crm: Client) -> list[dict[str, Any]]:
    """Once the slip is printed: that comes last."""
    found: list[dict[str, Any]] = []

    def printed() -> bool:
        found[:] = crm.get("/events?limit=1000")["events"]
        return any(event["type"] == "kiosk.ticket.printed.v1" for event in found)

    until(printed, "a slip")
    return found


def _the_feed_is_as_described(socket: ClientConnection, last: int) -> None:
    kinds: list[str] = []
    message: dict[str, Any] = {"sequence": -1}
    while message["sequence"] < last:  # a terminal is told of slips, the last thing that happened
        message = json.loads(socket.recv(timeout=10))
        kinds += [name for field, name in FEED.items() if field in message]
        assert faults_in(kinds[-1], message) == []
    assert {"FeedSnapshot", "FeedChange"} <= set(kinds) <= {*FEED.values()}
    assert set(DOCUMENT["channels"]["feed"]["messages"]) == {*FEED.values()}
