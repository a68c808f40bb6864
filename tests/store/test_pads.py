"""PADs' own choices, and who is told of which client."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.client import Client
from kiosk.domain.ids import ClientRef
from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.store.pads import PadChoice, Pads

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MILLION = 1_000_000


def client(assets: int | None) -> Client:
    return Client(ClientRef("c1"), "Jane Sample", "Sample", assets=assets)


@pytest.fixture
def pads(tmp_path: Path) -> Iterator[Pads]:
    """A manager is signed in at each of two PADs, and somebody else at a third."""
    path = tmp_path / "accounts.db"
    with closing(Accounts(path)) as accounts:
        for name, role, pad in (
            ("amy", Role.LOBBY_MANAGER, "PAD-1"),
            ("ben", Role.WEALTH_MANAGER, "PAD-2"),
            ("cho", Role.AUDITOR, "PAD-3"),
        ):
            accounts.sessions.begin(accounts.add_user(name, role, "a long password"), pad, NOW)
    with closing(Pads(path, usual=15)) as pads:
        yield pads


def test_a_client_is_a_vip_to_the_pads_whose_amount_the_assets_meet(pads: Pads) -> None:
    """LOB-30, LOB-53"""
    pads.choose("PAD-1", PadChoice(15, MILLION))
    pads.choose("PAD-2", PadChoice(20, 2 * MILLION))
    pads.choose("PAD-3", PadChoice(15, MILLION))
    assert pads.reminders(NOW) == (("PAD-1", 15), ("PAD-2", 20))
    assert pads.told_of(client(MILLION - 1)) == ()
    assert pads.told_of(client(MILLION)) == ("PAD-1",)
    assert pads.told_of(client(5 * MILLION)) == ("PAD-1", "PAD-2")
    assert pads.told_of(client(None)) == ()


def test_a_pad_without_an_amount_has_no_vips_of_its_own(pads: Pads) -> None:
    assert pads.reminders(NOW) == (("PAD-1", 15), ("PAD-2", 15))
    assert pads.told_of(client(5 * MILLION)) == ()
    assert pads.choice("PAD-1") == PadChoice(15)


def test_nobody_is_told_at_a_pad_that_was_left_long_ago(pads: Pads) -> None:
    pads.choose("PAD-1", PadChoice(15, MILLION))
    assert pads.reminders(NOW + timedelta(days=2)) == ()
    assert pads.told_of(client(MILLION)) == ()
