"""Windows that are left to systemd: what they need stands in files, and outlives the controller."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.assembly.windows import Windows
from kiosk.domain.device import DeviceCondition
from kiosk.domain.role import Role
from kiosk.settings import Settings
from kiosk.settings.file import load
from kiosk.store.accounts import Accounts
from kiosk.store.tokens import digest
from tests.support.runningbranch import SETTINGS


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    kept = Accounts(tmp_path / "accounts.db")
    yield kept
    kept.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "branch.toml"
    wall = '[[display]]\nid = "wall"\nkind = "board"\n'
    file.write_text(SETTINGS.format(http=8080, mqtt=1883, public=8081) + wall)
    return load(file)


def left(accounts: Accounts, settings: Settings, folder: Path) -> dict[str, str]:
    """The environment of the touch screen's window."""
    told: list[DeviceCondition] = []
    shown = folder.parent / "presented.crt"
    Windows(accounts, "http://127.0.0.1:8080", told.append, shown).leave(settings, folder)
    lines = (folder / "touch").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_each_window_finds_where_its_branch_is(
    accounts: Accounts, settings: Settings, tmp_path: Path
) -> None:
    environment = left(accounts, settings, tmp_path / "windows")
    assert environment["KIOSK_FEED"] == "ws://127.0.0.1:8080/api/v1/feed?display=touch"
    assert environment["KIOSK_LANGUAGES"] == " ".join(settings.branch.languages)
    program = accounts.program(digest(environment["KIOSK_TOKEN"]))
    assert program is not None
    assert program.role is Role.DISPLAY
    assert {file.name for file in (tmp_path / "windows").iterdir()} == {"touch", "wall"}
    assert (tmp_path / "windows" / "touch").stat().st_mode & 0o777 == 0o600


def test_a_restarted_controller_lets_its_windows_in_as_before(
    accounts: Accounts, settings: Settings, tmp_path: Path
) -> None:
    before = left(accounts, settings, tmp_path / "windows")
    assert left(accounts, settings, tmp_path / "windows") == before


@pytest.mark.parametrize("text", ["", "KIOSK_TOKEN=stale\n", "\udcff\udcfe"])
def test_a_file_that_lets_nobody_in_is_written_anew(
    accounts: Accounts, settings: Settings, tmp_path: Path, text: str
) -> None:
    folder = tmp_path / "windows"
    folder.mkdir()
    (folder / "touch").write_bytes(text.encode(errors="surrogateescape"))
    environment = left(accounts, settings, folder)
    assert accounts.program(digest(environment["KIOSK_TOKEN"]))
