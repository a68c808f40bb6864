"""A page that has lost its server says so at once, and recovers by itself."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Branch


def test_a_console_without_its_server_is_stale_and_comes_back_with_its_ticket(
    tmp_path: Path, page: Page
) -> None:
    branch = Branch(tmp_path)
    with branch.running:
        number = branch.issue("a")
        branch.sign_in(page, "anna", "/counter/A")
        page.keyboard.press("o")
        expect(page.get_by_role("button", name="Call next")).to_be_enabled()
        page.keyboard.press("n")
        shown = page.locator("#counter .number")
        expect(shown).to_have_text(number)
        branch.running.kill()
        banner = page.locator("#stale")
        expect(banner).to_be_visible(timeout=2_000)
        expect(banner).to_contain_text("stale since ")
        expect(shown).to_have_text(number)
        assert page.locator("#waiting").evaluate(_GREY), "queues look as if they were live"
        branch.running.start()
        expect(banner).to_be_hidden(timeout=15_000)
        expect(shown).to_have_text(number)
        page.keyboard.press("f")
        expect(page.locator("#counter")).to_contain_text("Nobody is being called")


_GREY = "element => getComputedStyle(element.closest('.live')).filter !== 'none'"
