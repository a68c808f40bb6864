"""Scanners of QR codes and barcodes, on a serial line or typing like a keyboard."""

import hashlib
import re

from kiosk.cardreader.linereader import LineReader
from kiosk.cardreader.scan import Scan, ScanFraming
from kiosk.domain.device import DeviceKind
from kiosk.domain.visitcode import decode
from kiosk.identities import CodePresented, CodeUnreadable, Unreadable

LOCKOUT = 1.0
"""Seconds for which a code has to be out of sight to be another showing of it."""

_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
"""What scanners put first that tell the kind of symbol (ISO/IEC 15424)."""


class CodeScanner(LineReader[Scan, bytes]):
    """Of each scan the visit code goes out that was signed with ``key``, or that it was none.

    What else people hold up never leaves: it may be anything, a card's number too. A code that is
    held before the scanner is one reading, however often it is sent.
    """

    kind = DeviceKind.SCANNER
    usual_framing = ScanFraming
    _latest = b""
    _seen = float("-inf")

    def _take(self, found: Scan | Unreadable) -> None:
        text = _AIM.sub("", found.text) if isinstance(found, Scan) else ""
        if self._is_held_before_it(text):
            return
        code = decode(text, self._key)
        if code is None:
            self._readings.hand_on(CodeUnreadable(self._device))
        else:
            self._readings.hand_on(CodePresented(self._device, code))

    def _is_held_before_it(self, text: str) -> bool:
        before, self._latest = self._latest, hashlib.sha256(text.encode()).digest()
        seen, self._seen = self._seen, self._monotonic()
        return before == self._latest and self._seen - seen < LOCKOUT
