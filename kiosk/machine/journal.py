"""The journal of what the program does: lines for people, or entries with fields for systemd's journal.

No more is written than anybody reads, whatever flaps or attacks, and nothing that looks like a number
of a card or a phone, a token or a password. Every line names the visit it is about, if any.
"""

import logging
import os
import re
import socket
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TextIO

from kiosk.machine.correlation import correlation

SOCKET = "/run/systemd/journal/socket"
ALIKE = 10
"""Lines of one kind within :data:`WITHIN` seconds; others are counted and told with the next one."""
ALL = 600
"""Lines of any kind within that time; errors go on up to twice as many."""
WITHIN = 60.0
KINDS = 500
"""Kinds of lines that are counted at once."""


class Bounded(logging.Filter):
    """Lets each kind of line (one template of one logger) through a few times a minute."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kinds: OrderedDict[tuple[str, str], _Minute] = OrderedDict()
        self._all = _Minute(monotonic())

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written; what was suppressed before it is told by it."""
        with self._lock:
            now = self._monotonic()
            kind = self._kind(record, now)
            self._all.turn(now)
            most = ALL * (2 if record.levelno >= logging.ERROR else 1)
            if kind.lines >= ALIKE or self._all.lines >= most:
                kind.suppressed += 1
                return False
            kind.lines += 1
            self._all.lines += 1
            record.suppressed, kind.suppressed = kind.suppressed, 0
            return True

    def _kind(self, record: logging.LogRecord, now: float) -> "_Minute":
        mark = record.name, str(record.msg)[:200]
        kind = self._kinds.pop(mark, None) or _Minute(now)
        kind.turn(now)
        self._kinds[mark] = kind
        if len(self._kinds) > KINDS:
            self._kinds.popitem(last=False)
        return kind


class _Minute:
    def __init__(self, begun: float) -> None:
        self.begun, self.lines, self.suppressed = begun, 0, 0

    def turn(self, now: float) -> None:
        if now - self.begun >= WITHIN:
            self.begun, self.lines = now, 0


_SECRETS = re.compile(
    r"(?i:(?<=bearer )|(?<=password[=: ])|(?<=token[=: ]))\S+"  # whatever follows such a word
    r"|(?<![\w.-])\+?(?:\d[ -]?){10,18}\d(?![\w.-])"  # cards, phones, documents
    r"|(?<![0-9a-fA-F])[0-9a-f]{64}(?![0-9a-fA-F])"  # card and document tokens
)


def without_secrets(text: str) -> str:
    """The text with everything blotted out that may be somebody's."""
    return _SECRETS.sub("[…]", text)


class Lines(logging.Formatter):
    """For people: time, level, logger, message, and what it is about."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - of logging
        """The line with what was suppressed before it and the visit."""
        line = super().formatMessage(record) + _suppressed(record)
        about = correlation()
        return f"{line} [{about}]" if about else line

    def format(self, record: logging.LogRecord) -> str:
        """All of it, the traceback too, without secrets."""
        return without_secrets(super().format(record))


class MarkedLines(Lines):
    """For whoever reads them as a child's: the level is a mark before the line, the time is theirs.

    As services that print do it (sd-daemon(3)).
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - of logging
        """Without time and logger."""
        about = correlation()
        line = f"<{_priority(record)}>{record.message}{_suppressed(record)}"
        return f"{line} [{about}]" if about else line


_MARK = re.compile(r"<([0-7])>")


def without_mark(line: str) -> tuple[int, str]:
    """Level and text of a child's line; informational when it has no mark."""
    mark = _MARK.match(line)
    if mark is None:
        return logging.INFO, line
    return _LEVELS.get(int(mark[1]), logging.INFO), line[mark.end() :]


def _suppressed(record: logging.LogRecord) -> str:
    more = getattr(record, "suppressed", 0)
    return f" ({more} more like this were suppressed)" if more else ""


class SystemdJournal(logging.Handler):
    """Entries with fields, by systemd's native protocol; ``journalctl KIOSK_VISIT=…`` finds them.

    https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
    """

    def __init__(self, fallback: TextIO, path: str = SOCKET, device: str = "") -> None:
        """``device``: what lines are about that name none themselves."""
        super().__init__()
        self.setFormatter(logging.Formatter())  # level and logger are fields
        self._device = device
        self._fallback = fallback
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def emit(self, record: logging.LogRecord) -> None:
        """Send one entry; when that can't be done it is a line on the stream, without its fields."""
        fields = self._fields(record)
        try:
            self._send(fields)
        except OSError:
            print(fields["MESSAGE"], file=self._fallback, flush=True)

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()
        super().close()

    def _send(self, fields: Mapping[str, str]) -> None:
        entry = b"".join(_field(name, value) for name, value in fields.items())
        self._socket.sendto(entry, self._path)

    def _fields(self, record: logging.LogRecord) -> dict[str, str]:
        message = without_secrets(self.format(record)) + _suppressed(record)
        fields = {
            "MESSAGE": message[:LONGEST],
            "PRIORITY": str(_priority(record)),
            "SYSLOG_IDENTIFIER": "kiosk",
            "KIOSK_LOGGER": record.name,
        }
        if about := correlation():
            fields["KIOSK_VISIT"] = about
        if device := getattr(record, "device", self._device):
            fields["KIOSK_DEVICE"] = str(device)
        return fields


LONGEST = 16_000
"""Characters of an entry."""
_PRIORITIES = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.DEBUG: 7}
"""Of syslog (RFC 5424, 6.2.1); others are informational."""
_LEVELS = {priority: level for level, priority in _PRIORITIES.items()}


def _priority(record: logging.LogRecord) -> int:
    return _PRIORITIES.get(record.levelno, 6)


def _field(name: str, value: str) -> bytes:
    data = value.encode(errors="replace")
    if b"\n" not in data:
        return name.encode() + b"=" + data + b"\n"
    return name.encode() + b"\n" + len(data).to_bytes(8, "little") + data + b"\n"


def keep_journal(
    stream: TextIO, environment: Mapping[str, str], lines: logging.Formatter, device: str = ""
) -> None:
    """Write what loggers tell, from now on, and exceptions that nobody handled.

    To systemd's journal when ``stream`` is that, else to ``stream`` in ``lines``. ``device`` is what
    this process shows or moves, if it is for one alone.
    """
    handler: logging.Handler
    if _is_journal(stream, environment.get("JOURNAL_STREAM", "")):
        handler = SystemdJournal(stream, device=device)
    else:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(lines)
    handler.addFilter(Bounded())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.excepthook = lambda kind, error, trace: _unhandled.critical(
        "the program ends", exc_info=(kind, error, trace)
    )
    threading.excepthook = lambda told: _unhandled.error("a thread ended", exc_info=told.exc_value)


_unhandled = logging.getLogger("kiosk.unhandled")


def _is_journal(stream: TextIO, named: str) -> bool:
    """As systemd says which file the journal reads: device and inode."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{found.st_dev}:{found.st_ino}"
