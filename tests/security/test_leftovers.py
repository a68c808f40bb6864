"""The search through what tests left finds what was left, in every form, and nothing else."""

import base64
import contextlib
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.cardreader.simulator import sample_cards
from tests.cardreader.cards import GOLD
from tests.guards import FIXTURE
from tests.security.leftovers import left_in, main

CARD = sample_cards()["visa"].tracks()[1].strip(";").split("=")[0]
pytestmark = pytest.mark.card_numbers_in_fixture

PLANTED: dict[str, Callable[[str], bytes]] = {
    "plain": lambda number: f"card {number} swiped".encode(),
    "spaced": lambda number: " ".join(number[at : at + 4] for at in range(0, 19, 4)).encode(),
    "dashed": lambda number: "-".join(
        number[at : at + 4] for at in range(0, len(number), 4)
    ).encode(),
    "two bytes a character": lambda number: number.encode("utf-16"),
    "packed": lambda number: b"\x01" + bytes.fromhex(number.ljust(20, "0")),
    "hexadecimal": lambda number: number.encode().hex().upper().encode(),
    "base64": lambda number: base64.b64encode(f"%B{number}^".encode()),
}


@pytest.mark.parametrize("form", PLANTED)
@pytest.mark.parametrize("number", [CARD, GOLD], ids=["16 digits", "19 digits"])
def test_a_planted_card_number_is_found(tmp_path: Path, form: str, number: str) -> None:
    file = tmp_path / "deep" / "down" / "core.1234"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\0\xff before " + PLANTED[form](number).rstrip() + b" after\xff\n")
    [found] = left_in(tmp_path)
    assert found == f"deep/down/core.1234: card …{number[-4:]} {form}"


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        *((name, "utf-8") for name in ("张样例", "Образцов Иван Иванович", "Jane Sample")),
        ("Jane Sample", "utf-16-le"),
        ("张样例", "gb18030"),
        ("12000000003", "utf-8"),
    ],
)
def test_a_planted_name_or_phone_is_found(tmp_path: Path, text: str, coding: str) -> None:
    (tmp_path / "feed.json").write_bytes(f"greeting {text}!".encode(coding))
    [found] = left_in(tmp_path)
    assert found.startswith("feed.json: ")
    assert text not in found


def test_rows_of_databases_and_members_of_archives_are_searched(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "some.db")) as database:
        database.execute("CREATE TABLE card (number INTEGER)")
        database.execute("INSERT INTO card VALUES (?)", (int(CARD),))
        database.commit()
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("journal.txt", f"{CARD} " * 100)
    found = left_in(tmp_path)
    assert f"some.db: card …{CARD[-4:]} plain" in found
    assert f"bundle.zip: card …{CARD[-4:]} plain" in found


def test_names_may_be_in_the_clients_database_and_card_numbers_not_even_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "clients.db-wal").write_bytes("张样例".encode())
    assert left_in(tmp_path) == []
    (tmp_path / "clients.db-wal").write_bytes(f"张样例 {CARD}".encode())
    assert left_in(tmp_path) == [f"clients.db-wal: card …{CARD[-4:]} plain"]


def test_what_a_test_wrote_itself_is_passed_over(tmp_path: Path) -> None:
    mine = tmp_path / "test_a_reader_0"
    mine.mkdir()
    (mine / FIXTURE).touch()
    (mine / "swipes.txt").write_text(CARD)
    assert left_in(tmp_path) == []
    (tmp_path / "swipes.txt").write_text(CARD)
    assert len(left_in(tmp_path)) == 1


def test_other_numbers_and_people_are_nobodys(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("4000012345678901 张样 Jane Samp 1200000000 62001\n" * 9)
    assert left_in(tmp_path) == []


def test_the_command_fails_when_something_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["leftovers", str(tmp_path)])
    assert main() == 0
    (tmp_path / "log.txt").write_text(CARD)
    assert main() == 1
    assert CARD not in capsys.readouterr().out
