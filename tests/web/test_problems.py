"""Every refusal as a problem document, in the caller's language, with the data to act on."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain import refusals
from kiosk.domain.commands import KeepTime
from kiosk.domain.counter import CounterState
from kiosk.domain.ids import (
    AlertId,
    ClassId,
    CounterId,
    JobId,
    QueueId,
    ServiceId,
    StaffRef,
    TicketId,
)
from kiosk.domain.refusals import Refused
from kiosk.domain.role import Role
from kiosk.domain.service import Hours
from kiosk.domain.slip import SlipState
from kiosk.domain.ticket import TicketState
from kiosk.domain.visitcode import CodeFault
from kiosk.protocols.problemtypes import SAMPLES
from kiosk.web.problems import of_refusal
from kiosk.web.refusals import of_error
from tests.flow.memorylog import MemoryLog
from tests.support.branch import CASH, small_plan
from tests.web.conftest import House, open_house

KINDS: dict[Refused, tuple[int, str, dict[str, Any]]] = {
    refusals.UnknownService(ServiceId("x")): (404, "unknown-service", {"service": "x"}),
    refusals.ServiceClosed(ServiceId("x"), time(9, 30)): (
        409,
        "service-closed",
        {"service": "x", "opens_at": "09:30"},
    ),
    refusals.ServiceClosed(ServiceId("x"), None): (
        409,
        "service-closed",
        {"service": "x", "opens_at": None},
    ),
    refusals.UnknownQueue(QueueId("Q")): (404, "unknown-queue", {"queue": "Q"}),
    refusals.UnknownCounter(CounterId("9")): (404, "unknown-counter", {"counter": "9"}),
    refusals.UnknownTicket(TicketId("t")): (404, "unknown-ticket", {"ticket": "t"}),
    refusals.KeyUsed(): (422, "key-used", {}),
    refusals.UnknownSlip(JobId("j")): (404, "unknown-slip", {"job": "j"}),
    refusals.SlipDone(JobId("j"), SlipState.UNKNOWN): (
        409,
        "slip-done",
        {"job": "j", "outcome": "unknown"},
    ),
    refusals.CounterIs(CounterId("1"), CounterState.CLOSED): (
        409,
        "counter-is",
        {"counter": "1", "state": "closed"},
    ),
    refusals.CounterIs(CounterId("1"), CounterState.PAUSED): (
        409,
        "counter-is",
        {"counter": "1", "state": "paused"},
    ),
    refusals.CounterTaken(CounterId("1")): (403, "counter-taken", {"counter": "1"}),
    refusals.TellerElsewhere(StaffRef("s"), CounterId("2")): (
        409,
        "teller-elsewhere",
        {"teller": "s", "counter": "2"},
    ),
    refusals.NoOpenTicket(CounterId("1")): (409, "no-open-ticket", {"counter": "1"}),
    refusals.NotYours(TicketId("t"), "A001"): (403, "not-yours", {"ticket": "t", "number": "A001"}),
    refusals.TooSoon(TicketId("t"), "A001", 7): (
        409,
        "too-soon",
        {"ticket": "t", "number": "A001", "seconds": 7},
    ),
    refusals.RecallsMissing(TicketId("t"), "A001", 1, 2): (
        409,
        "recalls-missing",
        {"ticket": "t", "number": "A001", "recalls": 1, "minimum": 2},
    ),
    refusals.RecallsExhausted(TicketId("t"), "A001", 3): (
        409,
        "recalls-exhausted",
        {"ticket": "t", "number": "A001", "recalls": 3},
    ),
    refusals.SameQueue(TicketId("t"), "A001", QueueId("A")): (
        409,
        "same-queue",
        {"ticket": "t", "number": "A001", "queue": "A"},
    ),
    refusals.UnknownReason(None, ["left"]): (
        422,
        "unknown-reason",
        {"reason": None, "reasons": ["left"]},
    ),
    refusals.UnknownStatus("nap", ["ready"]): (
        422,
        "unknown-status",
        {"asked": "nap", "statuses": ["ready"]},
    ),
    refusals.ReturnPast(
        TicketId("t"),
        "A001",
        datetime(2026, 11, 22, 2, tzinfo=UTC),
        datetime(2026, 11, 22, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai")),
    ): (
        422,
        "return-past",
        {
            "ticket": "t",
            "number": "A001",
            "until": "2026-11-22T02:00:00.000Z",
            "now": "2026-11-22T02:05:00.000Z",
        },
    ),
    refusals.UnknownAlert(AlertId("a")): (404, "unknown-alert", {"alert": "a"}),
    refusals.UnknownClass(ClassId("x")): (404, "unknown-class", {"name": "x"}),
    refusals.TellerAway(StaffRef("s")): (409, "teller-away", {"teller": "s"}),
    refusals.CapReached(ServiceId("x"), 5): (409, "cap-reached", {"service": "x", "cap": 5}),
    refusals.PersonCapReached(ServiceId("x"), 5): (
        409,
        "person-cap-reached",
        {"service": "x", "cap": 5},
    ),
    refusals.NumberTaken(TicketId("t"), "57", TicketState.SERVED): (
        409,
        "number-taken",
        {"ticket": "t", "number": "57", "state": "served"},
    ),
    refusals.CodeUsed(TicketId("t"), "A001", TicketState.CALLED): (
        409,
        "code-used",
        {"ticket": "t", "number": "A001", "state": "called"},
    ),
    **{refusals.CodeVoid(fault): (409, "code-void", {"fault": fault.value}) for fault in CodeFault},
    refusals.TooLate(TicketId("t"), "A001"): (409, "too-late", {"ticket": "t", "number": "A001"}),
    **{
        refusals.TicketIs(TicketId("t"), "A001", state): (
            409,
            "ticket-is",
            {"ticket": "t", "number": "A001", "state": state},
        )
        for state in TicketState
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("refused", KINDS, ids=lambda one: type(one).__name__)
def test_each_refusal_says_which_and_what(refused: Refused, language: str) -> None:
    status, kind, data = KINDS[refused]
    problem = of_refusal(refused, language)
    assert (problem.status, problem.kind, problem.data) == (status, kind, data)
    assert problem.title != "Refused"
    assert problem.detail
    assert "{" not in problem.title + problem.detail


def test_no_refusal_is_forgotten() -> None:
    assert {type(one) for one in KINDS} == set(Refused.__subclasses__())


async def test_refusals_over_http(house: House) -> None:
    async def problem(verb: str, counter: str = "1") -> tuple[int, str]:
        answer = await house.work(verb, counter)
        assert answer.headers["content-type"] == "application/problem+json"
        document = answer.json()
        assert document["status"] == answer.status_code
        assert document["title"]
        assert document["detail"]
        return answer.status_code, document["type"].removeprefix("/problems/")

    assert await problem("next") == (409, "counter-is")
    assert await problem("next", "77") == (404, "unknown-counter")
    await house.work("open")
    assert await problem("open", "2") == (409, "teller-elsewhere")
    assert await problem("finish") == (409, "no-open-ticket")
    await house.issue()
    await house.work("next")
    assert await problem("close") == (409, "ticket-is")
    mine = house.tokens[Role.TELLER]
    await house.token(Role.TELLER, "another-teller")
    assert await problem("next") == (403, "counter-taken")
    house.tokens[Role.TELLER] = mine
    await house.work("start")
    assert await problem("no-show") == (409, "ticket-is")


@pytest.mark.parametrize("kind", [*KINDS, *SAMPLES], ids=lambda one: type(one).__name__)
def test_data_never_takes_the_place_of_a_standard_member(kind: Exception) -> None:
    """RFC 9457, 3.1 and 3.2: an extension has a name of its own."""
    assert not {"type", "title", "status", "detail", "instance"} & of_error(kind, "en").data.keys()


async def test_a_closed_service_says_so(tmp_path: Path) -> None:
    plan = small_plan()
    never = replace(plan.services[CASH], hours=(Hours(frozenset(), time(9), time(17)),))
    shut = replace(plan, services={**plan.services, CASH: never})
    async with open_house(tmp_path, shut) as house:
        answer = await house.post(Role.TERMINAL, "/tickets", {"service": "cash"})
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/service-closed"
        assert answer.json()["service"] == "cash"
        assert answer.json()["opens_at"] is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/tickets/nothing", "unknown-ticket"),
        ("/queues/nothing", "unknown-queue"),
        ("/nothing", "not-found"),
    ],
)
async def test_what_isnt_there(house: House, path: str, kind: str) -> None:
    answer = await house.get(Role.TELLER, path)
    assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{kind}")


async def test_unknown_verbs_methods_and_texts(house: House) -> None:
    assert (await house.work("dance")).status_code == 404
    wrong = await house.ask(Role.TELLER, "DELETE", "/api/v1/state")
    assert (wrong.status_code, wrong.json()["type"]) == (405, "/problems/method-not-allowed")
    assert "GET" in wrong.headers["allow"]
    broken = await house.ask(Role.TERMINAL, "POST", "/api/v1/tickets", content=b"{")
    assert (broken.status_code, broken.json()["type"]) == (400, "/problems/not-json")
    surplus = await house.post(Role.TELLER, "/counters/1/open", {"by": "me"})
    assert [one["field"] for one in surplus.json()["errors"]] == ["by"]


@pytest.mark.parametrize(
    ("headers", "query", "language"),
    [
        ({}, "", "zh"),
        ({"accept-language": "en-GB,en;q=0.9"}, "", "en"),
        ({"accept-language": "fr, en;q=0.3, zh;q=0.8"}, "", "zh"),
        ({"accept-language": "zh"}, "?language=en", "en"),
        ({"accept-language": ";;;q=x"}, "", "zh"),
    ],
)
async def test_texts_are_in_the_callers_language(
    house: House, headers: dict[str, str], query: str, language: str
) -> None:
    answer = await house.get(Role.TELLER, f"/tickets/nothing{query}", headers=headers)
    expected = of_refusal(refusals.UnknownTicket(TicketId("nothing")), language)
    assert answer.headers["content-language"] == language
    assert answer.json()["detail"] == expected.detail


async def test_a_log_that_cant_be_written_is_said_so(tmp_path: Path) -> None:
    """R6: what to do, and nothing of files; until it can be written again."""
    log = MemoryLog()
    async with open_house(tmp_path, log=log) as house:
        await house.desk.submit(KeepTime())
        log.failures = 3
        for language, words in (("en", "Go on with the paper roll"), ("zh", "请改用纸质号码")):
            answer = await house.post(
                Role.TERMINAL, f"/tickets?language={language}", {"service": "cash"}
            )
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.json()["type"] == "/problems/unavailable"
            assert answer.json()["fault"] == "diskFull"
            assert words in answer.json()["detail"]
            assert "log.db" not in answer.text
        assert (await house.get(None, "/health")).json() == {"status": "degraded"}
        told = (await house.get(Role.MONITORING, "/health")).json()["degradations"]
        assert [(one["device"], one["fault"]) for one in told] == [("log", "diskFull")]
        assert (await house.work("open")).status_code == 503
        assert (await house.issue())["number"] == "A001"
        assert (await house.get(None, "/health")).json() == {"status": "ready"}


async def test_a_log_that_cant_even_be_read_keeps_nobody_waiting(tmp_path: Path) -> None:
    log = MemoryLog()
    async with open_house(tmp_path, log=log) as house:
        await house.issue()
        log.failures, log.unreadable = 1, 2
        assert (await house.post(Role.TERMINAL, "/tickets", {"service": "cash"})).status_code == 503
        state = await house.get(Role.TELLER, "/state")
        assert (state.status_code, state.json()["type"]) == (503, "/problems/unavailable")
        assert (await house.get(None, "/health")).json() == {"status": "degraded"}
        told = (await house.get(Role.MONITORING, "/health")).json()["degradations"]
        assert [(one["device"], one["fault"]) for one in told] == [("log", "diskFull")]
        assert (await house.post(Role.TERMINAL, "/tickets", {"service": "cash"})).status_code == 503
        assert (await house.issue())["number"] == "A002"
        assert (await house.get(Role.TELLER, "/state")).status_code == 200


async def test_a_fault_inside_tells_nothing_of_the_inside(tmp_path: Path) -> None:
    log = MemoryLog()
    async with open_house(tmp_path, log=log) as house:
        log.broken = ZeroDivisionError("in log.db")
        answer = await house.get(Role.CRM, "/events")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert "ZeroDivision" not in answer.text
    assert "log.db" not in answer.text
