"""The embedded directory: who is found, what lies in the file, and what breaks it."""

import asyncio
import shutil
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.phone import PhoneKind
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken
from kiosk.identities import Document, Phone, Reference, Scheme
from kiosk.ports import DirectoryUnavailable
from tests.support.keys import always

KEY = b"a document key of the tests"
TOKEN = CardToken("5e" * 32)
OTHER_TOKEN = CardToken("a7" * 32)
MOBILE = (PhoneKind.MOBILE, Phone("12000000001"))
WORK = (PhoneKind.WORK, Phone("12000000001"))


async def test_every_field_comes_back(
    directory: EmbeddedDirectory, zhang: Client, stranger: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    await directory.add_client(stranger, cards={OTHER_TOKEN: Scheme.VISA})
    assert await directory.find(TOKEN) == zhang
    assert await directory.find(OTHER_TOKEN) == stranger


async def test_a_client_may_have_several_cards_phones_and_documents(
    directory: EmbeddedDirectory, zhang: Client
) -> None:
    await directory.add_client(
        zhang,
        cards={TOKEN: Scheme.UNIONPAY, OTHER_TOKEN: Scheme.MIR},
        phones=[MOBILE, (PhoneKind.WORK, Phone("4950000000"))],
        documents=[Document("SAMPLE001"), Document("SAMPLE002")],
    )
    for identity in (
        TOKEN,
        OTHER_TOKEN,
        Phone("12000000001"),
        Phone("4950000000"),
        Document("SAMPLE001"),
        Document("SAMPLE002"),
        Reference(zhang.reference),
    ):
        assert await directory.find(identity) == zhang, identity


async def test_adding_again_changes_the_client_and_keeps_the_cards(
    directory: EmbeddedDirectory, zhang: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY}, phones=[MOBILE])
    richer = replace(zhang, assets=900_000, complaints=0, grade=None)
    await directory.add_client(richer)
    assert await directory.find(TOKEN) == richer
    assert await directory.find(Phone("12000000001")) == richer


