"""Which language a page is in."""

import pytest

from kiosk.domain.ids import Language
from kiosk.web.pages.languages import page_language, page_languages

ZH, EN = Language("zh"), Language("en")


@pytest.mark.parametrize(
    ("query", "cookie", "accepts", "language"),
    [
        ("", "", "", ZH),
        ("", "", "en-GB,en;q=0.9", EN),
        ("", "", "zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("", "", "fr, en;q=0.4, zh;q=0.2", EN),
        ("", "", "en;q=0, zh;q=0.1", ZH),
        ("", "", "en;q=nonsense, *", ZH),
        ("", "en", "zh", EN),
        ("zh", "en", "en", ZH),
        ("xx", "yy", "en", EN),
    ],
)
def test_what_was_chosen_goes_before_what_the_browser_asks_for(
    query: str, cookie: str, accepts: str, language: Language
) -> None:
    found = page_language([ZH, EN], {"language": query}, {"language": cookie}, accepts)
    assert found == language


def test_pages_come_in_the_branchs_languages_that_are_complete() -> None:
    assert page_languages([ZH, Language("kk"), EN]) == (ZH, EN)
    assert page_languages([Language("kk")]) == (EN,)
