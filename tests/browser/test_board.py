"""The hall board in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Branch


@pytest.mark.usefixtures("quiet", "nobody_waits")
def test_calls_of_several_counters_stand_together_and_change_by_themselves(
    branch: Branch, page: Page
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{branch.address}/board")
    calling = page.locator("#calling")
    called = []
    tellers = {letter: branch.teller(f"board-{letter}") for letter in "BC"}
    for letter, teller in tellers.items():
        called.append(branch.issue(letter.lower()))
        teller.post(f"/counters/{letter}/open")
        teller.post(f"/counters/{letter}/next")
    for number in called:
        expect(calling).to_contain_text(number)
    boxes = [calling.get_by_text(number).bounding_box() for number in called]
    assert all(box and box["height"] > 80 for box in boxes), "to be read across a hall"
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    for letter, teller in tellers.items():
        teller.post(f"/counters/{letter}/finish")
        teller.post(f"/counters/{letter}/close")
        teller.close()
    for number in called:
        expect(calling).not_to_contain_text(number)
        expect(page.locator("#last")).to_contain_text(number)


CUT_SHORT = """
names => names.filter(name => name.scrollWidth > name.clientWidth).map(name => name.textContent)
"""


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (360, 740)])
@pytest.mark.usefixtures("nobody_waits")
def test_no_counter_is_cut_short(branch: Branch, page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{branch.address}/board")
    names = page.locator("#counters .where")
    expect(names).to_have_count(9)
    assert names.evaluate_all(CUT_SHORT) == []
    page.goto(branch.address)
    names = page.locator(".counter strong")
    expect(names).to_have_count(9)
    assert names.evaluate_all(CUT_SHORT) == []
