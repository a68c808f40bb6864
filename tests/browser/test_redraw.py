"""What the machine sends becomes what the page shows, and no more of it is touched than has changed."""

from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kiosk.web.pages.routes import STATIC

PARTS = (
    "",
    "words",
    "<p>A001</p>",
    "<p>A002</p>",
    '<p class="late">A001</p>',
    "<p>A001</p><p>A002</p>",
    "<p>A002</p><p>A003</p><p>A001</p>",
    "<p>A001 <b>at</b> 1</p>",
    "<p>A002 <b>at</b> 1</p><i></i>",
    "before <b>at</b> after",
    '<ul><li id="a">1</li><li id="b" hidden="">2</li></ul>',
    '<ul><li id="b">2</li><li id="c">3</li></ul>',
    '<ul>\n<li id="b">2</li>\n<li id="c"><b>3</b></li>\n</ul>',
    "<template><b>1</b></template>",
    "<template><b>2</b></template>",
    "<p><template><b>3</b></template></p>",
)

_SHOWN = """
(sent) => sent.map((html) => {
  window.redraw(html);
  return document.getElementById('part').outerHTML;
})
"""
_KEPT = """
([before, now, kept]) => {
  window.redraw(before);
  const element = document.querySelector(kept);
  window.redraw(now);
  return element.isConnected;
}
"""


@pytest.fixture
def drawn(page: Page) -> Page:
    page.set_content('<div id="part"></div>')
    page.add_script_tag(path=Path(STATIC) / "redraw.js")
    return page


def test_whatever_was_there_before_the_page_shows_what_was_sent(drawn: Page) -> None:
    sent = [
        f'<div id="part" class="{len(one)}">{one}</div>'
        for pair in product(PARTS, PARTS)
        for one in pair
    ]
    assert drawn.evaluate(_SHOWN, sent) == sent


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [
        ("<p>A001</p><b>at 1</b>", "<p>A002</p><b>at 1</b>", "b"),
        ("<b>at 1</b>", "<p>A002</p><b>at 1</b>", "b"),
        ("<p>A001</p><p>A002</p><b>at 1</b>", "<b>at 1</b>", "b"),
        ("<button>Call</button>", "<button disabled>Call</button>", "button"),
        ("<ol><li>A001</li></ol>", "<ol><li>A002</li><li>A003</li></ol>", "ol"),
    ],
)
def test_what_has_not_changed_stays_the_same_element(
    drawn: Page, before: str, now: str, kept: str
) -> None:
    parts = [f'<div id="part">{one}</div>' for one in (before, now)]
    assert drawn.evaluate(_KEPT, [*parts, kept])


def test_other_words_are_another_element(drawn: Page) -> None:
    """It is announced, and the browser tells when it was painted."""
    parts = [f'<div id="part"><p>{number}</p></div>' for number in ("A001", "A002")]
    assert not drawn.evaluate(_KEPT, [*parts, "p"])


def test_what_the_page_writes_by_itself_stays(drawn: Page) -> None:
    part = '<div id="part"><time data-since="1">–</time><b>{}</b></div>'
    drawn.evaluate("window.redraw", part.format(1))
    drawn.evaluate("document.querySelector('time').textContent = '00:07'")
    drawn.evaluate("window.redraw", part.format(2))
    assert drawn.inner_text("#part") == "00:072"


def test_a_part_that_the_page_has_no_place_for_is_left_out(drawn: Page) -> None:
    drawn.evaluate("window.redraw", '<div id="part">1</div><div id="other">2</div>')
    assert drawn.inner_text("body") == "1"
