"""The teller console by keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Branch
from tests.support.runningbranch import PASSWORD, Client

REFUSAL = {"title": "Called often enough", "detail": "Ticket G001 was called often enough."}


@pytest.mark.usefixtures("quiet")
def test_a_teller_works_with_one_key_for_each_thing(branch: Branch, page: Page) -> None:
    first, second, third = (branch.issue("a") for _ in range(3))
    branch.sign_in(page, "anna", "/counter/A")
    counter, number = page.locator("#counter"), page.locator("#counter .number")
    expect(counter).to_contain_text("This counter is closed")
    page.keyboard.press("o")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("n")
    expect(number).to_have_text(first)
    page.keyboard.press("r")
    expect(counter).to_contain_text("Called 2 times")
    page.keyboard.press("s")
    expect(counter).to_contain_text("Being served")
    page.keyboard.press("f")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("n")
    expect(number).to_have_text(second)
    page.keyboard.press("x")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("n")
    expect(number).to_have_text(third)
    expect(page.locator("#waiting .number").first).to_have_text("0")
    page.keyboard.press("p")
    expect(counter).to_contain_text("Pause after this ticket")
    page.keyboard.press("f")
    expect(counter).to_contain_text("This counter is on a break")
    page.keyboard.press("o")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("c")
    expect(counter).to_contain_text("This counter is closed")


@pytest.mark.usefixtures("quiet")
def test_a_question_is_answered_with_a_digit(branch: Branch, page: Page) -> None:
    number = branch.issue("v")
    branch.sign_in(page, "vera", "/counter/V")
    counter = page.locator("#counter")
    page.keyboard.press("o")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("n")
    expect(counter).to_contain_text(number)
    page.keyboard.press("k")
    expect(page.get_by_role("dialog", name="Why is it parked?")).to_be_visible()
    page.keyboard.press("n")  # is no answer
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(counter).to_contain_text(number)
    page.keyboard.press("k")
    page.keyboard.press("1")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("u")
    page.keyboard.type("57")
    page.keyboard.press("Enter")
    expect(page.locator("#counter .number")).to_have_text("57")
    page.keyboard.press("f")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("w")
    expect(counter).to_contain_text("Being served")
    page.keyboard.press("f")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("l")
    page.keyboard.press("2")
    expect(counter).to_contain_text("Lunch · 40 minutes")
    expect(page.locator("#workday")).to_contain_text("1 of 1")
    page.keyboard.press("o")
    _close(page)


@pytest.mark.usefixtures("quiet")
def test_who_was_parked_or_missed_comes_back_with_two_keys(branch: Branch, page: Page) -> None:
    parked, missed, third = (branch.issue("e") for _ in range(3))
    branch.sign_in(page, "emma", "/counter/E")
    counter, number = page.locator("#counter"), page.locator("#counter .number")
    page.keyboard.press("o")
    for key in ("k", "x"):
        expect(page.locator("#verb-next")).to_be_enabled()
        page.keyboard.press("n")
        expect(number).to_have_text(missed if key == "x" else parked)
        page.keyboard.press(key)
        if key == "k":
            page.keyboard.press("b")  # by itself after ten minutes
            expect(page.get_by_label("10 minutes")).to_be_checked()
            page.keyboard.press("1")
        expect(counter).to_contain_text("Nobody is being called")
    expect(page.locator("#waiting")).to_contain_text("2 parked or missed")
    page.keyboard.press("a")
    question = page.get_by_role("dialog", name="Parked and missed numbers")
    expect(question.get_by_role("button")).to_have_count(4)
    page.keyboard.press("3")
    expect(number).to_have_text(missed)
    page.keyboard.press("f")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("i")
    page.keyboard.press("1")
    expect(number).to_have_text(third)
    page.keyboard.press("f")
    expect(counter).to_contain_text("Nobody is being called")
    page.keyboard.press("a")
    page.keyboard.press("2")
    expect(page.locator("#waiting .next")).to_contain_text(parked)
    page.keyboard.press("n")
    expect(number).to_have_text(parked)
    _leave(page)


@pytest.mark.usefixtures("quiet")
def test_a_ticket_is_finished_with_what_was_done_and_what_came_of_it(
    branch: Branch, page: Page
) -> None:
    branch.issue("f")
    branch.sign_in(page, "finn", "/counter/F")
    page.keyboard.press("o")
    expect(page.locator("#verb-next")).to_be_enabled()
    page.keyboard.press("n")
    expect(page.locator("#counter .number")).to_be_visible()
    page.keyboard.press("v")
    page.keyboard.press("6")
    told = page.get_by_text("Please tell the client: F002")
    expect(told).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_label("Business F")).to_be_checked()
    page.keyboard.press("a")
    with page.expect_request("**/counters/F/finish") as asked:
        page.keyboard.press("1")
    assert asked.value.post_data_json == {"result": "done", "services": ["a", "f"]}
    expect(page.locator("#counter")).to_contain_text("Nobody is being called")
    expect(page.locator("#workday")).to_contain_text("Served1")
    page.keyboard.press("n")
    _leave(page)


def test_a_refusal_stands_at_the_button_that_was_pressed(branch: Branch, page: Page) -> None:
    branch.issue("g")
    branch.sign_in(page, "gerd", "/counter/G")
    page.keyboard.press("o")
    expect(page.locator("#verb-next")).to_be_enabled()
    page.keyboard.press("n")
    expect(page.locator("#counter .number")).to_be_visible()
    # The last recall that may be is made elsewhere; the page is told only afterwards.
    page.route("**/counters/G/recall", lambda route: route.fulfill(status=409, json=REFUSAL))
    page.keyboard.press("r")
    refusal = page.get_by_role("alert").filter(has_text="was called often enough")
    expect(refusal).to_be_visible()
    button, sentence = page.locator("#verb-recall").bounding_box(), refusal.bounding_box()
    assert button is not None
    assert sentence is not None
    assert abs(sentence["x"] - button["x"]) < 2
    assert 0 < sentence["y"] - (button["y"] + button["height"]) < 20
    page.unroute("**/counters/G/recall")
    page.keyboard.press("r")
    expect(refusal).to_be_hidden()
    _leave(page)


_AT_ONCE = """
number => new MutationObserver((_, watching) => {
  if (document.querySelector('#counter .number')?.textContent !== number) return;
  watching.disconnect();
  for (const key of ['v', '7']) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  }
}).observe(document.querySelector('main'), { childList: true, subtree: true })
"""


@pytest.mark.usefixtures("quiet")
def test_keys_pressed_as_soon_as_a_number_stands_there_are_about_that_number(
    branch: Branch, page: Page
) -> None:
    first, second = (branch.ticket("g") for _ in range(2))
    branch.sign_in(page, "gina", "/counter/G")
    page.keyboard.press("o")
    expect(page.locator("#verb-next")).to_be_enabled()
    page.keyboard.press("n")
    expect(page.locator("#counter .number")).to_have_text(first["number"])
    page.route("**/api/v1/tickets", lambda route: route.fulfill(json={"number": "G000"}))
    page.evaluate(_AT_ONCE, second["number"])
    with page.expect_request("**/api/v1/tickets") as asked:
        _call_next(page)
    body = {"service": "g", "visit": second["visit"], "print": False}
    assert asked.value.post_data_json == body
    _leave(page)


@pytest.mark.usefixtures("quiet")
def test_buttons_and_focus_stay_when_another_number_is_called(branch: Branch, page: Page) -> None:
    _, second = (branch.issue("g") for _ in range(2))
    branch.sign_in(page, "greta", "/counter/G")
    page.keyboard.press("o")
    expect(page.locator("#verb-next")).to_be_enabled()
    page.keyboard.press("n")
    expect(page.locator("#verb-finish")).to_be_enabled()
    page.locator("#verb-finish").focus()
    button = page.locator("#verb-finish").element_handle()
    _call_next(page)
    expect(page.locator("#counter .number")).to_have_text(second)
    assert button.evaluate("button => button === document.activeElement")
    _leave(page)


def _call_next(page: Page) -> None:
    """Not so soon after the call before that it would be the same press."""
    expect(page.locator("#counter time")).to_have_text(re.compile("^(?!00:00)[0-9]"))
    page.keyboard.press("n")


def test_time_goes_on_by_itself(branch: Branch, page: Page) -> None:
    branch.issue("b")
    branch.sign_in(page, "bo", "/counter/B")
    page.keyboard.press("o")
    expect(page.get_by_role("button", name="Call next")).to_be_enabled()
    page.keyboard.press("n")
    clock = page.locator("#counter time")
    expect(clock).to_have_text("00:01")
    expect(clock).to_have_text("00:02")
    _leave(page)


def test_what_was_refused_is_said_in_a_sentence(branch: Branch, page: Page) -> None:
    colleague = branch.teller("carl")
    branch.sign_in(page, "cleo", "/counter/C")
    opens = page.get_by_role("button", name="Open")
    expect(opens).to_be_enabled()
    # Somebody else is quicker; the page is told only afterwards.
    page.route("**/api/v1/counters/C/open", lambda route: _beaten(colleague, route))
    page.keyboard.press("o")
    expect(page.get_by_role("alert")).to_contain_text("Another teller has opened counter C")
    expect(page.locator("#counter")).to_contain_text("A colleague has this counter open")
    colleague.post("/counters/C/close")
    colleague.close()


def _beaten(colleague: Client, route: Route) -> None:
    colleague.post("/counters/C/open")
    route.continue_()


def test_a_session_that_ended_leads_through_sign_in_back_to_the_counter(
    branch: Branch, page: Page
) -> None:
    branch.sign_in(page, "dora", "/counter/D")
    expect(page.get_by_role("button", name="Open")).to_be_enabled()
    branch.running.kiosk("user", "disable", "dora")
    page.wait_for_url("**/login?next=%2Fcounter%2FD", timeout=15_000)


def _leave(page: Page) -> None:
    """Finish and close the counter, for the next test."""
    expect(page.locator("#verb-finish")).to_be_enabled()
    page.keyboard.press("f")
    expect(page.locator("#counter")).to_contain_text("Nobody is being called")
    _close(page)


def _close(page: Page) -> None:
    expect(page.locator("#verb-close")).to_be_enabled()
    page.keyboard.press("c")
    expect(page.locator("#counter")).to_contain_text("This counter is closed")


@pytest.mark.usefixtures("quiet")
def test_two_pages_of_one_teller_take_turns(branch: Branch, page: Page, browser: Browser) -> None:
    number = branch.issue("h")
    branch.sign_in(page, "hugo", "/counter/H")
    page.keyboard.press("o")
    expect(page.locator("#verb-next")).to_be_enabled()
    page.keyboard.press("n")
    expect(page.locator("#counter .number")).to_have_text(number)
    context = browser.new_context(locale="en-GB")
    other = context.new_page()
    branch.sign_in(other, "hugo", "/counter/H", new=False)
    for one, keys in ((other, "h"), (page, "h")):
        expect(one.locator("#counter")).to_contain_text(
            "You work at this counter from another page"
        )
        expect(one.locator("#verb-finish")).to_be_disabled()
        one.keyboard.press(keys)
        expect(one.locator("#counter .number")).to_have_text(number)
    expect(other.locator("#counter")).to_contain_text("from another page")
    page.close()
    expect(other.locator("#counter .number")).to_have_text(number)
    _leave(other)
    context.close()


@pytest.mark.usefixtures("quiet")
def test_a_lock_keeps_the_ticket_and_asks_for_the_password(branch: Branch, page: Page) -> None:
    number = branch.issue("c")
    branch.sign_in(page, "lena", "/counter/C")
    counter = page.locator("#counter")
    page.keyboard.press("o")
    expect(page.locator("#verb-next")).to_be_enabled()
    page.clock.install()
    page.keyboard.press("n")
    expect(counter).to_contain_text(number)
    page.clock.fast_forward("16:00")  # without a key or the mouse
    expect(counter).to_contain_text("This workplace is locked")
    expect(counter).not_to_contain_text(number)
    expect(page.locator("#verb-finish")).to_be_disabled()
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="stays locked")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(counter).to_contain_text(number)
    page.keyboard.press("p")
    expect(counter).to_contain_text("Pause after this ticket")
    page.keyboard.press("f")
    expect(counter).to_contain_text("This counter is on a break")
    page.keyboard.press("z")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(counter).to_contain_text("Press O to go on")
    page.clock.fast_forward("01:05")
    expect(page.get_by_text("You are back, and still on a break.")).to_be_visible()
    page.keyboard.press("o")
    expect(counter).to_contain_text("Nobody is being called")
    _close(page)
