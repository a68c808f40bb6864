"""What is logged: bounded, without anybody's data, one id from swipe to slip, fields for systemd."""

import io
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.machine.correlation import correlate
from kiosk.machine.journal import (
    ALIKE,
    ALL,
    KINDS,
    WITHIN,
    Bounded,
    Lines,
    MarkedLines,
    SystemdJournal,
    without_mark,
    without_secrets,
)

logger = logging.getLogger("kiosk.tests.journal")


class Minutes:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def nobodys_visit() -> Iterator[None]:
    correlate(None)
    yield
    correlate(None)


@pytest.fixture
def clock() -> Minutes:
    return Minutes()


@pytest.fixture
def lines(clock: Minutes) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    handler.addFilter(Bounded(clock))
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)
    logger.propagate = True


def test_a_device_that_flaps_writes_ten_lines_a_minute(lines: io.StringIO, clock: Minutes) -> None:
    for number in range(1000):
        logger.warning("%s is lost", f"slip-{number}")
    logger.warning("something else")
    assert lines.getvalue().count("is lost") == ALIKE
    assert "something else" in lines.getvalue()
    clock.now += WITHIN
    logger.warning("%s is lost", "slip")
    logger.warning("%s is lost", "slip")
    latest = lines.getvalue().splitlines()[-2:]
    assert latest[0].endswith(f"slip is lost ({1000 - ALIKE} more like this were suppressed)")
    assert latest[1].endswith("slip is lost")


def test_an_attacker_who_has_every_line_differ_fills_nothing_and_errors_are_still_told(
    lines: io.StringIO,
) -> None:
    for number in range(ALL * 5):
        logger.warning(f"no route /{number}")
    assert len(lines.getvalue().splitlines()) == ALL
    logger.error("the disk is full")
    assert lines.getvalue().endswith("the disk is full\n")


def test_kinds_are_forgotten_so_that_memory_is_bounded(clock: Minutes) -> None:
    bounded = Bounded(clock)
    for number in range(KINDS * 3):
        bounded.filter(logging.makeLogRecord({"msg": f"kind {number}", "levelno": logging.INFO}))
    assert len(bounded._kinds) == KINDS


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("card 4000012345678902 read", "card […] read"),
        ("card 4000 0123 4567 8902", "card […]"),
        ("phone +86 120 0000 0001!", "phone […]!"),
        ("Authorization: Bearer abc.DEF-1", "Authorization: Bearer […]"),
        ("password=hunter2 refused", "password=[…] refused"),
        ("?token=xyz&a=1", "?token=[…]"),
        ("token " + "0f" * 32, "token […]"),
        ("found " + "0f" * 32, "found […]"),
        ("slip 019ac3f2-7d10-7a3e-8c22-000000000001 after 1234567 ms", None),
        ("visit 01923456-1234-7123-8123-12345678901a", None),
        ("listens on 127.0.0.1:8080, 50 tickets, 2026-11-22 08:15", None),
    ],
)
def test_what_may_be_somebodys_is_blotted_out(text: str, kept: str | None) -> None:
    assert without_secrets(text) == (text if kept is None else kept)


def test_a_traceback_is_blotted_out_too(lines: io.StringIO) -> None:
    try:
        raise ValueError("12000000001 isn't a number")
    except ValueError:
        logger.exception("it failed")
    assert "ValueError: […] isn't a number" in lines.getvalue()


def test_a_line_says_which_visit_it_is_about(lines: io.StringIO) -> None:
    logger.warning("before")
    correlate("019ac3f2-visit")
    logger.warning("the slip is stuck")
    before, after = lines.getvalue().splitlines()
    assert before.endswith("before")
    assert after.endswith("the slip is stuck [019ac3f2-visit]")


def test_systemd_gets_entries_with_fields(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(tmp_path / "socket"))
        handler = SystemdJournal(sys.stderr, str(tmp_path / "socket"))
        correlate("019ac3f2-visit")
        record = logger.makeRecord(
            logger.name, logging.ERROR, "f", 1, "two\nlines", (), None, extra={"device": "slip"}
        )
        assert handler.formatter, "or logging.basicConfig puts level and logger into the message"
        handler.emit(record)
        handler.close()
        entry = journal.recv(1 << 16)
    assert entry == (
        b"MESSAGE\n" + (9).to_bytes(8, "little") + b"two\nlines\n"
        b"PRIORITY=3\nSYSLOG_IDENTIFIER=kiosk\nKIOSK_LOGGER=kiosk.tests.journal\n"
        b"KIOSK_VISIT=019ac3f2-visit\nKIOSK_DEVICE=slip\n"
    )


def test_a_line_of_a_window_names_the_window(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(tmp_path / "socket"))
        handler = SystemdJournal(sys.stderr, str(tmp_path / "socket"), device="touch")
        handler.emit(logger.makeRecord(logger.name, logging.INFO, "f", 1, "shows idle", (), None))
        handler.close()
        assert b"KIOSK_DEVICE=touch\n" in journal.recv(1 << 16)


@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_a_childs_line_keeps_its_level_and_visit(level: int) -> None:
    correlate("019ac3f2-visit")
    record = logger.makeRecord(logger.name, level, "f", 1, "shows %s", ("idle",), None)
    line = MarkedLines().format(record)
    assert without_mark(line) == (level, "shows idle [019ac3f2-visit]")


@pytest.mark.parametrize("line", ["New client", "<8>no level", "<x>", ""])
def test_another_programs_line_is_informational(line: str) -> None:
    assert without_mark(line) == (logging.INFO, line)


def test_without_a_journal_the_line_is_told_all_the_same(tmp_path: Path) -> None:
    stream = io.StringIO()
    handler = SystemdJournal(stream, str(tmp_path / "nothing"))
    handler.emit(logger.makeRecord(logger.name, logging.ERROR, "f", 1, "lost", (), None))
    handler.close()
    assert stream.getvalue() == "lost\n"


def test_what_nobody_handled_is_a_line_in_the_same_words() -> None:
    program = (
        "import os, sys, threading\n"
        "from kiosk.machine.journal import Lines, keep_journal\n"
        "keep_journal(sys.stderr, os.environ, Lines())\n"
        "thread = threading.Thread(target=lambda: 1 / 0)\n"
        "thread.start(); thread.join()\n"
        "raise LookupError('4000012345678902')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 1
    assert "ERROR kiosk.unhandled a thread ended" in done.stderr
    assert "CRITICAL kiosk.unhandled the program ends" in done.stderr
    assert "LookupError: […]" in done.stderr
