"""An auditor finds who signed in today, on a wide screen and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import complaints
from tests.browser.conftest import Branch
from tests.support.waiting import until


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("name", "language"), [("audit-en", "en"), ("audit-zh", "zh")])
def test_an_auditor_reads_the_day(branch: Branch, page: Page, name: str, language: str) -> None:
    branch.sign_in(page, name, "/", "auditor")
    page.locator("a[href='/audit']").click()
    own = page.locator("tbody tr").filter(has_text=name)

    def on_record() -> int:
        page.goto(f"{branch.address}/audit?language={language}&topic=accounts")
        return own.count()

    until(on_record, "sign-in on record")
    assert complaints(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints(page) == []
    page.locator("#topic").select_option("devices")
    page.locator("form[action='/audit'] button").click()
    expect(page.locator("#topic")).to_have_value("devices")
    expect(own).to_have_count(0)
