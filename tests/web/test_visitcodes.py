"""Visits that a code opens, over HTTP."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.ids import BranchId, ClientRef, Language, ServiceId
from kiosk.domain.role import Role
from kiosk.domain.visitcode import VisitCode, encode
from tests.support.branch import ACCOUNT, CASH
from tests.web.conftest import CODE_KEY, ZHANG, House

VISITS = "/visits"


def appointment(house: House) -> VisitCode:
    """In ten minutes, somebody's whom nobody knows."""
    now = house.context.clock.now().replace(microsecond=0)
    return VisitCode(
        branch=house.context.plan.id,
        expires=now + timedelta(hours=1),
        serial=b"serial",
        service=CASH,
        booked=now + timedelta(minutes=10),
    )


def shown(code: VisitCode) -> dict[str, str]:
    return {"code": encode(code, CODE_KEY)}


async def test_a_code_opens_a_visit_with_its_service_and_its_appointment(house: House) -> None:
    """CRM-100: the ticket carries the appointment's time and its class."""
    code = appointment(house)
    answer = await house.post(Role.TERMINAL, VISITS, shown(code))
    visit = answer.json()
    assert code.booked is not None
    assert (answer.status_code, visit["service"], visit["client"]) == (201, "cash", None)
    assert datetime.fromisoformat(visit["booked"]) == code.booked
    ticket = await house.issue(visit=visit["id"], service="cash")
    assert (ticket["class"], ticket["visit"]) == ("appointment", visit["id"])
    assert datetime.fromisoformat(ticket["clock_start"]) == code.booked


async def test_an_appointment_is_for_its_own_service_and_for_one_ticket(house: House) -> None:
    visit = (await house.post(Role.TERMINAL, VISITS, shown(appointment(house)))).json()
    path = f"/visits/{visit['id']}/tickets"
    classes = [
        (await house.post(Role.TERMINAL, path, {"service": one})).json()["class"]
        for one in (ACCOUNT, CASH)
    ]
    assert classes == ["regular", "regular"]


async def test_a_code_gives_one_number_however_often_it_is_shown(house: House) -> None:
    code = appointment(house)
    both = [(await house.post(Role.TERMINAL, VISITS, shown(code))).json()["id"] for _ in range(2)]
    assert both[0] == both[1]
    ticket = await house.issue(visit=both[0], service="cash")
    again = await house.post(Role.TERMINAL, VISITS, shown(code))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/code-used")
    assert (again.json()["ticket"], again.json()["number"]) == (ticket["id"], ticket["number"])
    assert ticket["number"] in again.json()["detail"]


async def test_a_number_asked_for_on_the_phone_waits_in_its_turn(house: House) -> None:
    code = replace(appointment(house), booked=None, language=Language("en"))
    visit = (await house.post(Role.TERMINAL, VISITS, shown(code))).json()
    assert (visit["booked"], visit["language"]) == (None, "en")
    ticket = await house.issue(visit=visit["id"], service="cash")
    assert (ticket["class"], ticket["clock_start"]) == ("regular", ticket["issued_at"])


async def test_a_code_says_who_it_is_and_a_vip_stays_one(house: House) -> None:
    code = replace(appointment(house), client=ZHANG.reference)
    visit = (await house.post(Role.LOBBY_MANAGER, VISITS, shown(code))).json()
    assert (visit["client"], visit["segment"], visit["greeting"]) == ("c-zhang", "vip", "zh:张")
    ticket = await house.issue(visit=visit["id"], service="cash")
    assert (ticket["class"], ticket["queue"]) == ("vip", "V")


async def test_a_client_whom_the_directory_does_not_know_is_a_walk_in(house: House) -> None:
    code = replace(appointment(house), client=ClientRef("c-gone"))
    visit = (await house.post(Role.LOBBY_MANAGER, VISITS, shown(code))).json()
    assert (visit["client"], visit["pending"]) == (None, False)


async def test_a_service_that_the_branch_has_not_is_chosen_anew(house: House) -> None:
    code = replace(appointment(house), service=ServiceId("safe"))
    visit = (await house.post(Role.TERMINAL, VISITS, shown(code))).json()
    assert visit["service"] == "safe"
    ticket = await house.post(Role.TERMINAL, "/tickets", {"visit": visit["id"], "service": "safe"})
    assert ticket.status_code == 404
    assert (await house.issue(visit=visit["id"], service="cash"))["class"] == "regular"


@pytest.mark.parametrize(
    ("changed", "fault", "words"),
    [
        ({"branch": BranchId("0756")}, "otherBranch", "another branch"),
        ({"expires": datetime(2020, 1, 1, tzinfo=UTC)}, "expired", "expired"),
        ({"booked": datetime(2099, 1, 1, tzinfo=UTC)}, "tooEarly", "another day"),
    ],
)
async def test_why_a_code_does_not_count_is_said(
    house: House, changed: dict[str, object], fault: str, words: str
) -> None:
    body = shown(replace(appointment(house), **changed))  # type: ignore[arg-type]
    answer = await house.post(Role.TERMINAL, VISITS, body, headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/code-void")
    assert answer.json()["fault"] == fault
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    "text", ["KQ", "WIFI:S:Guests;P:x;;", "6222021234567890123", "KQ" + "A" * 90]
)
async def test_what_the_bank_did_not_sign_is_no_code(house: House, text: str) -> None:
    answer = await house.post(Role.TERMINAL, VISITS, {"code": text})
    assert (answer.status_code, answer.json()["fault"]) == (409, "invalid")
    assert text not in answer.text
    forged = encode(appointment(house), b"x" * 32)
    assert (await house.post(Role.TERMINAL, VISITS, {"code": forged})).json()["fault"] == "invalid"


async def test_whoever_tries_codes_out_is_stopped(house: House) -> None:
    for _ in range(60):
        assert (await house.post(Role.TERMINAL, VISITS, {"code": "KQ"})).status_code == 409
    assert (await house.post(Role.TERMINAL, VISITS, {"code": "KQ"})).status_code == 429
