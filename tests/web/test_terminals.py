"""What terminals tell of their own slips and devices, as the contract has it (interfaces.md)."""

from typing import Any

import pytest

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from kiosk.domain.slip import SlipState
from kiosk.web.terminals import DEVICES, REPORTS_A_MINUTE
from tests.web.conftest import House

TERMINAL = f"a-{Role.TERMINAL}"


async def printed_there(house: House, **body: Any) -> dict[str, Any]:
    answer = await house.post(Role.TERMINAL, "/tickets", {"service": "cash", **body})
    ticket: dict[str, Any] = answer.json()
    return ticket


async def tell(house: House, ticket: dict[str, Any], **said: Any) -> Any:
    key = said.pop("key", None)
    body = {"job": ticket["slip_job"], **said}
    headers = {"idempotency-key": key} if key else {}
    path = f"/tickets/{ticket['id']}/slip"
    return await house.post(Role.TERMINAL, path, body, headers=headers)


async def kinds(house: House, after: int = 0) -> list[str]:
    events = (await house.get(Role.CRM, f"/events?after={after}")).json()["events"]
    return [one["type"].removeprefix("kiosk.").removesuffix(".v1") for one in events]


async def test_a_terminals_slip_is_printed_there(house: House) -> None:
    ticket = await printed_there(house)
    [job] = (await house.desk.branch()).slips.values()
    assert (job.id, job.printer) == (ticket["slip_job"], f"{TERMINAL}.slip")
    assert (await printed_there(house, print=False))["slip_job"] is None


async def test_what_becomes_of_it_is_on_record(house: House) -> None:
    ticket = await printed_there(house)
    sent = await tell(house, ticket, outcome="sent", digest="ab" * 32)
    assert (sent.status_code, sent.json()["outcome"]) == (200, "sent")
    failed = (await tell(house, ticket, outcome="failed", fault="paperOut")).json()
    assert failed == {
        "job": ticket["slip_job"],
        "ticket": ticket["id"],
        "outcome": "failed",
        "fault": "paperOut",
        "sequence": failed["sequence"],
    }
    events = (await house.get(Role.CRM, f"/events?after={ticket['sequence']}")).json()["events"]
    told = [one for one in events if one["type"].startswith(("kiosk.slip", "kiosk.ticket"))]
    assert [one["type"] for one in told] == ["kiosk.slip.sent.v1", "kiosk.ticket.print_failed.v1"]
    assert told[0]["data"]["digest"] == "ab" * 32


@pytest.mark.parametrize("outcome", ["printed", "failed", "unknown"])
async def test_an_outcome_is_final_and_may_be_told_again(house: House, outcome: str) -> None:
    ticket = await printed_there(house)
    assert (await tell(house, ticket, outcome=outcome)).json()["outcome"] == outcome
    before = await kinds(house)
    again = await tell(house, ticket, outcome=outcome)
    assert (again.status_code, again.json()["outcome"]) == (200, outcome)
    for other in {"sent", "printed", "failed", "unknown"} - {outcome}:
        refused = await tell(house, ticket, outcome=other)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/slip-done")
        assert refused.json()["outcome"] == outcome
    assert await kinds(house) == before


async def test_sent_is_told_once_however_often_it_is_said(house: House) -> None:
    ticket = await printed_there(house)
    for _ in range(3):
        assert (await tell(house, ticket, outcome="sent")).json()["outcome"] == "sent"
    assert (await kinds(house)).count("slip.sent") == 1


async def test_a_retry_is_answered_by_what_it_caused(house: House) -> None:
    ticket = await printed_there(house)
    first = await tell(house, ticket, outcome="printed", key="k1")
    again = await tell(house, ticket, outcome="printed", key="k1")
    assert again.json() == first.json()
    await house.post(
        Role.TERMINAL, "/tickets", {"service": "cash"}, headers={"idempotency-key": "k2"}
    )
    other = await tell(house, await printed_there(house), outcome="printed", key="k2")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-used")


