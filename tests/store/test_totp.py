"""One-time codes: the vectors of RFC 6238 (appendix B), a phone's clock, and codes that were used."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.store.secondfactors import NoSuchUser
from kiosk.store.totp import STEP, code_at, new_secret, provisioning_uri, step_of

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // STEP) == code
    assert step_of(SECRET, code, seconds) == seconds // STEP


@pytest.mark.parametrize(("late", "counts"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_off_by_one_step(late: int, counts: bool) -> None:
    code = code_at(SECRET, 1111111111 // STEP)
    assert (step_of(SECRET, code, 1111111111 + late) is not None) is counts


@pytest.mark.parametrize("code", ["", "05047", "0504711", "abcdef", "٠٥٠٤٧١"])
def test_what_is_no_code(code: str) -> None:
    assert step_of(SECRET, code, 1111111111) is None


def test_secrets_are_long_and_an_app_can_read_them() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert len(base64.b32decode(first)) == 20
    uri = provisioning_uri(SECRET, "王芳")
    assert uri == (f"otpauth://totp/kiosk:%E7%8E%8B%E8%8A%B3?secret={SECRET}&issuer=kiosk")


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = Accounts(tmp_path / "accounts.db")
    yield opened
    opened.close()


def code(secret: str, now: datetime) -> str:
    return code_at(secret, int(now.timestamp()) // STEP)


def test_a_code_counts_once_and_none_before_it(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, "correct horse battery").reference
    factors = accounts.second_factors
    secret = factors.give("amy")
    before, present = code(secret, NOW - timedelta(seconds=STEP)), code(secret, NOW)
    assert factors.accept(amy, present, NOW)
    assert not factors.accept(amy, present, NOW)
    assert not factors.accept(amy, before, NOW)
    later = NOW + timedelta(seconds=STEP)
    assert factors.accept(amy, code(secret, later), later)


def test_who_has_none_and_who_has_another(accounts: Accounts) -> None:
    amy = accounts.add_user("amy", Role.TELLER, "correct horse battery").reference
    factors = accounts.second_factors
    assert factors.mark(amy) is None
    assert not factors.accept(amy, "123456", NOW)
    secret = factors.give("amy")
    marks = {factors.mark(amy)}
    factors.give("amy")
    marks.add(factors.mark(amy))
    accounts.change_password("amy", "another password")
    marks.add(factors.mark(amy))
    assert len(marks) == 3
    assert not factors.accept(amy, code(secret, NOW), NOW)
    factors.take_away("amy")
    assert factors.mark(amy) is None
    with pytest.raises(NoSuchUser, match="no 'zoe'"):
        factors.give("zoe")


def test_giving_and_taking_is_noted(accounts: Accounts) -> None:
    accounts.add_user("amy", Role.TELLER, "correct horse battery")
    accounts.second_factors.give("amy")
    accounts.second_factors.take_away("amy")
    kinds = [one.kind for one in accounts.changes.after(0)]
    assert kinds == ["user_added", "code_given", "code_taken"]
