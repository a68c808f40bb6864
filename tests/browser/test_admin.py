"""The administrator's page: what a device has is seen, understood, tried and put on record."""

from collections.abc import Iterator
from secrets import token_hex

import httpx
import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.accessibility import complaints
from tests.browser.conftest import Branch
from tests.browser.test_accessibility import LOST
from tests.support.runningbranch import PASSWORD

PHONE: ViewportSize = {"width": 390, "height": 844}


def post(branch: Branch, page: Page, path: str) -> int:
    """What a button of the page would ask for; the status of the answer."""
    answer = page.request.post(branch.address + path, headers={"Origin": branch.address})
    return answer.status


def hand(branch: Branch, page: Page, path: str) -> None:
    """A hand of the bench."""
    assert post(branch, page, f"/bench/{path}") == 204


@pytest.fixture
def maintenance(branch: Branch, page: Page) -> Iterator[Page]:
    """The page, with everything well before and afterwards."""
    branch.sign_in(page, f"root-{token_hex(4)}", "/admin", "administrator")
    expect(page.locator("#device-slip")).to_contain_text("Works")
    yield page
    hand(branch, page, "printer/slip/load_paper")
    hand(branch, page, "reader/swipe/plug")
    expect(page.locator("#condition")).to_contain_text("Everything works")


@pytest.mark.usefixtures("quiet")
def test_a_fault_is_seen_at_once_with_what_to_do_and_ends_by_itself(
    branch: Branch, maintenance: Page
) -> None:
    printer, reader = maintenance.locator("#device-slip"), maintenance.locator("#device-swipe")
    hand(branch, maintenance, "printer/slip/run_out_of_paper")
    hand(branch, maintenance, "reader/swipe/unplug")
    expect(printer).to_contain_text("It has no paper. Put a new roll in.")
    expect(reader).to_contain_text("Not there")
    expect(maintenance.locator("#condition")).to_contain_text("2 devices need a hand")
    assert complaints(maintenance) == []
    hand(branch, maintenance, "printer/slip/load_paper")
    expect(printer).to_contain_text("Works")
    expect(printer.get_by_role("list", name="Faults lately")).to_contain_text("It has no paper.")
    hand(branch, maintenance, "reader/swipe/plug")
    expect(reader).to_contain_text("Works")


@pytest.mark.usefixtures("quiet")
def test_lob_99_a_pad_that_asks_is_let_in_by_a_press_and_out_again(
    branch: Branch, maintenance: Page
) -> None:
    pad, name = f"PAD-{token_hex(2)}", f"max-{token_hex(4)}"
    secret = "0123456789abcdef-of-the-pad"
    branch.manager(name)
    asked = {"user": name, "password": PASSWORD, "device": pad, "device_secret": secret}

    def knock() -> int:
        with httpx.Client(trust_env=False) as client:
            return client.post(f"{branch.address}/api/v1/login", json=asked).status_code

    assert knock() == 403
    pads = maintenance.get_by_role("region", name="PADs")
    expect(pads).to_contain_text(f"{pad}Waits for approval")
    expect(pads).to_contain_text("shows the code")
    assert complaints(maintenance) == []
    pads.get_by_role("button", name="Approve").click()
    expect(pads).to_contain_text(f"{pad}Approved")
    assert knock() == 200
    pads.get_by_role("button", name="Revoke").click()
    expect(pads).to_contain_text(f"{pad}Revoked")
    assert knock() == 403
    assert complaints(maintenance) == []
    pads.get_by_role("button", name="Take off the list").click()
    expect(pads).to_be_hidden()


@pytest.mark.usefixtures("quiet")
def test_an_alert_is_taken_on_by_a_press_and_goes_away(branch: Branch, maintenance: Page) -> None:
    alerts = maintenance.get_by_role("region", name="To be looked at")
    hand(branch, maintenance, "reader/swipe/unplug")
    expect(alerts).to_contain_text("Doesn't work: Card reader (swipe)")
    assert complaints(maintenance) == []
    alerts.get_by_role("button", name="I see to it").first.click()
    expect(alerts).to_be_hidden()
    assert post(branch, maintenance, "/api/v1/alerts/nothing/acknowledge") == 404


@pytest.mark.usefixtures("quiet")
def test_a_trial_prints_a_slip_is_told_step_by_step_and_put_on_record(
    branch: Branch, maintenance: Page
) -> None:
    auditor = branch.running.client(branch.running.session(f"au-{token_hex(4)}", "auditor"))
    before = auditor.get("/state")["sequence"]
    printer = maintenance.locator("#device-slip")
    printer.get_by_role("button", name="Print a test slip").click()
    expect(printer.get_by_role("button", name="Being tried …")).to_be_disabled()
    expect(printer).to_contain_text("printed, cut, ready for the next one", timeout=30_000)
    expect(printer.get_by_role("button", name="Print a test slip")).to_be_enabled()
    assert complaints(maintenance) == []
    events = auditor.get(f"/events?after={before}")["events"]
    [tested] = [one["data"] for one in events if one["type"] == "kiosk.device.tested.v1"]
    assert (tested["device"], tested["outcome"]) == ("slip", "passed")
    assert tested["by"]["role"] == "administrator"


@pytest.mark.usefixtures("quiet")
def test_the_doctor_looks_at_everything_when_asked(branch: Branch, maintenance: Page) -> None:
    findings = maintenance.locator("#findings")
    findings.get_by_role("button", name="Check now").click()
    expect(findings).to_contain_text("As it was at")
    expect(findings).to_contain_text("disk")
    assert complaints(maintenance) == []


@pytest.mark.usefixtures("quiet")
def test_a_slip_is_looked_at_in_each_language(branch: Branch, maintenance: Page) -> None:
    picture = maintenance.locator("#slip-picture")
    wide = "image => image.decode().then(() => image.naturalWidth)"
    expect(picture).to_have_attribute("src", "/admin/slip.png?slip=en")
    first = picture.evaluate(wide)
    maintenance.get_by_label("Language", exact=True).select_option("zh")
    expect(picture).to_have_attribute("src", "/admin/slip.png?slip=zh&service=a&class=regular")
    assert picture.evaluate(wide) == first > 300


@pytest.mark.usefixtures("quiet")
def test_a_page_that_has_lost_its_machine_says_so(maintenance: Page) -> None:
    maintenance.evaluate(LOST)
    expect(maintenance.locator("#stale")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_phone_nothing_sticks_out(branch: Branch, maintenance: Page, language: str) -> None:
    maintenance.set_viewport_size(PHONE)
    maintenance.goto(f"{branch.address}/admin?language={language}")
    assert maintenance.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert complaints(maintenance) == []
    maintenance.goto(f"{branch.address}/admin?language=en")


def test_the_page_is_for_administrators(branch: Branch, page: Page) -> None:
    branch.sign_in(page, f"nosy-{token_hex(4)}", "/")
    expect(page.get_by_role("link", name="Maintenance")).to_have_count(0)
    answer = page.request.get(f"{branch.address}/admin")
    assert answer.status == 403
    for path in ("device/slip/trial", "examination"):
        assert post(branch, page, f"/admin/{path}") == 403
    assert page.request.get(f"{branch.address}/admin/slip.png").status == 403


def test_what_there_isnt_is_refused(branch: Branch, maintenance: Page) -> None:
    for device in ("nobody", "touch"):
        assert post(branch, maintenance, f"/admin/device/{device}/trial") == 404
    picture = maintenance.request.get(f"{branch.address}/admin/slip.png?service=nothing")
    assert picture.status == 422
    assert "nothing" in picture.text()