async def test_a_card_given_to_another_client_is_that_ones(
    directory: EmbeddedDirectory, zhang: Client, stranger: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    await directory.add_client(stranger, cards={TOKEN: Scheme.UNIONPAY})
    assert await directory.find(TOKEN) == stranger


async def test_one_number_of_two_kinds_is_still_one_person(
    directory: EmbeddedDirectory, zhang: Client
) -> None:
    await directory.add_client(zhang, phones=[MOBILE, WORK])
    assert await directory.find(Phone("12000000001")) == zhang


@pytest.mark.parametrize(
    "typed", ["12000000001", "8612000000001", "+86 120 0000 0001", "0086-120-0000-0001"]
)
async def test_a_phone_is_found_however_it_is_typed(
    directory: EmbeddedDirectory, zhang: Client, typed: str
) -> None:
    await directory.add_client(zhang, phones=[MOBILE])
    assert await directory.find(Phone(typed)) == zhang


@pytest.mark.parametrize("typed", ["00000X", "0000 0x", "0000-0X", "00000\uff38"])
async def test_a_document_is_found_however_it_is_typed(
    directory: EmbeddedDirectory, zhang: Client, typed: str
) -> None:
    await directory.add_client(zhang, documents=[Document("00000X")])
    assert await directory.find(Document(typed)) == zhang


async def test_a_client_that_the_tables_refuse_is_not_kept_in_part(
    directory: EmbeddedDirectory, zhang: Client
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await directory.add_client(replace(zhang, complaints=-1), cards={TOKEN: Scheme.VISA})
    assert await directory.find(TOKEN) is None


async def test_the_file_is_its_owners_alone(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    assert modes == {"clients.db": 0o600, "clients.db-shm": 0o600, "clients.db-wal": 0o600}


async def test_a_file_that_others_may_read_is_taken_back(file: Path) -> None:
    file.touch(0o644)
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        await directory.open()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_no_document_number_lies_in_the_file(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, documents=[Document("SAMPLE 197103")])
    await directory.close()
    content = file.read_bytes()
    assert "张样例".encode() in content
    assert b"197103" not in content


async def test_another_document_key_finds_nobody(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, documents=[Document("SAMPLE001")])
    async with EmbeddedDirectory(file, always(b"another key")) as stranger_to_it:
        assert await stranger_to_it.find(Document("SAMPLE001")) is None


async def test_clients_outlive_the_process(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    await directory.close()
    async with EmbeddedDirectory(file, always(KEY)) as restarted:
        await restarted.open()
        assert await restarted.find(TOKEN) == zhang


async def test_close_may_be_repeated_and_a_lookup_opens_again(
    directory: EmbeddedDirectory, zhang: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    await directory.close()
    await directory.close()
    assert repr(directory).endswith("closed>")
    assert await directory.find(TOKEN) == zhang
    assert repr(directory).endswith("open>")


async def test_a_missing_file_is_not_taken_for_an_empty_one(file: Path) -> None:
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        with pytest.raises(DirectoryUnavailable, match="missing: put a backup"):
            await directory.find(TOKEN)
    assert not file.exists()


async def test_it_heals_when_a_lost_file_comes_back(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    away = file.with_name("away.db")
    await directory.close()
    file.rename(away)
    with pytest.raises(DirectoryUnavailable, match="missing"):
        await directory.find(TOKEN)
    away.rename(file)
    assert await directory.find(TOKEN) == zhang


async def test_a_file_deleted_under_it_is_noticed(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    file.unlink()
    with pytest.raises(DirectoryUnavailable, match="missing"):
        await directory.find(TOKEN)


async def test_a_restored_backup_answers_at_once(
    directory: EmbeddedDirectory, file: Path, zhang: Client, stranger: Client
) -> None:
    backup = file.with_name("backup.db")
    async with EmbeddedDirectory(backup, always(KEY)) as other:
        await other.add_client(stranger, cards={TOKEN: Scheme.UNIONPAY})
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    assert await directory.find(TOKEN) == zhang
    backup.replace(file)
    assert await directory.find(TOKEN) == stranger


@pytest.mark.parametrize("damage", [b"not a database at all, " * 400, b"SQLite format 3\0" * 600])
async def test_a_damaged_file_says_so_and_heals(
    directory: EmbeddedDirectory, file: Path, zhang: Client, damage: bytes
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    await directory.close()
    good = shutil.copy(file, file.with_name("good.db"))
    file.write_bytes(damage)
    with pytest.raises(DirectoryUnavailable, match="damaged: put a backup"):
        await directory.find(TOKEN)
    file.write_bytes(Path(good).read_bytes())
    assert await directory.find(TOKEN) == zhang


async def test_a_locked_file_says_so_keeps_the_loop_free_and_heals(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    await directory.close()
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("UPDATE client SET complaints = complaints")
        waiting = asyncio.create_task(directory.find(TOKEN))
        turns = 0
        while not waiting.done():
            await asyncio.sleep(0.01)
            turns += 1
        with pytest.raises(DirectoryUnavailable, match="locked by another program"):
            await waiting
        assert turns > 5
    other.close()
    assert await directory.find(TOKEN) == zhang


async def test_a_write_elsewhere_does_not_hold_up_a_lookup(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE client SET complaints = 9")
    assert await directory.find(TOKEN) == zhang
    other.close()


async def test_a_write_that_is_kept_out_keeps_nothing(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DirectoryUnavailable, match="locked"):
        await directory.add_client(zhang, cards={TOKEN: Scheme.UNIONPAY})
    other.close()
    assert await directory.find(TOKEN) is None


async def test_an_unreachable_folder_is_unavailable(tmp_path: Path) -> None:
    async with EmbeddedDirectory(tmp_path / "not mounted" / "clients.db", always(KEY)) as directory:
        with pytest.raises(DirectoryUnavailable):
            await directory.open()


async def test_no_error_and_no_repr_names_a_person(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await directory.add_client(zhang, phones=[MOBILE], documents=[Document("SAMPLE001")])
    assert "张" not in repr(directory)
    file.unlink()
    for identity in (Phone("12000000001"), Document("SAMPLE001")):
        with pytest.raises(DirectoryUnavailable) as caught:
            await directory.find(identity)
        assert "12000000001" not in str(caught.value)
        assert "SAMPLE001" not in str(caught.value)
