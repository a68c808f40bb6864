"""axe-core finds nothing to complain about on any page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import complaints
from tests.browser.conftest import Branch


@pytest.mark.parametrize("path", ["/", "/login", "/board", "/bench"])
def test_a_page_for_everyone(branch: Branch, page: Page, path: str) -> None:
    page.goto(f"{branch.address}{path}")
    page.wait_for_load_state("load")
    assert complaints(page) == []


def test_the_console(branch: Branch, page: Page) -> None:
    branch.issue("d")
    branch.sign_in(page, "axel", "/counter/D")
    assert complaints(page) == []
    page.keyboard.press("o")
    page.get_by_role("button", name="Call next").and_(page.locator(":enabled")).wait_for()
    page.keyboard.press("n")
    page.locator("#counter .number").wait_for()
    assert complaints(page) == []
    _leave(page)


def _leave(page: Page) -> None:
    """Finish and close the counter, for the next test."""
    page.keyboard.press("f")
    expect(page.locator("#counter")).to_contain_text("Nobody is being called")
    page.keyboard.press("c")
    expect(page.locator("#counter")).to_contain_text("This counter is closed")
