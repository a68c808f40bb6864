"""Known places: a browser is known of whoever has signed in from it, and of nobody else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.store.knownplaces import PLACES_OF_ONE
from kiosk.store.staff import StaffUser

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = Accounts(tmp_path / "accounts.db")
    yield opened
    opened.close()


@pytest.fixture
def amy(accounts: Accounts) -> StaffUser:
    return accounts.add_user("amy", Role.TELLER, PASSWORD)


def test_a_browser_is_known_of_those_who_signed_in_there(
    accounts: Accounts, amy: StaffUser, tmp_path: Path
) -> None:
    bob = accounts.add_user("bob", Role.TELLER, PASSWORD)
    places = accounts.places
    first = places.remember(amy.reference, None, NOW)
    assert places.is_known(first, "amy")
    assert not places.is_known(first, "bob")
    assert not places.is_known(first, "nobody")
    shared = places.remember(bob.reference, first, NOW)
    assert places.is_known(shared, "amy")
    assert places.is_known(shared, "bob")
    assert not places.is_known(first, "amy")  # somebody's copy of it is no good
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert shared.encode() not in kept


def test_a_token_from_elsewhere_means_nothing(accounts: Accounts, amy: StaffUser) -> None:
    renewed = accounts.places.remember(amy.reference, "planted", NOW)
    assert renewed != "planted"
    assert not accounts.places.is_known("planted", "amy")


def test_the_browser_that_wasnt_used_longest_is_forgotten(
    accounts: Accounts, amy: StaffUser
) -> None:
    tokens = [
        accounts.places.remember(amy.reference, None, NOW + timedelta(days=day))
        for day in range(PLACES_OF_ONE + 2)
    ]
    known = [accounts.places.is_known(token, "amy") for token in tokens]
    assert known == [False] * 2 + [True] * PLACES_OF_ONE
