"""axe-core finds nothing to complain about on any page, in any of its states."""

from collections.abc import Iterator
from secrets import token_hex

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import complaints
from tests.browser.conftest import Branch
from tests.support.runningbranch import Client

BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LENGTHENED = "all => all.forEach(one => one.textContent = 'Вклады и накопления '.repeat(5))"
LOST = "document.dispatchEvent(new Event('htmx:wsError'))"


@pytest.fixture
def desk(branch: Branch, page: Page) -> Iterator[Page]:
    """The console of counter D, and nobody left behind there afterwards."""
    branch.sign_in(page, f"axel-{token_hex(4)}", "/counter/D")
    yield page
    for key in ("Escape", "f", "o", "c"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    expect(page.locator("#counter")).to_contain_text("This counter is closed")


def work(page: Page, key: str, shows: str) -> None:
    """Press a key as soon as its verb can be done; the counter says what came of it."""
    expect(page.locator(f"[data-key='{key.upper()}']")).to_be_enabled()
    page.keyboard.press(key)
    expect(page.locator("#counter")).to_contain_text(shows)


@pytest.mark.parametrize("path", ["/", "/login", "/board", "/bench", "/nothing"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_for_everyone(branch: Branch, page: Page, path: str, language: str) -> None:
    page.goto(f"{branch.address}{path}?language={language}")
    page.wait_for_load_state("load")
    assert complaints(page) == []


def test_a_password_that_was_wrong(branch: Branch, page: Page) -> None:
    page.goto(f"{branch.address}/login")
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("nothing at all")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert complaints(page) == []


def test_a_page_that_is_not_for_tellers(branch: Branch, page: Page) -> None:
    branch.sign_in(page, "axel-nosy", "/reports")
    expect(page.locator("h1")).to_be_visible()
    assert complaints(page) == []
    page.goto(branch.address)
    assert complaints(page) == []


def test_the_board_with_calls_and_without_its_server(branch: Branch, page: Page) -> None:
    number = branch.issue("d")
    teller = branch.teller("axel-board")
    teller.post("/counters/D/open")
    teller.post("/counters/D/next")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{branch.address}/board")
    expect(page.locator("#calling")).to_contain_text(number)
    assert complaints(page) == []
    page.evaluate(LOST)
    expect(page.locator("#stale")).to_be_visible()
    assert complaints(page) == []
    _leave(teller)


def test_a_console_from_opening_to_closing(branch: Branch, desk: Page) -> None:
    assert complaints(desk) == []
    work(desk, "o", "Nobody is being called")
    assert complaints(desk) == []
    for _ in range(2):
        branch.issue("d")
    work(desk, "n", "Since the call")
    assert complaints(desk) == []
    work(desk, "s", "Being served")
    assert complaints(desk) == []
    work(desk, "p", "Pause after this ticket")
    assert complaints(desk) == []
    work(desk, "f", "This counter is on a break")
    assert complaints(desk) == []


def test_every_question_of_a_console(branch: Branch, desk: Page) -> None:
    work(desk, "o", "Nobody is being called")
    for _ in range(3):
        branch.issue("d")
    work(desk, "n", "Since the call")
    work(desk, "x", "Nobody is being called")
    asked = _questions(desk)
    work(desk, "n", "Since the call")
    asked |= _questions(desk)
    assert len(asked) >= 6, asked


def _questions(page: Page) -> set[str]:
    """Opens each question that can be asked now, and looks at it."""
    expect(page.locator("#verbs [data-ask]:enabled").first).to_be_visible()
    asked = set()
    for verb in page.locator("#verbs [data-ask]:enabled").all():
        verb.click()
        question = page.get_by_role("dialog")
        expect(question).to_be_visible()
        asked.add(question.inner_text())
        assert complaints(page) == [], question.inner_text()
        page.keyboard.press("Escape")
        expect(question).to_have_count(0)
    return asked


def test_a_console_that_was_refused_or_has_lost_its_server(branch: Branch, desk: Page) -> None:
    work(desk, "o", "Nobody is being called")
    branch.issue("d")
    work(desk, "n", "Since the call")
    refusal = {"title": "No", "detail": "This was refused."}
    desk.route("**/finish", lambda route: route.fulfill(status=409, json=refusal))
    desk.keyboard.press("f")
    expect(desk.locator("#sentence")).to_contain_text("This was refused.")
    assert complaints(desk) == []
    desk.unroute("**/finish")
    desk.evaluate(LOST)
    expect(desk.locator("#stale")).to_be_visible()
    assert complaints(desk) == []


def test_a_break_over_its_limit_in_chinese(branch: Branch, desk: Page) -> None:
    work(desk, "o", "Nobody is being called")
    desk.goto(f"{desk.url}?language=zh")
    for _ in range(2):  # one lunch a day is the limit
        expect(desk.locator("#verb-status")).to_be_enabled()
        desk.keyboard.press("l")
        desk.keyboard.press("2")
        expect(desk.locator("#counter")).to_contain_text("午餐")
        assert complaints(desk) == []
        desk.keyboard.press("o")
        expect(desk.locator("#counter")).not_to_contain_text("午餐")
    desk.goto(desk.url.replace("zh", "en"))


def test_a_counter_that_a_colleague_has_and_one_used_elsewhere(
    branch: Branch, browser: Browser, desk: Page
) -> None:
    teller = branch.teller("axel-colleague")
    teller.post("/counters/D/open")
    expect(desk.locator("#counter")).to_contain_text("A colleague has this counter open")
    assert complaints(desk) == []
    teller.post("/counters/D/close")
    work(desk, "o", "Nobody is being called")
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator("#counter")).to_contain_text("You work at this counter from another page")
    assert complaints(other) == []
    other.close()


def _leave(teller: Client) -> None:
    teller.post("/counters/D/finish")
    teller.post("/counters/D/close")


@pytest.mark.parametrize("path", ["/", "/login", "/board", "/bench", "/counter/D"])
def test_a_page_is_no_wider_than_a_phone(branch: Branch, page: Page, path: str) -> None:
    """WCAG 2.2, 1.4.10: nobody has to scroll in two directions, also at 400 % on a desk's screen."""
    page.set_viewport_size({"width": 360, "height": 740})
    branch.sign_in(page, f"axel-{token_hex(4)}", path)
    page.wait_for_load_state("load")
    assert page.evaluate(BEYOND) == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_a_long_service_makes_a_console_no_wider(branch: Branch, desk: Page, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    work(desk, "o", "Nobody is being called")
    for _ in range(2):
        branch.issue("d")
    services = desk.locator("#waiting .service")
    expect(services).not_to_have_count(0)
    services.evaluate_all(LENGTHENED)
    assert desk.evaluate(BEYOND) == 0
    assert services.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
