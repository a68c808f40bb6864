"""The shapes of interfaces.md, field by field."""

from datetime import timedelta

import pytest

from kiosk.domain.commands import (
    CallNext,
    OpenCounter,
    ReportDevice,
)
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.flow.boardstate import board_state
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.state import (
    branch_state,
    counter_state,
    counters_state,
    hall_state,
    named,
    public_queue_state,
    queue_state,
    service_states,
    ticket_state,
)
from tests.domain.day import GOLD, LI, ONE, Day, issue
from tests.domain.test_decide import office_day
from tests.support.branch import EN, ZH, A, V


def test_a_ticket() -> None:
    day = Day()
    day.issue("t0")
    ticket = day.issue("t1")
    assert ticket_state(day.branch, ticket, day.now) == {
        "id": "t1",
        "number": "A002",
        "series": "A",
        "serial": 2,
        "queue": "A",
        "service": "cash",
        "class": "regular",
        "state": "waiting",
        "visit": "v-t1",
        "client": None,
        "segment": None,
        "language": "zh",
        "flags": [],
        "issued_at": "2026-03-02T01:00:00.000Z",
        "clock_start": "2026-03-02T01:00:00.000Z",
        "counter": None,
        "teller": None,
        "called_at": None,
        "recalls": 0,
        "last_called_at": None,
        "started_at": None,
        "ended_at": None,
        "parked_until": None,
        "park_reason": None,
        "only_counter": None,
        "only_teller": None,
        "come_back": None,
        "moved_from": None,
        "moved_to": None,
        "services": [],
        "result": None,
        "people_ahead": 1,
        "sequence": 3,
    }


def test_a_called_ticket_has_no_place_any_more() -> None:
    day = Day()
    day.do(issue("t1"), OpenCounter(ONE, LI), CallNext(ONE, LI))
    state = ticket_state(day.branch, day["t1"], day.now)
    assert (state["state"], state["counter"], state["people_ahead"]) == ("called", "1", None)
    assert state["called_at"] == "2026-03-02T01:00:00.000Z"


def test_a_queue_in_calling_order() -> None:
    day = Day()
    day.issue("t1")
    day.wait(minutes=7)
    day.issue("t2")
    state = queue_state(day.branch, A, day.now, EstimateBook())
    assert state.keys() == {
        *("id", "name", "waiting", "holding", "issued"),
        *("estimated_wait", "tickets", "sequence"),
    }
    assert (state["id"], state["name"][EN], state["waiting"]) == ("A", "Personal cash", 2)
    assert [ticket["number"] for ticket in state["tickets"]] == ["A001", "A002"]


def test_a_queue_in_public_tells_counts_and_waits_only() -> None:
    day = Day()
    day.issue("t1", GOLD)
    day.wait(minutes=7, seconds=59)
    assert public_queue_state(day.branch, V, day.now, EstimateBook()) == {
        "id": "V",
        "name": {"zh": "贵宾", "en": "Priority"},
        "waiting": 1,
        "holding": 1,
        "issued": 1,
        "longest_wait": 7,
        "estimated_wait": None,
        "sequence": 2,
    }
    assert public_queue_state(day.branch, A, day.now, EstimateBook())["longest_wait"] is None


def test_a_counter_with_its_open_ticket() -> None:
    day = Day()
    day.do(issue("t1"), OpenCounter(ONE, LI))
    empty = counter_state(day.branch, ONE)
    assert empty == {
        "id": "1",
        "name": {"zh": "1号窗口", "en": "Counter 1"},
        "state": "open",
        "teller": "li",
        "ticket": None,
        "pausing": False,
        "status": None,
        "since": "2026-03-02T01:00:00.000Z",
        "nth": 0,
        "overrun": False,
        "sequence": 3,
    }
    day.do(CallNext(ONE, LI))
    busy = counter_state(day.branch, ONE)
    assert (busy["state"], busy["ticket"]["number"]) == ("serving", "A001")


def test_services_as_a_customer_wants_to_know_them() -> None:
    day = office_day(12, 30)
    cash, account = service_states(day.branch, day.now, "en", EstimateBook())
    assert cash == {
        "id": "cash",
        "name": "Cash",
        "open": False,
        "opens_at": "13:00",
        "waiting": 0,
        "estimated_wait": None,
        "left": None,
        "last_tickets": False,
    }
    assert (account["open"], account["opens_at"]) == (True, None)


def test_the_branch_tells_what_does_not_work() -> None:
    day = Day()
    fault = DeviceCondition(
        DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT
    )
    well = DeviceCondition(DeviceId("swipe"), DeviceKind.CARD_READER)
    day.do(ReportDevice(fault), ReportDevice(well))
    assert branch_state(day.branch) == {
        "id": "0755",
        "name": {"zh": "科技园支行", "en": "Science Park"},
        "day": "2026-03-02",
        "as_of": "2026-03-02T01:00:00.000Z",
        "clock_offset": 0.0,
        "series_grown": [],
        "out_of_order": False,
        "degradations": [
            {
                "device": "slip",
                "kind": "printer",
                "status": "userError",
                "fault": "paperOut",
                "detail": "",
            }
        ],
        "sequence": 2,
    }


def test_an_outage_of_the_log_comes_first_and_says_that_nothing_goes() -> None:
    day = Day()
    fault = DeviceCondition(
        DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT
    )
    day.do(ReportDevice(fault))
    day.branch.outage = DeviceCondition(
        DeviceId("log"), DeviceKind.LOG, DeviceStatus.HARDWARE_ERROR, Fault.DISK_FULL, "since then"
    )
    shown = branch_state(day.branch)
    assert shown["out_of_order"] is True
    assert [one["fault"] for one in shown["degradations"]] == ["diskFull", "paperOut"]


def test_the_hall_is_all_of_it() -> None:
    day = Day()
    day.do(issue("t1"))
    now = day.now + timedelta(minutes=1)
    book = EstimateBook()
    state = hall_state(day.branch, now, book)
    assert state == {
        "branch": branch_state(day.branch),
        "queues": [queue_state(day.branch, queue, now, book) for queue in day.plan.queues],
        "counters": counters_state(day.branch, now),
        "aside": [],
        "board": board_state(day.branch),
        "sequence": 2,
    }


@pytest.mark.parametrize(
    ("language", "expected"), [("zh", "现金"), ("en", "Cash"), ("ru", "现金"), ("", "现金")]
)
def test_a_missing_language_shows_the_first_given(language: str, expected: str) -> None:
    assert named({ZH: "现金", EN: "Cash"}, language) == expected


def test_no_names_at_all() -> None:
    assert named({}, "zh") == ""
