"""The drivers that settings name."""

from pathlib import Path

import pytest

from kiosk.assembly.hardware import assemble
from kiosk.settings.file import load
from tests.support.keys import keyring

KEY = b"k" * 32
DEMO = Path(__file__).parents[2] / "config" / "demo.toml"


async def test_a_logo_that_is_gone_keeps_no_printer_from_printing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = tmp_path / "demo.toml"
    logo = tmp_path / "logo.png"
    settings.write_text(f'{DEMO.read_text("utf-8")}[slip]\nlogo = "{logo}"\n', "utf-8")
    hardware = assemble(load(settings), tmp_path, keyring(tmp_path), lambda _: None)
    hardware.unplug()
    assert list(hardware.printers) == ["slip"]
    assert f"slips have no logo: {logo}: there is no such file" in caplog.text
