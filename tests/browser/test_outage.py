"""A page that has lost its server says so at once, and recovers by itself."""

import os
import signal
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect

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


def test_a_server_that_hangs_is_noticed_within_two_seconds_and_the_page_heals(
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
        banner = page.locator("#stale")
        os.kill(branch.running.pid, signal.SIGSTOP)  # its sockets stay open, and nobody answers
        try:
            expect(banner).to_be_visible(timeout=2_000)
        finally:
            os.kill(branch.running.pid, signal.SIGCONT)
        expect(banner).to_be_hidden()
        expect(shown).to_have_text(number)


def test_a_line_that_was_cut_is_opened_anew(tmp_path: Path, page: Page) -> None:
    branch = Branch(tmp_path)
    swallowed: list[str | bytes] = []
    lines: list[WebSocketRoute] = []

    def pass_on(line: WebSocketRoute) -> None:
        lines.append(line)
        server, first = line.connect_to_server(), len(lines) == 1
        # The first line falls silent once its page is drawn, and is never closed.
        server.on_message(
            lambda message: (
                swallowed.append(message)
                if first and swallowed
                else _tell(line, message, swallowed)
            )
        )

    page.route_web_socket("**/live**", pass_on)
    with branch.running:
        branch.sign_in(page, "anna", "/counter/A")
        banner = page.locator("#stale")
        expect(banner).to_be_visible(timeout=5_000)
        expect(banner).to_be_hidden(timeout=10_000)
        assert len(lines) == 2
        page.keyboard.press("o")
        expect(page.get_by_role("button", name="Call next")).to_be_enabled()


def _tell(line: WebSocketRoute, message: str | bytes, swallowed: list[str | bytes]) -> None:
    swallowed.append(message)
    line.send(message)
