"""What every test is watched for: a door left open, something left running, a card number written.

Here are the watchers; `conftest.py` puts them around each test.
"""

import asyncio
import contextlib
import ipaddress
import logging
import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FIXTURE = "card-numbers-in-fixture"
"""A file of this name stands where a test itself wrote card numbers (the marker of that name)."""

# --- network ---------------------------------------------------------------------------------


def outside(family: int, address: Any) -> str | None:
    """Return the address in words when it lies off this machine, else None."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return None
    host = str(address[0])
    if host == "localhost":
        return None
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name; to look it up is traffic already
        loopback = False
    return None if loopback else f"{host}:{address[1]}"


def close_the_network(patch: pytest.MonkeyPatch, refused: list[str]) -> None:
    """Let sockets reach this machine only; what they tried beyond is noted in `refused`.

    The note is kept because the code under test may well survive the AssertionError.
    """

    def guarded(method: str) -> Callable[..., Any]:
        real = getattr(socket.socket, method)

        def call(self: socket.socket, *args: Any) -> Any:
            # The address is last: connect(address), sendto(data[, flags], address).
            if where := outside(self.family, args[-1]):
                refused.append(where)
                raise AssertionError(f"a test may not reach {where}")
            return real(self, *args)

        return call

    for method in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, method, guarded(method))

    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if str(host).endswith(".invalid"):  # RFC 6761: the name that nobody has
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if host and (where := outside(socket.AF_INET, (host, port))):
            refused.append(where)
            raise AssertionError(f"a test may not look up {where}")
        return look_up(host, port, *args, **options)

    patch.setattr(socket, "getaddrinfo", guarded_look_up)


# --- leftovers -------------------------------------------------------------------------------


GRACE = 5.0
"""Seconds for what is ending to have ended; only a test that leaves something behind waits for them."""


async def unfinished_tasks(
    before: set[asyncio.Task[Any]], grace: float = GRACE
) -> set[asyncio.Task[Any]]:
    """Return the tasks that are neither from `before` nor done after `grace` seconds."""
    mine = asyncio.current_task()
    left = {task for task in asyncio.all_tasks() - before if task is not mine}
    if left:
        _, left = await asyncio.wait(left, timeout=grace)
    return left


def children() -> dict[int, str]:
    """Return the child processes of this process, dead ones not yet waited for included: process id
    and name."""
    found = {}
    for listed in Path("/proc/self/task").glob("*/children"):
        # A thread or a child may end while we are looking.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for pid in listed.read_text().split():
                name = Path(f"/proc/{pid}/comm").read_text().strip()
                found[int(pid)] = f"{name} (pid {pid})"
    return found


def lingering_children(before: dict[int, str], grace: float = GRACE) -> list[str]:
    """Return the children that are new since `before` and still there after `grace` seconds."""
    until = time.monotonic() + grace
    while True:
        new = [name for pid, name in children().items() if pid not in before]
        if not new or time.monotonic() > until:
            return new
        time.sleep(0.02)


# --- card numbers ----------------------------------------------------------------------------

# 13 to 19 digits, plain or in fours, that stand alone: not inside a hexadecimal token, and not the
# fraction of a decimal number.
_digits = re.compile(
    rb"(?<![0-9A-Za-z])(?<![0-9]\.)"
    rb"(?:[0-9]{13,19}|(?:[0-9]{4}[ -]){3,4}[0-9]{1,4})"
    rb"(?![0-9A-Za-z])"
)
# UnionPay, Visa, Mastercard, Mir: ISO/IEC 7812 issuer ranges.
_scheme = re.compile(rb"62|4|5[1-5]|220[0-4]")


def passes_luhn(digits: bytes) -> bool:
    """Check the last digit by ISO/IEC 7812-1 annex B."""
    total = 0
    for place, code in enumerate(reversed(digits)):
        digit = (code - ord("0")) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def card_numbers(data: bytes) -> list[str]:
    """Return what looks like a payment card number in `data`, masked down to its last four."""
    found = []
    for match in _digits.finditer(data):
        digits = re.sub(rb"[ -]", b"", match[0])
        if 13 <= len(digits) <= 19 and _scheme.match(digits) and passes_luhn(digits):
            found.append(f"…{digits[-4:].decode()} ({len(digits)} digits)")
    return found


def contents(path: Path) -> Iterator[bytes]:
    """Yield what to search in a file: its bytes, and of an SQLite file also the rows one by one,
    because their texts lie side by side in the pages and their numbers are not text."""
    data = path.read_bytes()
    yield data
    if data.startswith(b"SQLite format 3\0"):
        database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        # A test may leave a broken file behind on purpose: then the bytes have to do.
        with contextlib.closing(database), contextlib.suppress(sqlite3.Error):
            yield from (line.encode() for line in database.iterdump())


def card_numbers_under(folder: Path) -> list[str]:
    """Return the card numbers in the files of a folder, each with the file's name."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return [
        f"{path.relative_to(folder)}: {number}"
        for path in files
        for data in contents(path)
        for number in card_numbers(data)
    ]


class LogWatch(logging.Handler):
    """Looks for card numbers in every record: its message, its traceback and its extra fields."""

    _usual = frozenset(vars(logging.makeLogRecord({})))

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        extra = {key: value for key, value in vars(record).items() if key not in self._usual}
        text = f"{logging.Formatter().format(record)} {extra or ''}"
        self.found += [f"{record.name}: {number}" for number in card_numbers(text.encode())]
