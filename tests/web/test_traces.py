"""What another program has the hall do is told in that program's trace (W3C Trace Context)."""

from typing import Any

import pytest
from starlette.requests import Request

from kiosk.domain.role import Role
from kiosk.web.traces import trace_of
from tests.web.conftest import House

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ID = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"


@pytest.mark.parametrize(
    ("header", "trace"),
    [
        (f"00-{TRACE}-{SPAN}-01", ID),
        (f"00-{TRACE}-{SPAN}-00", ID),
        (f"cc-{TRACE}-{SPAN}-01", ID),  # a later version
        (f"cc-{TRACE}-{SPAN}-01-what-comes", ID),
        (f"00-{TRACE}-{SPAN}-01-what-comes", None),
        (f"ff-{TRACE}-{SPAN}-01", None),
        (f"00-{'0' * 32}-{SPAN}-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-{SPAN}-01", None),
        (f"00-{TRACE[1:]}-{SPAN}-01", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_a_trace_is_read_as_the_standard_has_it(header: str, trace: str | None) -> None:
    scope = {"type": "http", "headers": [(b"traceparent", header.encode())]}
    assert trace_of(Request(scope)) == trace


async def latest(house: House) -> dict[str, Any]:
    told = await house.get(Role.LOBBY_MANAGER, "/events", params={"after": 0})
    event: dict[str, Any] = told.json()["events"][-1]
    return event


async def test_commands_join_the_trace_of_who_gave_them(house: House) -> None:
    headers = {"traceparent": f"00-{TRACE}-{SPAN}-01"}
    ticket = await house.issue()
    own = await latest(house)
    assert (await house.work("open", headers=headers)).status_code == 200
    assert (await house.work("next", headers=headers)).status_code == 200
    called = await latest(house)
    assert called["type"] == "kiosk.ticket.called.v1"
    assert (called["correlationid"], called["traceparent"].split("-")[1]) == (ID, TRACE)
    assert called["traceparent"].split("-")[2] == called["id"].replace("-", "")[-16:]
    assert (called["subject"], own["correlationid"]) == (ticket["id"], ticket["visit"])


async def test_a_visit_is_a_trace_of_its_own(house: House) -> None:
    """One id from the swipe to the slip, whoever asks."""
    headers = {"traceparent": f"00-{TRACE}-{SPAN}-01"}
    answer = await house.post(Role.TERMINAL, "/tickets", {"service": "cash"}, headers=headers)
    event = await latest(house)
    assert event["correlationid"] == answer.json()["visit"]
    assert TRACE not in event["traceparent"]


async def test_a_trace_that_cant_be_read_is_passed_over(house: House) -> None:
    await house.issue()
    answer = await house.work("open", headers={"traceparent": "nonsense"})
    event = await latest(house)
    assert (answer.status_code, event["correlationid"]) == (200, event["id"])
