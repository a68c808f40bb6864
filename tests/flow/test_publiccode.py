"""The codes under which customers follow their tickets."""

import re
import stat
from datetime import date
from pathlib import Path

from kiosk.domain.commands import OpenDay
from kiosk.domain.events import SYSTEM, DayOpened, Event, Fact, TicketIssued
from kiosk.domain.ids import TicketId
from kiosk.flow.publiccode import CodeBook, PublicCodes
from tests.domain.day import Day

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
ONE, TWO = TicketId("t1"), TicketId("t2")


def test_a_code_is_128_bits_and_the_same_after_a_restart(tmp_path: Path) -> None:
    code = PublicCodes(tmp_path).code(MONDAY, ONE)
    assert re.fullmatch("[0-9a-f]{32}", code)
    assert PublicCodes(tmp_path).code(MONDAY, ONE) == code


def test_codes_differ_by_ticket_by_day_and_by_machine(tmp_path: Path) -> None:
    codes = PublicCodes(tmp_path / "one")
    told = {codes.code(MONDAY, ONE), codes.code(MONDAY, TWO), codes.code(TUESDAY, ONE)}
    told.add(PublicCodes(tmp_path / "other").code(MONDAY, ONE))
    assert len(told) == 4


def test_a_days_codes_die_with_its_key(tmp_path: Path) -> None:
    code = PublicCodes(tmp_path).code(MONDAY, ONE)
    PublicCodes(tmp_path).code(TUESDAY, ONE)
    assert [path.name for path in tmp_path.iterdir()] == ["2026-03-03.key"]
    assert PublicCodes(tmp_path).code(MONDAY, ONE) != code


def test_nobody_else_may_read_the_key(tmp_path: Path) -> None:
    PublicCodes(tmp_path / "keys").code(MONDAY, ONE)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()]
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def fact(day: date, event: Event) -> Fact:
    return Fact(1, "f1", Day().now, day, event, SYSTEM, 1)


def test_the_book_knows_the_codes_of_the_open_day_only(tmp_path: Path) -> None:
    day, codes = Day(), PublicCodes(tmp_path)
    day.issue("t1")
    book = CodeBook(codes.code, day.branch)
    assert book.ticket(codes.code(MONDAY, ONE)) == ONE
    assert book.ticket(codes.code(MONDAY, TWO)) is None
    book.take([fact(MONDAY, TicketIssued(day.issue("t2")))])
    assert book.ticket(codes.code(MONDAY, TWO)) == TWO
    of_monday = [codes.code(MONDAY, ticket) for ticket in (ONE, TWO)]
    day.do(OpenDay(TUESDAY))
    book.take([fact(TUESDAY, DayOpened(TUESDAY)), fact(TUESDAY, TicketIssued(day.issue("t1")))])
    assert [book.ticket(code) for code in of_monday] == [None, None]
    assert book.ticket(codes.code(TUESDAY, ONE)) == ONE
