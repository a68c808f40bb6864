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
    not any(map(shutil.which, browser.PROGRAMS)), reason="the Debian package chromium is missing"
)

_EMPTY = "data:text/html,<main></main>"
_MAIN = "document.querySelector('main')"


@pytest.fixture
async def tab(tmp_path: Path) -> AsyncIterator[Page]:
    async with chromium(tmp_path / "browser") as tab:
        await tab.watch(".number")
        await tab.open(_EMPTY, _MAIN)
        yield tab


async def test_a_number_is_painted_after_it_arrived_in_our_own_time(tab: Page) -> None:
    for number in ("A001", "A002"):
        began = time.perf_counter()
        await tab.evaluate(f"{_MAIN}.innerHTML = '<p class=number>{number}</p>'")
        painted = await tab.painted(number)
        assert painted.text == number
        assert began < painted.arrived < painted.at < time.perf_counter()


async def test_it_is_not_painted_while_the_page_is_busy(tab: Page) -> None:
    busy = "for (const until = performance.now() + 100; performance.now() < until; );"
    number = "'<p class=number>A001</p>'"
    await tab.evaluate(f"requestAnimationFrame(() => {{ {busy} }}), {_MAIN}.innerHTML = {number}")
    painted = await tab.painted("A001")
    assert painted.at - painted.arrived >= 0.1


async def test_what_the_browser_refuses_is_told_in_its_words(tab: Page) -> None:
    with pytest.raises(KioskError, match=r"'Page\.sing' wasn't found"):
        await tab.ask("Page.sing")


async def test_a_page_that_never_comes_is_told(tab: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "WITHIN", 0.2)
    with pytest.raises(KioskError, match="did not show A001 within"):
        await tab.painted("A001")
    with pytest.raises(KioskError, match="main></main> was not shown within"):
        await tab.open(_EMPTY, "false")


async def test_what_fails_in_the_page_has_no_value(tab: Page) -> None:
    assert await tab.evaluate("nothing.at.all") is None
    assert await tab.evaluate("Promise.resolve(7)") == 7
