"""The card key is changed under a branch at work: everybody is known, and no number is anywhere."""

import json
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from kiosk.cardreader.pan import Pan
from kiosk.cardreader.readings import ONE_READING
from kiosk.cardreader.token import card_token
from kiosk.domain.client import Client
from kiosk.domain.ids import ClientRef, Language
from kiosk.keys.keyring import Keyring
from kiosk.settings.file import load
from tests.cardreader.cards import pan, track_1, track_2
from tests.security.traces import files, found
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine
from tests.support.waiting import until
from tests.support.window import Window

COMES, STAYS_AWAY = pan("6213948572061475", 19), pan("520473916283509", 16)
HERE = Client(ClientRef("c41d97a0e6b3f258"), "Jane Sample", "Sample", language=Language("en"))
AWAY = Client(ClientRef("2ad6e8137b90c54f"), "John Sample", "Sample", language=Language("en"))
READER = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "{reader}"
"""


def swiped(window: Window, line: SerialLine, number: str) -> str:
    """In which language the services are shown; the branch's first one is nobody's here."""
    time.sleep(ONE_READING + 0.3)  # the same card sooner would be the same reading
    window.shows(lambda screen: screen["kind"] == "idle", "nobody")
    line.write((track_1(number) + track_2(number)).encode() + b"\r")
    window.shows(lambda screen: screen["kind"] == "services", "services")
    language = "en" if "Cash" in json.dumps(window.screen, ensure_ascii=False) else "zh"
    window.touch("cancel")
    return language


@pytest.mark.timeout(120)
def test_the_key_is_changed_while_the_branch_serves(tmp_path: Path) -> None:
    with SerialLine(tmp_path, "ttyReader") as line:
        branch = RunningBranch(tmp_path, READER.format(reader=line.port))
        branch.enrol(COMES, HERE)
        branch.enrol(STAYS_AWAY, AWAY)
        keys = Keyring.of(load(branch.config), branch.var)
        old = keys.card_key().present
        with (
            branch,
            Window(branch.http, branch.token("window-touch", "display"), "touch") as window,
        ):
            assert swiped(window, line, COMES) == "en"
            began = branch.kiosk("cards", "rotate-key", "begin", "--days", "90")
            assert "the former one counts until" in began
            assert "known by the former key alone: cards 2, documents 0" in began
            new = keys.card_key().present
            assert keys.card_key().former == old
            with pytest.raises(subprocess.CalledProcessError) as refused:
                branch.kiosk("cards", "rotate-key", "begin")
            assert "end that change first" in refused.value.stderr

            assert swiped(window, line, COMES) == "en"
            assert swiped(window, line, COMES) == "en"
            enrolled = branch.kiosk("cards", "token", text=COMES).split()[0]
            assert enrolled == card_token(Pan(COMES), new)

            status = branch.kiosk("cards", "rotate-key", "status")
            assert "known by the former key alone: cards 1, documents 0" in status

            saved = tmp_path / "branch.backup"
            branch.kiosk("backup", str(saved))
            with tarfile.open(saved) as archive:
                kept = set(archive.getnames())
            saved.unlink()
            names = ("card.key", "former-card.key", "card-key-rotation.json")
            assert kept >= {f"secrets/{name}" for name in names}

            ended = branch.kiosk("cards", "rotate-key", "end")
            assert "to be enrolled again: cards 1, documents 0" in ended
            assert keys.card_key().former is None
            assert swiped(window, line, COMES) == "en"
            assert swiped(window, line, STAYS_AWAY) == "zh"  # known to nobody any more
            until(lambda: changes(branch) == ["begun", "ended"], "end on record", 30)
        rekeyed = [fact for fact in facts(branch) if fact["type"] == "kiosk.client.rekeyed.v1"]
        assert [fact["subject"] for fact in rekeyed] == [HERE.reference]
    assert not (branch.var / "secrets" / "former-card.key").exists()
    log = branch.kiosk("log", "export")
    secrets = [COMES, STAYS_AWAY, old.hex(), new.hex()]
    secrets += [card_token(Pan(one), key) for one in (COMES, STAYS_AWAY) for key in (old, new)]
    output = branch.output.read_text()
    assert not [one for one in secrets if one in log or one in output]
    assert not found([COMES, STAYS_AWAY], files(tmp_path))


def facts(branch: RunningBranch) -> list[dict[str, object]]:
    return [json.loads(line) for line in branch.kiosk("log", "export").splitlines()]


def changes(branch: RunningBranch) -> list[object]:
    told = [fact["data"] for fact in facts(branch) if fact["type"] == "kiosk.key.changed.v1"]
    return [one["change"] for one in told if isinstance(one, dict)]
