"""A lobby manager looks at yesterday beside a week before."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import complaints
from tests.browser.conftest import Branch


@pytest.mark.usefixtures("quiet")
def test_yesterday_beside_a_week_before(branch: Branch, page: Page) -> None:
    branch.sign_in(page, "report-lobby", "/", "lobby-manager")
    page.get_by_role("link", name="Reports").click()
    assert complaints(page) == []
    page.get_by_role("link", name="Yesterday").click()
    drawings = page.locator(".drawing canvas")
    expect(drawings).to_have_count(7)
    before = date.fromisoformat(page.get_by_label("From").input_value()) - timedelta(days=7)
    expect(page.locator(".figures").first).to_contain_text(f"{before}:")
    assert complaints(page) == []
    for one in page.locator("summary").all():
        one.click()
    expect(page.get_by_role("table")).to_have_count(14)
    assert complaints(page) == []
    drawings.nth(1).hover()
    page.get_by_label("Beside").select_option("nothing")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".figures").first).not_to_contain_text(f"{before}:")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename.endswith(f"{before + timedelta(days=7)}.xlsx")


@pytest.mark.usefixtures("quiet")
def test_a_phone_and_a_day_without_anything(branch: Branch, page: Page) -> None:
    branch.sign_in(page, "report-auditor", "/reports?from=2020-01-01", "auditor")
    expect(page.locator(".nothing")).to_contain_text("Nothing is known of these days")
    assert complaints(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("link", name="Yesterday").click()
    expect(page.locator(".drawing canvas")).to_have_count(7)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("details[open]")).to_have_count(14)
