"""The codes under which customers follow their tickets."""

import re
import stat
from datetime import date
from pathlib import Path

from kiosk.domain.ids import TicketId
from kiosk.flow.publiccode import PublicCodes

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
