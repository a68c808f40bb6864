"""Programs at the broker that come and go and miss nothing, as messaging.md asks of them."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client as MqttClient
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.support.runningbranch import Client

Event = dict[str, Any]

KEEPALIVE = 4
"""Seconds; a stalled line is noticed within twice that."""
LASTING = 3600
ANSWERED_WITHIN = 120.0
"""Seconds that a consumer waits for the events it asks for, however often nobody answers."""
ROOT = "kiosk/v1/0755"


class Session:
    """A lasting session at the broker, whose owner leaves and comes back.

    A thread takes what comes; a message is acknowledged when ``take`` has returned. ``back`` is called
    whenever the session is there again. It subscribes each time: that a broker knows a session doesn't
    say that it knows its subscription (docs/decisions.md).
    """

    def __init__(
        self,
        name: str,
        token: str,
        port: int,
        filters: tuple[str, ...],
        *,
        take: Callable[[str, bytes], None],
        back: Callable[[], None],
    ) -> None:
        self._port, self._filters, self._take, self._back = port, filters, take, back
        self.connections = 0
        self.refused = ""
        """Why the broker let it in no more, the last time."""
        self._client = MqttClient(
            CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.username_pw_set(name, token)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._is_subscribed
        self._client.on_message = self._arrived

    def __repr__(self) -> str:
        state = "connected" if self._client.is_connected() else self.refused or "not connected"
        return f"<Session {state}, {self.connections} connections>"

    def __enter__(self) -> Self:
        self.come()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.leave()

    def come(self) -> None:
        """Connect, and again after each loss, until :meth:`leave`."""
        lasting = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        lasting.SessionExpiryInterval = LASTING
        self._client.connect_async(
            "127.0.0.1", self._port, KEEPALIVE, clean_start=False, properties=lasting
        )
        self._thread = threading.Thread(
            target=self._client.loop_forever, kwargs={"retry_first_connection": True}
        )
        self._thread.start()

    def leave(self) -> None:
        """Say goodbye; the broker keeps what comes meanwhile."""
        while self._thread.is_alive():  # said in the moment of a reconnect, it is not heard
            self._client.disconnect()
            self._thread.join(0.2)

    def _connected(
        self, client: MqttClient, _data: object, _flags: object, reason: Any, *_: object
    ) -> None:
        self.refused = str(reason) if reason.is_failure else ""
        if reason.is_failure:
            return
        self.connections += 1
        client.subscribe([(f"{ROOT}/{one}", 1) for one in self._filters])

    def _is_subscribed(self, *_: object) -> None:
        self._back()

    def _arrived(self, _client: MqttClient, _data: object, message: MQTTMessage) -> None:
        self._take(message.topic, bytes(message.payload))


@dataclass
class Heads:
    """The latest event that anybody who follows these families has seen."""

    seen: dict[frozenset[str], int] = field(default_factory=dict)

    def raise_to(self, families: frozenset[str], sequence: int) -> None:
        self.seen[families] = max(sequence, self.seen.get(families, 0))


class Consumer:
    """Follows events of some families (all when there are none) and has each of them once.

    It drops what it has seen, finds gaps by ``prev`` and then asks ``GET /events``, as it does whenever
    it comes back: what was told while a broker that was killed lacked its subscription comes no more.
    """

    def __init__(
        self,
        at_broker: tuple[str, str],
        port: int,
        door: tuple[int, str],
        *,
        families: frozenset[str],
        heads: Heads,
    ) -> None:
        """``at_broker``: name and token there; ``door``: port and token of the API."""
        self.name, self.token = at_broker
        self.families = families
        self.events: list[Event] = []
        self.repeats = 0
        self.asked = 0
        """How often it asked for events."""
        self.fetched = 0
        """Events that it got by asking."""
        self.catch_ups: list[float] = []
        """Seconds from each coming back until it had what others had seen by then."""
        self.faults: list[str] = []
        self._heads = heads
        self._latest: dict[str, int] = {}
        self._door = door
        self._behind: tuple[float, int] | None = None
        filters = tuple(f"event/{one}/#" for one in sorted(families)) or ("event/#",)
        self.session = Session(
            self.name, self.token, port, filters, take=self._take, back=self._come_back
        )

    def __repr__(self) -> str:
        return f"<Consumer at {self.last}, {self.session!r}, faults {self.faults}>"

    @property
    def last(self) -> int:
        """The sequence of the latest event that it has."""
        return int(self.events[-1]["sequence"]) if self.events else 0

    def follows(self, event: Event) -> bool:
        """Whether the event is of its families."""
        return not self.families or _family(event) in self.families

    def _come_back(self) -> None:
        self._behind = (time.monotonic(), self._heads.seen.get(self.families, 0))
        self._ask()
        self._look_whether_up_to_date()

    def _take(self, _topic: str, payload: bytes) -> None:
        event = json.loads(payload)
        if event["sequence"] <= self.last:
            self.repeats += 1
            return
        if (event["prev"] or 0) > self._latest.get(_family(event), 0):
            self._ask()
        if event["sequence"] > self.last:
            self._accept(event)
        self._look_whether_up_to_date()

    def _accept(self, event: Event) -> None:
        if (event["prev"] or 0) != self._latest.get(_family(event), 0):
            self.faults.append(f"{event['sequence']} follows {self._latest} with {event['prev']}")
        self._latest[_family(event)] = event["sequence"]
        self.events.append(event)
        self._heads.raise_to(self.families, event["sequence"])

    def _ask(self) -> None:
        """Everything after the last event, page by page."""
        self.asked += 1
        after, more = self.last, True
        with Client(*self._door) as door:
            while more:
                page = self._page(door, after)
                events = [one for one in page["events"] if self.follows(one)]
                for event in events:
                    self._accept(event)
                self.fetched += len(events)
                more, after = page["next"] > after, page["next"]

    def _page(self, door: Client, after: int) -> Mapping[str, Any]:
        deadline = time.monotonic() + ANSWERED_WITHIN
        why: Exception | None = None
        while time.monotonic() < deadline:
            try:
                answer: Mapping[str, Any] = door.get(f"/events?after={after}&limit=1000")
            except (OSError, http.client.HTTPException, AssertionError) as error:
                why = error
                time.sleep(0.1)  # the controller is being started again, or was just now
            else:
                return answer
        self.faults.append(f"nobody told what followed {after}: {why!r}")
        return {"events": [], "next": after}

    def _look_whether_up_to_date(self) -> None:
        if self._behind and self.last >= self._behind[1]:
            self.catch_ups.append(time.monotonic() - self._behind[0])
            self._behind = None


class Onlooker:
    """Follows what is retained, and has the latest of each topic."""

    def __init__(self, name: str, token: str, port: int, *filters: str) -> None:
        self.name = name
        self._latest: dict[str, Any] = {}
        self._lock = threading.Lock()
        self.session = Session(name, token, port, filters, take=self._take, back=lambda: None)

    def latest(self, topic: str) -> Any:
        """What it has of this topic; None when nothing has come."""
        with self._lock:
            return self._latest.get(topic)

    def _take(self, topic: str, payload: bytes) -> None:
        with self._lock:
            self._latest[topic.removeprefix(f"{ROOT}/")] = json.loads(payload)


def _family(event: Event) -> str:
    """``ticket`` for ``kiosk.ticket.issued.v1``."""
    return str(event["type"].split(".")[1])
