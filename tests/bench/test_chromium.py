"""What a real browser paints, in the time of the process that asks."""

import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.bench import chromium as browser
from kiosk.bench.chromium import Page, chromium
from kiosk.ports import KioskError

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, browser.PROGRAMS)), reason="there is no Chromium here"
)

_EMPTY = "data:text/html,<main></main>"
_MAIN = "document.querySelector('main')"


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with chromium(tmp_path / "browser") as page:
        await page.watch(".number")
        await page.open(_EMPTY, _MAIN)
        yield page


async def test_a_number_is_painted_after_it_arrived_in_our_own_time(page: Page) -> None:
    for number in ("A001", "A002"):
        began = time.perf_counter()
        await page.evaluate(f"{_MAIN}.innerHTML = '<p class=number>{number}</p>'")
        painted = await page.painted(number)
        assert painted.text == number
        assert began < painted.arrived < painted.at < time.perf_counter()


async def test_it_is_not_painted_while_the_page_is_busy(page: Page) -> None:
    busy = "for (const until = performance.now() + 100; performance.now() < until; );"
    number = "'<p class=number>A001</p>'"
    await page.evaluate(f"requestAnimationFrame(() => {{ {busy} }}), {_MAIN}.innerHTML = {number}")
    painted = await page.painted("A001")
    assert painted.at - painted.arrived >= 0.1


async def test_what_the_browser_refuses_is_told_in_its_words(page: Page) -> None:
    with pytest.raises(KioskError, match=r"'Page\.sing' wasn't found"):
        await page.ask("Page.sing")


async def test_a_page_that_never_comes_is_told(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "WITHIN", 0.2)
    with pytest.raises(KioskError, match="did not show A001 within"):
        await page.painted("A001")
    with pytest.raises(KioskError, match="main></main> was not shown within"):
        await page.open(_EMPTY, "false")


async def test_what_fails_in_the_page_has_no_value(page: Page) -> None:
    assert await page.evaluate("nothing.at.all") is None
    assert await page.evaluate("Promise.resolve(7)") == 7
