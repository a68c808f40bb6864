"""The clients' file: an older program's goes forward and is copied first, a newer one's is refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.schema import bring_up_to_date
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken
from kiosk.identities import Scheme
from kiosk.ports import DirectoryUnavailable
from tests.support.keys import always

KEY = b"a document key of the tests"
TOKEN = CardToken("t" * 64)

FIRST_VERSION = """
    CREATE TABLE client (
        reference TEXT PRIMARY KEY, name TEXT NOT NULL, surname TEXT NOT NULL, sex TEXT NOT NULL,
        language TEXT, assets INTEGER, grade TEXT, complaints INTEGER NOT NULL, birthday TEXT
    ) STRICT;
    CREATE TABLE card (
        token TEXT PRIMARY KEY,
        reference TEXT NOT NULL REFERENCES client (reference) ON DELETE CASCADE,
        scheme TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE document (
        digest TEXT NOT NULL,
        reference TEXT NOT NULL REFERENCES client (reference) ON DELETE CASCADE,
        PRIMARY KEY (digest, reference)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO client VALUES ('c-1', '张样例', '张', 'f', 'zh', 260000, 'gold', 0, NULL);
    INSERT INTO card VALUES (printf('%.64c', 't'), 'c-1', 'unionpay');
"""
"""What the first step made, as far as the later ones touch it."""
NOTED = """
    CREATE TABLE _sqlite_migrations (
        id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT
    );
    INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('clients', '0001 the first');
"""
"""How programs of that time noted their steps."""
LATER = """
    INSERT INTO _sqlite_migrations (migration_set, name)
    VALUES ('clients', '0002'), ('clients', '0003'), ('clients', '0004 shoe sizes');
"""


def columns(file: Path, table: str) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}


def written(file: Path, *scripts: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for script in scripts:
            connection.executescript(script)


@pytest.mark.parametrize("noted", [NOTED, "PRAGMA user_version = 1"], ids=["noted", "numbered"])
async def test_what_an_older_program_wrote_goes_forward_and_is_copied_first(
    file: Path, noted: str
) -> None:
    written(file, FIRST_VERSION, noted)
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        await directory.open()
        found = await directory.find(TOKEN)
    assert found
    assert found.reference == "c-1"
    copy = file.with_name("clients.db.v1")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "former" in columns(file, "card")
    assert "former" not in columns(copy, "card")
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("SELECT reference FROM client").fetchall() == [("c-1",)]


async def test_an_older_programs_file_has_the_tables_of_a_new_one(
    file: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.db"
    for path in (file, new):
        if path is file:
            written(file, FIRST_VERSION, NOTED)
        async with EmbeddedDirectory(path, always(KEY)) as directory:
            await directory.open()
    for table in ("client", "card", "document", "erased"):
        assert columns(file, table) == columns(new, table)


async def test_a_file_that_is_up_to_date_is_not_copied(file: Path, zhang: Client) -> None:
    for _ in range(2):
        async with EmbeddedDirectory(file, always(KEY)) as directory:
            await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    assert not list(file.parent.glob("clients.db.v*"))


@pytest.mark.parametrize(
    "later",
    [
        "PRAGMA user_version = 99",
        NOTED + LATER,
    ],
    ids=["numbered", "noted"],
)
async def test_a_newer_programs_file_is_refused_in_clear_words_and_left_as_it_is(
    file: Path, later: str
) -> None:
    written(file, "PRAGMA journal_mode = WAL", FIRST_VERSION, later)
    before = file.read_bytes()
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        with pytest.raises(
            DirectoryUnavailable, match=r"clients\.db was written by a newer program"
        ):
            await directory.open()
        with pytest.raises(DirectoryUnavailable, match="newer program"):
            await directory.find(TOKEN)
    assert file.read_bytes() == before


def test_a_step_that_fails_is_not_taken_and_those_before_it_stay(file: Path) -> None:
    written(file, FIRST_VERSION, "CREATE TABLE erased (a)", "PRAGMA user_version = 1")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="erased"):
            bring_up_to_date(connection, file)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert "seen" not in columns(file, "client")
