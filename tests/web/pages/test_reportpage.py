"""``/reports``: who may see it, what it says of days with and without anything, and its way out."""

from datetime import date, timedelta

import httpx
import pytest

from tests.web.conftest import House
from tests.web.pages.site import Site


async def reports(site: Site, **query: str) -> httpx.Response:
    await site.sign_in("max")
    return await site.http.get("/reports", params=query)


async def today(house: House) -> date:
    branch = await house.desk.branch()
    assert branch.day is not None
    return branch.day


async def test_a_running_day(site: Site) -> None:
    page = await reports(site)
    assert page.status_code == 200
    assert "The day is still running: this is how it stood at" in page.text
    assert "Tickets by the hour of their issue" in page.text
    assert 'data-chart="{&#34;categories' in page.text
    day = await today(site.house)
    assert f'href="/api/v1/reports/{day}?format=xlsx&amp;language=en"' in page.text


async def test_beside_a_period_of_which_nothing_is_known(site: Site) -> None:
    day = await today(site.house)
    page = await reports(site, compare="week")
    assert f"Of {day - timedelta(days=7)} nothing is known." in page.text
    assert "Tickets by counter" in page.text


async def test_a_day_of_which_nothing_is_known(site: Site) -> None:
    page = await reports(site, **{"from": "2020-01-01"})
    assert page.status_code == 200
    assert "Nothing is known of these days" in page.text
    assert "data-chart" not in page.text
    assert "/api/v1/reports" not in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"},
        {"from": "2026-02-30"},
        {"from": "2026-11-21", "to": "2026-11-20"},
        {"from": "2026-01-01", "to": "2026-12-31"},
        {"from": "<script>"},
        {"from": "2026-11-20", "compare": "year"},
    ],
)
async def test_days_that_cannot_be_reported(site: Site, query: dict[str, str]) -> None:
    page = await reports(site, **query)
    assert page.status_code == 400
    assert "Please choose a first and a last day, at most 92 days." in page.text
    assert "<script>" not in page.text


async def test_the_same_report_in_another_language(site: Site) -> None:
    page = await reports(site, **{"from": "2026-11-20", "to": "2026-11-21", "language": "en"})
    assert 'href="?language=zh&amp;from=2026-11-20&amp;to=2026-11-21"' in page.text
    chinese = await reports(site, language="zh")
    assert "各时段取号量" in chinese.text


async def test_who_may_see_it_is_led_there(site: Site) -> None:
    stranger = await site.http.get("/reports")
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/login?next=%2Freports")
    assert '/reports"' not in (await site.http.get("/")).text
    await site.sign_in("anna")
    assert (await site.http.get("/reports")).status_code == 403
    assert '/reports"' not in (await site.http.get("/")).text
    await site.sign_in("max")
    assert '/reports"' in (await site.http.get("/")).text