async def test_only_its_own_slips_and_of_the_very_ticket(house: House) -> None:
    mine, staffs = (
        await printed_there(house),
        await house.post(Role.LOBBY_MANAGER, "/tickets", {"service": "cash"}),
    )
    another = await printed_there(house)
    crossed = another | {"id": mine["id"]}
    for ticket in (staffs.json(), crossed, mine | {"slip_job": "nonsense"}):
        refused = await tell(house, ticket, outcome="printed")
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/unknown-slip")
    house.tokens[Role.TERMINAL] = house.accounts.add_token(
        "another", Role.TERMINAL, lambda token: ""
    )
    assert (await tell(house, mine, outcome="printed")).status_code == 404
    states = {job.state for job in (await house.desk.branch()).slips.values()}
    assert states == {SlipState.PREPARED}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"outcome": "prepared"},
        {"outcome": "lost"},
        {"outcome": "failed", "fault": "tired"},
        {"outcome": "sent", "digest": "ab"},
        {"outcome": "sent", "name": "张敏"},
    ],
)
async def test_what_is_no_outcome_is_refused(house: House, said: dict[str, str]) -> None:
    ticket = await printed_there(house)
    answer = await tell(house, ticket, **said)
    assert answer.status_code == 422
    assert all(not one["problem"].startswith("Value error") for one in answer.json()["errors"])


async def test_whoever_wrote_a_terminal_is_told_which_words_there_are(house: House) -> None:
    ticket = await printed_there(house)
    (outcome,) = (await tell(house, ticket, outcome="eaten")).json()["errors"]
    assert outcome == {
        "field": "outcome",
        "problem": "Input should be 'sent', 'printed', 'failed' or 'unknown'",
    }
    said = {"status": "online", "detail": "13900000000"}
    answer = await house.post(Role.TERMINAL, "/devices/slip/status", said)
    (detail,) = answer.json()["errors"]
    assert detail["problem"] == "should have at most 6 digits: no number of a person belongs here"


async def test_how_a_device_is_gets_its_terminals_name(house: House) -> None:
    said = {"status": "userError", "fault": "paperOut", "detail": "roll 2", "kind": "printer"}
    answer = await house.post(Role.TERMINAL, "/devices/slip/status", said)
    assert answer.status_code == 200
    assert answer.json() == {"device": f"{TERMINAL}.slip", **said}
    await house.post(Role.TERMINAL, "/devices/lamp/status", {"status": "online"})
    assert house.reported == [
        DeviceCondition(
            DeviceId(f"{TERMINAL}.slip"),
            DeviceKind.PRINTER,
            DeviceStatus.USER_ERROR,
            Fault.PAPER_OUT,
            "roll 2",
        ),
        DeviceCondition(DeviceId(f"{TERMINAL}.lamp"), DeviceKind.TERMINAL),
    ]


@pytest.mark.parametrize(
    ("device", "said"),
    [
        ("slip", {}),
        ("slip", {"status": "tired"}),
        ("slip", {"status": "online", "fault": "tired"}),
        ("slip", {"status": "online", "kind": "log"}),
        ("slip", {"status": "online", "detail": "x" * 65}),
        ("slip", {"status": "online", "detail": "张敏"}),
        ("slip", {"status": "online", "detail": "6228 4800 1234"}),
        ("a.b", {"status": "online"}),
        ("x" * 33, {"status": "online"}),
        ("%E5%BC%A0", {"status": "online"}),
    ],
)
async def test_a_report_that_wont_do_changes_nothing(
    house: House, device: str, said: dict[str, str]
) -> None:
    answer = await house.post(Role.TERMINAL, f"/devices/{device}/status", said)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert house.reported == []


async def test_a_terminal_has_so_many_devices(house: House) -> None:
    for number in range(DEVICES):
        answer = await house.post(Role.TERMINAL, f"/devices/d{number}/status", {"status": "online"})
        assert answer.status_code == 200
    one_more = await house.post(Role.TERMINAL, "/devices/one-more/status", {"status": "online"})
    assert one_more.status_code == 422
    again = await house.post(Role.TERMINAL, "/devices/d0/status", {"status": "online"})
    assert again.status_code == 200


async def test_who_tells_all_the_time_is_asked_to_wait(house: House) -> None:
    path, well = "/devices/slip/status", {"status": "online"}
    answers = [await house.post(Role.TERMINAL, path, well) for _ in range(REPORTS_A_MINUTE + 1)]
    assert [one.status_code for one in answers] == [200] * REPORTS_A_MINUTE + [429]
    assert len(house.reported) == REPORTS_A_MINUTE
