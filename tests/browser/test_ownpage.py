"""A customer follows a ticket on a small phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.accessibility import complaints
from tests.browser.conftest import Branch

PHONE: ViewportSize = {"width": 360, "height": 640}


@pytest.fixture
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A small phone; nothing may be refused by the policy on content, and no script may fail."""
    context = browser.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2, locale="en-GB"
    )
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if "Policy" in line.text else None)
    yield page
    assert said == []
    assert context.cookies() == []
    context.close()


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.usefixtures("nobody_waits")
def test_from_waiting_to_thank_you(branch: Branch, phone: Page) -> None:
    first, mine = branch.issue("a"), branch.ticket("a", "en")
    phone.goto(branch.own_page(mine))
    progress = phone.locator("#progress")
    expect(progress).to_contain_text(mine["number"])
    expect(progress).to_contain_text("1 person is ahead of you.")
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    assert complaints(phone) == []
    teller = branch.teller("own-a")
    teller.post("/counters/A/open")
    assert teller.post("/counters/A/next")["ticket"]["number"] == first
    expect(progress).to_contain_text("You are next.")
    phone.get_by_role("button", name="Vibrate when I am called").tap()
    phone.evaluate("navigator.vibrate = (pattern) => { window.shaken = pattern; return true }")
    teller.post("/counters/A/next")
    expect(progress).to_contain_text("Please come to Window A")
    expect(phone).to_have_title("● Please come to Window A")
    expect(phone.get_by_role("status")).to_have_text("Please come to Window A")
    assert phone.evaluate("window.shaken.length > 1")
    headline = phone.locator(".headline").bounding_box()
    assert headline
    assert headline["height"] > 35, "to be read at arm's length"
    assert _fits(phone)
    assert complaints(phone) == []
    teller.post("/counters/A/recall")
    expect(progress).to_contain_text("You have been called again.")
    teller.post("/counters/A/start")
    expect(progress).to_contain_text("You are being served at Window A.")
    teller.post("/counters/A/finish")
    expect(progress).to_contain_text("Thank you for your visit.")
    assert complaints(phone) == []
    teller.post("/counters/A/close")


def test_it_says_when_it_has_lost_the_branch(branch: Branch, phone: Page) -> None:
    mine = branch.ticket("b", "en")
    phone.goto(branch.own_page(mine))
    expect(phone.locator("#updated")).to_contain_text("As of")
    phone.route("**/*", lambda route: route.abort())
    lost = phone.get_by_role("alert")
    expect(lost).to_contain_text("No connection to the branch. What you see is from")
    assert "grayscale" in phone.locator(".progress").evaluate("one => getComputedStyle(one).filter")
    assert complaints(phone) == []
    phone.unroute("**/*")
    expect(lost).to_be_hidden()


@pytest.mark.usefixtures("nobody_waits")
def test_a_moved_number_leads_to_the_new_one(branch: Branch, phone: Page) -> None:
    mine = branch.ticket("c", "en")
    phone.goto(branch.own_page(mine))
    moved = branch.manager("own-lobby").post(f"/tickets/{mine['id']}/move", {"queue": "D"})
    progress = phone.locator("#progress")
    expect(progress).to_contain_text(f"Your number is now {moved['number']}.")
    assert complaints(phone) == []
    expect(progress).to_contain_text(f"Your number was {mine['number']} before.")
    expect(progress).to_contain_text("You are next.")
    assert mine["public_code"] not in phone.url


def test_another_language_and_the_dark(branch: Branch, phone: Page) -> None:
    branch.issue("b")
    mine = branch.ticket("b")
    phone.emulate_media(color_scheme="dark")
    phone.goto(branch.own_page(mine))
    expect(phone.locator("html")).to_have_attribute("lang", "zh")
    assert complaints(phone) == []
    phone.get_by_role("link", name="English").tap()
    expect(phone.locator("#progress")).to_contain_text("ahead of you.")
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    assert _fits(phone)


def test_without_scripts_it_loads_itself_again(browser: Browser, branch: Branch) -> None:
    mine = branch.ticket("v", "en")
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(branch.own_page(mine))
    teller = branch.teller("own-v")
    teller.post("/counters/V/open")
    teller.post("/counters/V/next")
    expect(page.locator("#progress")).to_contain_text("Please come to Window V", timeout=15_000)
    teller.post("/counters/V/finish")
    teller.post("/counters/V/close")
    context.close()


def test_a_code_that_is_none(branch: Branch, phone: Page) -> None:
    phone.goto(branch.own_page({"public_code": "0" * 32}))
    expect(phone.locator("#progress")).to_contain_text("This page is not there any more.")
    assert complaints(phone) == []
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert asked == []
