"""CloudEvents, spelled out."""

import json
from datetime import UTC, date, datetime
from typing import Any

from kiosk.domain import events
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import Actor, Fact
from kiosk.domain.ids import CounterId, StaffRef, TicketId
from kiosk.shapes.cloudevents import cloud_event

COUNTER = Counter(
    CounterId("1"), CounterState.SERVING, StaffRef("li"), TicketId("t1"), pausing=True
)
VISIT = "019d0000-0000-7000-8000-000000000abc"


def fact(**more: Any) -> Fact:
    return Fact(
        sequence=812,
        id="019d0000-0000-7000-8000-000000000001",
        time=datetime(2026, 3, 2, 1, 2, 3, 4_000, tzinfo=UTC),
        day=date(2026, 3, 2),
        event=events.CounterOpened(COUNTER),
        by=Actor("teller", "li", "pc-1"),
        command=812,
        **more,
    )


def test_a_cloud_event() -> None:
    assert cloud_event(fact(prev=805, correlation=VISIT, key="k1"), "/branch/0755/controller") == {
        "specversion": "1.0",
        "id": "019d0000-0000-7000-8000-000000000001",
        "source": "/branch/0755/controller",
        "type": "kiosk.counter.opened.v1",
        "subject": "1",
        "time": "2026-03-02T01:02:03.004Z",
        "datacontenttype": "application/json",
        "sequence": 812,
        "prev": 805,
        "day": "2026-03-02",
        "correlationid": VISIT,
        "traceparent": "00-019d0000000070008000000000000abc-8000000000000001-00",
        "data": {
            "id": "1",
            "state": "serving",
            "teller": "li",
            "ticket": "t1",
            "pausing": True,
            "status": None,
            "since": None,
            "nth": 0,
            "overrun": False,
            "sequence": 812,
            "reason": None,
            "by": {"role": "teller", "user": "li", "device": "pc-1"},
        },
    }


def test_a_cloud_event_without_a_correlation_correlates_with_itself() -> None:
    told = cloud_event(fact(), "/branch/0755/controller")
    assert told["correlationid"] == told["id"]
    assert told["traceparent"] == "00-019d0000000070008000000000000001-8000000000000001-00"
    assert told["prev"] is None


def test_the_key_of_a_caller_is_told_to_nobody() -> None:
    assert "secret-key" not in json.dumps(cloud_event(fact(key="secret-key"), "/branch/0755/c"))
