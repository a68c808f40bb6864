"""The hardware bench: someone without hardware follows a customer from the card to the call."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from kiosk.cardreader.scanner import LOCKOUT
from kiosk.display.layout import scene
from kiosk.display.scene import Panel
from kiosk.display.screen import touch_screen
from kiosk.domain.ids import Language
from kiosk.domain.visit import Idle
from kiosk.voice.synthesizer import PROGRAM
from kiosk.voice.wording import wording
from tests.browser.conftest import Branch
from tests.support.branch import small_plan
from tests.support.runningbranch import Client

PRINTER_MAY_FAIL = 5
"""How many times at most."""
OUTCOME = re.compile(r"ticket\.print(ed|_failed|_unknown)")


def _touch(page: Page, action: str) -> None:
    """Click on the picture where that button of the first screen is."""
    picture = page.locator("#touch-touch-picture")
    x, y = _point_of(action)
    scale = picture.evaluate("picture => picture.getBoundingClientRect().width") / 1080
    picture.click(position={"x": x * scale, "y": y * scale})


def _point_of(action: str) -> tuple[int, int]:
    """Where a button of the first screen is, in its full size."""
    plan = small_plan()
    screen = touch_screen(
        Idle(plan.languages, phone=True),
        branch_names=plan.names,
        languages=plan.languages,
        fallback="en",
        clock=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )
    panels = [part for part in scene(screen).parts if isinstance(part, Panel)]
    [place] = [panel.place for panel in panels if panel.action == action]
    return place.x + place.width // 2, place.y + place.height // 2


def _open_bench(branch: Branch, page: Page) -> None:
    """Before the first screen: whoever stood there has gone."""
    page.goto(f"{branch.address}/bench")
    leave = page.locator("#touch-touch button[data-body*='cancel']")
    if leave.count():
        leave.focus()
        page.keyboard.press("Enter")
    expect(page.locator("#touch-touch button[data-body*='language:']")).to_have_count(2)


def _until_printed(usher: Client, page: Page, queue: str, take: Callable[[], None]) -> str:
    """Take numbers until one is printed, and have only that one wait: the number.

    On a machine that has much else to do the printer answers too late, and no slip comes.
    """
    for _ in range(PRINTER_MAY_FAIL):
        usher.post("/hall/clear", {"reason": "closing"})
        number = f"{queue}{usher.get(f'/queues/{queue}')['issued'] + 1:03}"
        take()
        outcome = page.locator("#events li", has_text=number).filter(has_text=OUTCOME).first
        expect(outcome).to_be_attached()
        if "ticket.printed" in outcome.inner_text():
            return number
    raise AssertionError(f"no slip in {PRINTER_MAY_FAIL} times")


@pytest.mark.usefixtures("quiet")
def test_from_the_card_to_the_call(branch: Branch, usher: Client, page: Page) -> None:
    def take() -> None:
        _open_bench(branch, page)
        page.get_by_role("button", name="Gold card").click()
        service = page.locator("#touch-touch button[data-body*='service:d']")
        expect(service).to_be_enabled()
        service.focus()
        page.keyboard.press("Enter")

    number = re.compile(_until_printed(usher, page, "V", take))
    slip = page.locator(".paper img").first
    expect(slip).to_have_attribute("alt", number)
    assert slip.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    for key in ("open", "next"):
        page.locator(f"#desk-V-{key}").click()
    expect(page.locator("#hall-board img")).to_have_attribute("alt", number)
    events = page.locator("#events")
    for name in ("ticket.issued", "ticket.printed", "ticket.called"):
        expect(events).to_contain_text(name)
    page.locator("#desk-V-finish").click()
    page.locator("#desk-V-close").click()


@pytest.mark.usefixtures("quiet")
def test_a_code_held_before_the_scanner_is_a_number(
    branch: Branch, usher: Client, page: Page
) -> None:
    def take() -> None:
        _open_bench(branch, page)
        page.get_by_role("button", name="Appointment", exact=True).click()

    number = re.compile(_until_printed(usher, page, "A", take))
    expect(page.locator(".paper img").first).to_have_attribute("alt", number)
    given = usher.get("/queues/A")["issued"]
    done = page.locator("#touch-touch button[data-body*='cancel']")
    expect(done).to_be_attached()
    done.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#touch-touch button[data-body*='language:']")).to_have_count(2)
    page.wait_for_timeout(LOCKOUT * 1000)  # or it is the code still held before the scanner
    page.get_by_role("button", name="The same code again").click()
    expect(done).to_be_attached()
    assert usher.get("/queues/A")["issued"] == given


def test_a_click_on_the_picture_is_a_touch(branch: Branch, page: Page) -> None:
    _open_bench(branch, page)
    _touch(page, f"language:{Language('en')}")
    expect(page.locator("#touch-touch")).to_contain_text("Business A")


def test_a_phone_number_is_typed_by_clicks(branch: Branch, page: Page) -> None:
    _open_bench(branch, page)
    _touch(page, "phone")
    screen = page.locator("#touch-touch")
    confirm = screen.locator("button[data-body*='confirm']")
    expect(confirm).to_be_disabled()
    for digit in "12121212121":
        with page.expect_response("**/bench/touch/touch"):
            screen.locator(f"button[data-body*='digit:{digit}']").dispatch_event("click")
    expect(confirm).to_be_enabled()
    confirm.dispatch_event("click")
    expect(screen.locator("button[data-body*='service:a']")).to_be_enabled()
    screen.locator("button[data-body*='large-text']").dispatch_event("click")
    expect(screen.locator("button[data-body*='large-text']")).to_have_text("标准字体")
    screen.locator("button[data-body*='cancel']").dispatch_event("click")


@pytest.mark.parametrize("manner", ["Stopping halfway", "The wrong way round"])
def test_a_bad_swipe_is_asked_for_again(branch: Branch, page: Page, manner: str) -> None:
    _open_bench(branch, page)
    before = page.locator("#touch-touch-picture").get_attribute("data-number")
    page.get_by_label("How the card is swiped").select_option(manner)
    page.get_by_role("button", name="Everyday card").click()
    changed = page.locator(f"#touch-touch-picture:not([data-number='{before}'])")
    expect(changed).to_be_visible()
    expect(page.locator("#touch-touch button[data-body*='language:']")).to_have_count(2)


def test_a_printer_without_paper_is_told_of_and_healed(branch: Branch, page: Page) -> None:
    page.goto(f"{branch.address}/bench")
    printer = page.locator("#printer-slip")
    page.locator("#printer-slip-run_out_of_paper").click()
    expect(printer).to_contain_text("No paper")
    page.locator("#printer-slip-load_paper").click()
    expect(printer).not_to_contain_text("No paper")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768)])
def test_the_bench_fits_on_the_screen(branch: Branch, page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{branch.address}/bench")
    size = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollHeight]")
    assert size[0] <= width
    assert size[1] <= height


@pytest.mark.skipif(not shutil.which(PROGRAM), reason="espeak-ng is not installed")
@pytest.mark.usefixtures("quiet", "nobody_waits")
def test_what_the_voice_says_is_read_and_heard(branch: Branch, page: Page) -> None:
    number = branch.issue("v")
    branch.issue("v")
    page.goto(f"{branch.address}/bench")
    page.locator("#desk-V-open").click()
    page.locator("#desk-V-next").click()
    said = page.locator("#voice li", has_text=wording(Language("zh")).number(number))
    # Whoever was called before is still being spoken.
    expect(said).to_contain_text("到V窗口", timeout=30_000)
    with page.expect_response(re.compile(r"/bench/voice/\d+\.wav")) as heard:
        said.get_by_role("button").click()
    assert (heard.value.status, heard.value.headers["content-type"]) == (200, "audio/wav")
    page.locator("#voice-unplug").click()
    page.locator("#desk-V-next").click()
    expect(page.locator("#voice .complaint")).to_have_text("Unplugged", timeout=20_000)
    page.locator("#voice-plug").click()
    expect(page.locator("#voice .complaint")).to_have_count(0, timeout=20_000)
    page.locator("#desk-V-finish").click()
    page.locator("#desk-V-close").click()
