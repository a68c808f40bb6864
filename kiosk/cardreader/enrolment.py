"""Turning a list of card numbers into tokens, without leaving the numbers anywhere."""

from collections.abc import Iterable, Iterator

from kiosk.cardreader.pan import Pan, pan_of
from kiosk.cardreader.scheme import scheme_of
from kiosk.cardreader.token import card_token
from kiosk.ports import KioskError

_WRITTEN_BETWEEN = str.maketrans("", "", " -\t\r\n")


class EnrolmentError(KioskError):
    """Lines that hold no card number. The text names lines and reasons, never what stands there."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def enrol(lines: Iterable[str], key: bytes) -> Iterator[str]:
    """``token scheme`` for every card number, one number on a line, spaces and dashes allowed.

    Empty lines are passed over. Raises EnrolmentError at the end, after everything good was given,
    with a text per bad line: ``line 3: the check digit doesn't fit``.
    """
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        text = line.translate(_WRITTEN_BETWEEN)
        if not text:
            continue
        pan = pan_of(text)
        if isinstance(pan, Pan):
            yield f"{card_token(pan, key)} {scheme_of(pan)}"
        else:
            faults.append(f"line {number}: {pan}")
    if faults:
        raise EnrolmentError(faults)
