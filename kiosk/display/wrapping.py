"""Lines of text: broken where a reader expects it."""

import re
from collections.abc import Callable

_PIECE = re.compile(
    r"\s+"
    r"|[⺀-鿿豈-﫿＀-￯](?:[、。，．！？：；）】》」』])*"
    r"|[^\s⺀-鿿豈-﫿＀-￯]+(?:[、。，．！？：；）】》」』])*"
)
"""Between any two pieces a line may be broken: at spaces and after every Chinese character that no
closing punctuation follows, nor does one begin a line after other letters."""


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The text in lines no wider than ``width``, except a single word that is; its own line ends
    stay."""
    return [line for given in text.split("\n") for line in _wrap(given, width, measure)]


def _wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line = line + piece if line else piece.lstrip()
    return [*lines, line.rstrip()]
