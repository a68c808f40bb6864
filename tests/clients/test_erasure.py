"""A client who was erased is in no byte of the database; a row without personal data says so."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.erasure import NotErased, erase, erase_unseen, told, untold
from kiosk.clients.phone import PhoneKind
from kiosk.clients.seen import SeenClients
from kiosk.domain.client import Client
from kiosk.domain.events import SYSTEM, Actor
from kiosk.domain.ids import CardToken, ClientRef
from kiosk.identities import Document, Phone, Reference, Scheme

BY = Actor("command", "uid-1000")
TOKENS = [CardToken(sign * 64) for sign in "ab"]
PHONE = Phone("12604857193")
DOCUMENT = Document("SAMPLE 77")


async def enrol(directory: EmbeddedDirectory, client: Client) -> None:
    cards = dict.fromkeys(TOKENS, Scheme.UNIONPAY)
    phones = [(PhoneKind.MOBILE, PHONE)]
    await directory.add_client(client, cards=cards, phones=phones, documents=[DOCUMENT])


def left(file: Path) -> bytes:
    return b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


async def test_no_byte_is_left_while_the_branch_goes_on(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await enrol(directory, zhang)
    await enrol(directory, replace(zhang, name="张旧样例"))  # an earlier name
    await enrol(directory, zhang)
    other = replace(zhang, reference=ClientRef("2222"), name="Jane Sample", surname="Sample")
    await directory.add_client(other, phones=[(PhoneKind.MOBILE, PHONE)])
    traces = ["张样例", "张旧样例", *TOKENS]
    assert all(trace.encode() in left(file) for trace in ("张样例", *TOKENS))
    erasure = await asyncio.to_thread(erase, file, zhang.reference, BY)
    assert [trace for trace in traces if trace.encode() in left(file)] == []
    assert (erasure.client, erasure.by) == (zhang.reference, BY)
    assert (erasure.cards, erasure.phones, erasure.documents) == (2, 1, 1)
    assert abs(erasure.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert await directory.find(TOKENS[0]) is None
    assert await directory.find(PHONE) == other, "the same phone is hers alone now"
    assert untold(file) == [erasure]
    told(file, erasure)
    assert untold(file) == []


async def test_copies_of_an_older_program_are_cleaned_too(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await enrol(directory, zhang)
    copy = file.with_name("clients.db.v1")
    with closing(sqlite3.connect(file)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    erase(file, zhang.reference, BY)
    assert zhang.name.encode() not in left(file)


async def test_a_copy_that_nobody_may_change_is_told(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await enrol(directory, zhang)
    copy = file.with_name("clients.db.put-aside")
    with closing(sqlite3.connect(file)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    with pytest.raises(NotErased, match=r"clients\.db\.put-aside still has traces"):
        erase(file, zhang.reference, BY)
    copy.unlink()


async def test_a_reader_who_stays_is_waited_for_and_then_told(
    directory: EmbeddedDirectory, file: Path, zhang: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.clients.erasure.PATIENCE", 0.1)
    await enrol(directory, zhang)
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM client").fetchall()
        with pytest.raises(NotErased, match=r"again|next erasure"):
            erase(file, zhang.reference, BY)
    assert await directory.find(TOKENS[0]) is None, "erased all the same"
    await enrol(directory, replace(zhang, reference=ClientRef("3333"), name="X", surname="X"))
    erase(file, ClientRef("3333"), BY)
    assert zhang.name.encode() not in left(file)


async def test_who_is_not_there_is_told_apart_from_who_was(
    directory: EmbeddedDirectory, file: Path, zhang: Client, tmp_path: Path
) -> None:
    await enrol(directory, zhang)
    with pytest.raises(NotErased, match="there is no client nobody"):
        erase(file, ClientRef("nobody"), BY)
    erase(file, zhang.reference, BY)
    with pytest.raises(NotErased, match=r"1f0c was erased before, at 20"):
        erase(file, zhang.reference, BY)
    with pytest.raises(NotErased, match="there is no clients database"):
        erase(tmp_path / "elsewhere.db", zhang.reference, BY)
    assert untold(tmp_path / "elsewhere.db") == []


async def test_whom_nobody_asked_for_in_so_many_days_is_erased(
    directory: EmbeddedDirectory, file: Path, zhang: Client
) -> None:
    await enrol(directory, zhang)
    other = replace(zhang, reference=ClientRef("2222"))
    await directory.add_client(other)
    assert erase_unseen(file, 30, SYSTEM) == [], "those of before count from today on"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE client SET seen = date('now', '-31 days')")
    seen = SeenClients(directory, file)
    assert await seen.find(TOKENS[0]) == zhang
    for _ in range(2):
        seen.note()
    assert not file.with_name("clients.db-wal").read_bytes()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "UPDATE client SET seen = date('now', '-30 days') WHERE reference = ?",
            (zhang.reference,),
        )
    [erasure] = erase_unseen(file, 30, SYSTEM)
    assert (erasure.client, erasure.by) == ("2222", SYSTEM)
    assert await directory.find(Reference(zhang.reference)) == zhang
