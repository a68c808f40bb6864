import pytest

from kiosk.display.wrapping import wrap


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("请直接选择业务。", 4, ["请直接选", "择业务。"]),
        ("请选择业务。", 5, ["请选择业", "务。"]),
        ("证件**2，请选择", 4, ["证件", "**2，", "请选择"]),
        ("first\nsecond", 20, ["first", "second"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width, len) == lines
