"""The clients' file: an older program's goes forward and is copied first, a newer one's is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.schema import MIGRATIONS
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken
from kiosk.identities import Scheme
from kiosk.ports import DirectoryUnavailable
from tests.support.keys import always

KEY = b"a document key of the tests"
TOKEN = CardToken("t" * 64)
LATER = "9999 shoe sizes"


@pytest.fixture
def newer_program() -> Iterator[None]:
    """Between now and the end, this program has one step more."""
    before = list(MIGRATIONS._migrations)

    @MIGRATIONS(name=LATER)
    def _shoes(database: Database) -> None:
        database.execute("ALTER TABLE client ADD COLUMN shoe INTEGER")

    yield
    MIGRATIONS._migrations[:] = before


async def kept(file: Path, zhang: Client) -> None:
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})


async def test_what_an_older_program_wrote_goes_forward_and_is_copied_first(
    file: Path, zhang: Client, request: pytest.FixtureRequest
) -> None:
    await kept(file, zhang)
    request.getfixturevalue("newer_program")
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        await directory.open()
    copy = file.with_name("clients.db.v3")
    assert copy.stat().st_mode & 0o777 == 0o600
    with Database(file) as now, Database(copy) as before:
        assert "shoe" in now.table("client").columns_dict
        assert "shoe" not in before.table("client").columns_dict
        assert [row["reference"] for row in before.table("client").rows] == [zhang.reference]


async def test_a_file_that_is_up_to_date_is_not_copied(file: Path, zhang: Client) -> None:
    for _ in range(2):
        await kept(file, zhang)
    assert not list(file.parent.glob("clients.db.v*"))


async def test_a_newer_programs_file_is_refused_in_clear_words_and_left_as_it_is(
    file: Path, zhang: Client
) -> None:
    await kept(file, zhang)
    with Database(file) as newer:
        newer.table("_sqlite_migrations").insert(
            {"migration_set": "clients", "name": LATER, "applied_at": ""}
        )
    before = file.read_bytes()
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        with pytest.raises(
            DirectoryUnavailable, match=r"clients\.db was written by a newer program"
        ):
            await directory.open()
        with pytest.raises(DirectoryUnavailable, match="newer program"):
            await directory.find(TOKEN)
    assert file.read_bytes() == before
