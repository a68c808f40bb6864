"""axe-core finds nothing to complain about on any page."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Branch

AXE = Path(__file__).parent / "vendor/axe-core-4.14.1.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _complaints(page: Page) -> list[str]:
    # Evaluated rather than added as a script: the policy on content lets nothing else in.
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: tags})", RULES)
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("path", ["/", "/login", "/board", "/bench"])
def test_a_page_for_everyone(branch: Branch, page: Page, path: str) -> None:
    page.goto(f"{branch.address}{path}")
    page.wait_for_load_state("load")
    assert _complaints(page) == []


def test_the_console(branch: Branch, page: Page) -> None:
    branch.issue("d")
    branch.sign_in(page, "axel", "/counter/D")
    assert _complaints(page) == []
    page.keyboard.press("o")
    page.get_by_role("button", name="Call next").and_(page.locator(":enabled")).wait_for()
    page.keyboard.press("n")
    page.locator("#counter .number").wait_for()
    assert _complaints(page) == []
    _leave(page)


def _leave(page: Page) -> None:
    """Finish and close the counter, for the next test."""
    page.keyboard.press("f")
    expect(page.locator("#counter")).to_contain_text("Nobody is being called")
    page.keyboard.press("c")
    expect(page.locator("#counter")).to_contain_text("This counter is closed")
