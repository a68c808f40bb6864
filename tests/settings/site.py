"""A small branch's settings, with whatever else a test writes there."""

from pathlib import Path

import pytest

from kiosk.settings import Settings, SettingsFault
from kiosk.settings.file import load

CONFIG = Path(__file__).parents[2] / "config"


BRANCH = """
[branch]
id = "0755"
name = { en = "Science Park" }
timezone = "Asia/Shanghai"
languages = ["zh", "en"]
"""


HALL = """
[[queue]]
id = "A"
name = { en = "Cash" }
[[service]]
id = "cash"
name = { en = "Cash" }
queue = "A"
[[counter]]
id = "1"
queues = ["A"]
"""


def faults(folder: Path, main: str, **included: str) -> list[str]:
    """What is said of a settings file and of those that lie beside it."""
    for name, text in included.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "kiosk.toml").write_text(main, encoding="utf-8")
    with pytest.raises(SettingsFault) as fault:
        load(folder / "kiosk.toml")
    assert str(fault.value) == "\n".join(fault.value.faults)
    return list(fault.value.faults)


def settings(folder: Path, more: str = "") -> Settings:
    (folder / "kiosk.toml").write_text(BRANCH + HALL + more, encoding="utf-8")
    return load(folder / "kiosk.toml")


PUBLIC = '[http]\npublic_listen = "127.0.0.1:8081"\npublic_url = "https://q.example"\n'
