"""PADs that prove nothing are told to whoever looks after the machine."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.doctor import pads
from kiosk.doctor.site import Site
from kiosk.domain.events import Actor
from kiosk.finding import Symptom, Verdict
from kiosk.settings.file import load
from kiosk.store.accounts import Accounts
from tests.doctor.laidout import machine
from tests.support.runningbranch import RunningBranch

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ADMIN, MANAGER = Actor("administrator", "cd34"), Actor("lobby-manager", "ab12", "PAD-1")
SECRET = "0123456789abcdef-of-the-pad"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    settings = load(RunningBranch(tmp_path).config)
    return Site.seen(settings, tmp_path / "a var?", "en", machine(tmp_path / "machine"))


def test_lob_99_pads_known_by_their_name_alone_are_named_until_they_prove_themselves(
    site: Site,
) -> None:
    with closing(Accounts(site.var / "accounts.db")) as accounts:
        register = accounts.devices
        assert list(pads.examined(site)) == []
        register.ask("PAD-1", SECRET, None, MANAGER, NOW)
        for pad in ("PAD-3", "PAD-1", "PAD-2"):
            register.approve(pad, ADMIN, NOW)
        register.ask("PAD-4", None, None, MANAGER, NOW)
        (found,) = pads.examined(site)
        assert (found.what, found.status) == ("PAD-2, PAD-3", Verdict.WARN)
        assert found.symptom is Symptom.PAD_UNPROVEN
        assert "device_secret" in found.advice
        register.bind("PAD-2", SECRET, MANAGER)
        register.revoke("PAD-3", ADMIN, NOW)
        assert list(pads.examined(site)) == []


def test_nothing_is_made_and_nothing_is_said_where_there_are_no_accounts(site: Site) -> None:
    assert list(pads.examined(site)) == []
    assert not site.var.exists()
    site.var.mkdir()
    (site.var / "accounts.db").write_bytes(b"no database at all, but long enough to be read as one")
    assert list(pads.examined(site)) == []
