"""``GET /reports/{day}``: figures of a day or several, typed, for who may see them."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.domain.report.period import Period
from kiosk.domain.role import Role
from kiosk.reports.shapes import ReportShape
from tests.web.conftest import House

AUDITOR = Role.AUDITOR


async def today(house: House) -> date:
    branch = await house.desk.branch()
    assert branch.day is not None
    return branch.day


async def busy(house: House) -> date:
    """One ticket served at counter 1, one that waits."""
    first = await house.issue(client="c-zhang")
    await house.issue()
    await house.work("open")
    assert (await house.work("next")).json()["ticket"]["id"] == first["id"]
    await house.work("start")
    await house.work("finish")
    return await today(house)


async def report(house: House, path: str, **query: Any) -> dict[str, Any]:
    answer = await house.get(AUDITOR, f"/reports/{path}", params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_day_is_told_by_group_in_the_callers_language(house: House) -> None:
    day = await busy(house)
    told = await report(house, f"{day}", language="en")
    assert (told["branch"], told["first"], told["last"]) == ("0755", f"{day}", f"{day}")
    assert told["days"] == [f"{day}"]
    assert told["until"].endswith("Z")
    assert (told["overall"]["issued"], told["overall"]["served"]) == (2, 1)
    assert told["overall"]["open"] == 1
    assert told["overall"]["service_level"] == 1.0
    assert told["overall"]["walk"]["count"] == 1
    [cash] = told["groups"]["service"]
    assert (cash["key"], cash["name"], cash["issued"]) == ("cash", "Cash", 2)
    [teller] = told["tellers"]
    assert teller["name"] == "a-teller"
    assert teller["teller"] == told["groups"]["teller"][0]["key"] != "a-teller"
    assert [one["queue"] for one in told["queue_lengths"]] == [None, "A"]
    assert told["queue_lengths"][0]["most"] == 2
    assert told["estimates"] == {
        "count": 0, "mean_absolute_error": None, "bias": None, "coverage": None
    }  # fmt: skip
    assert told["compared"] is None
    ReportShape.model_validate(told)


async def test_a_range_is_told_as_one(house: House) -> None:
    day = await busy(house)
    week = Period(day - timedelta(days=6), day)
    told = await report(house, f"{week}")
    assert (told["first"], told["days"]) == (f"{week.first}", [f"{day}"])
    assert told["overall"]["issued"] == 2


async def test_another_day_stands_beside_it(house: House) -> None:
    first = await busy(house)
    house.clock.ahead = timedelta(days=7)
    await house.issue()
    second = await today(house)
    for compare in ("week", f"{first}"):
        told = await report(house, f"{second}", compare=compare)
        assert (told["overall"]["issued"], told["compared"]["overall"]["issued"]) == (1, 2)
        assert told["compared"]["until"] is None
        assert told["compared"]["compared"] is None
    told = await report(house, f"{second}", compare="day")
    assert told["compared"] is None


@pytest.mark.parametrize(
    ("ending", "kind", "begins"),
    [
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfscope,key,figure,value,unit"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            b"PK\x03\x04",
        ),
    ],
)
async def test_a_report_is_had_as_a_file(
    house: House, ending: str, kind: str, begins: bytes
) -> None:
    day = await busy(house)
    answer = await house.get(AUDITOR, f"/reports/{day}", params={"format": ending})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    name = f"report-0755-{day}.{ending}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.content.startswith(begins)


async def test_a_day_of_which_nothing_is_known_says_so(house: House) -> None:
    await house.issue()
    answer = await house.get(AUDITOR, "/reports/2019-01-01", headers={"accept-language": "en"})
    assert answer.status_code == 404
    problem = answer.json()
    assert problem["type"] == "/problems/nothing-recorded"
    assert (
        problem["detail"]
        == "Nothing is recorded of 2019-01-01: choose a day on which the branch was open."
    )


@pytest.mark.parametrize(
    ("path", "field", "text"),
    [
        ("yesterday", "day", "no day such as 2026-11-20"),
        ("2026-02-30", "day", "day is out of range"),
        ("2026-3-2", "day", "no day such as"),
        ("2026-03-08..2026-03-02", "day", "ends before it begins"),
        ("2026-01-01..2026-06-30", "day", "has 181 days; a report has 92 at most"),
        ("2026-01-01..", "day", "no day such as"),
        ("2026-01-01?compare=never", "compare", "no day such as"),
        ("0001-01-01?compare=week", "compare", "no day to compare with"),
        ("2026-01-01?format=pdf", "format", "should be"),
    ],
)
async def test_what_is_no_period_is_refused(house: House, path: str, field: str, text: str) -> None:
    answer = await house.get(AUDITOR, f"/reports/{path}")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert text in error["problem"]


async def test_reports_asked_for_at_once_are_made_one_after_the_other(house: House) -> None:
    day = await busy(house)
    told = await asyncio.gather(*(report(house, f"{day}") for _ in range(5)))
    assert [one["overall"]["issued"] for one in told] == [2] * 5
