"""While the card key is changed: everybody is still known, and enters under the present key."""

import sqlite3
from contextlib import closing
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.documents import document_tokens
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken, ClientRef
from kiosk.identities import CardTokens, Document, Identity, Scheme
from kiosk.keys.changing import ChangingKey
from tests.support.keys import always

OLD, NEW = b"o" * 32, b"n" * 32
CHANGING = ChangingKey(NEW, OLD)
CARD = CardTokens(CardToken("n1"), CardToken("o1"))
NUMBER = "SAMPLE 001"


def read(number: str, key: ChangingKey) -> Identity:
    """What a reader makes of an identity card."""
    return document_tokens(number, key)


async def enrolled(file: Path, *clients: Client) -> None:
    """Clients of the time before, the first with card and document, others with the document alone."""
    async with EmbeddedDirectory(file, always(OLD)) as directory:
        for client in clients:
            cards = {CARD.former: Scheme.UNIONPAY} if client is clients[0] else {}
            await directory.add_client(client, cards=cards, documents=[Document(NUMBER)])


def tokens(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {row[0] for row in database.execute("SELECT token FROM card")}


async def test_a_card_of_before_is_known_at_once_and_by_the_present_key_the_second_time(
    file: Path, zhang: Client
) -> None:
    await enrolled(file, zhang)
    told: list[ClientRef] = []
    async with EmbeddedDirectory(file, always(NEW, OLD), told.append) as directory:
        assert await directory.find(CARD) == zhang
        assert told == [zhang.reference]
        assert tokens(file) == {CARD.present}
        assert await directory.find(CARD) == zhang
        assert await directory.find(CARD.present) == zhang
        assert await directory.find(CARD.former) is None
        assert told == [zhang.reference]


async def test_the_former_key_opens_nothing_any_more_when_it_has_ended(
    file: Path, zhang: Client
) -> None:
    await enrolled(file, zhang)
    async with EmbeddedDirectory(file, always(NEW)) as directory:
        assert await directory.find(CARD.present) is None
        assert tokens(file) == {CARD.former}


@pytest.mark.parametrize("typed", [True, False])
async def test_documents_are_brought_along(file: Path, zhang: Client, typed: bool) -> None:
    await enrolled(file, zhang)
    async with EmbeddedDirectory(file, always(NEW, OLD)) as directory:
        shown = Document(NUMBER) if typed else read(NUMBER, CHANGING)
        assert await directory.find(shown) == zhang
    async with EmbeddedDirectory(file, always(NEW)) as directory:
        assert await directory.find(Document(NUMBER)) == zhang
        assert await directory.find(read(NUMBER, ChangingKey(NEW))) == zhang
        assert await directory.find(read(NUMBER, ChangingKey(OLD))) is None


async def test_a_document_of_two_clients_is_brought_along_for_both(
    file: Path, zhang: Client, stranger: Client
) -> None:
    """Neither is told apart by it, before and afterwards (CRM-13)."""
    await enrolled(file, zhang, stranger)
    told: list[ClientRef] = []
    async with EmbeddedDirectory(file, always(NEW, OLD), told.append) as directory:
        assert await directory.find(Document(NUMBER)) is None
    with closing(sqlite3.connect(file)) as database:
        digests = database.execute("SELECT DISTINCT digest FROM document").fetchall()
    assert digests == [(document_tokens(NUMBER, ChangingKey(NEW)).digest,)]
    assert told == []


async def test_who_was_enrolled_meanwhile_is_under_the_present_key(
    file: Path, zhang: Client
) -> None:
    async with EmbeddedDirectory(file, always(NEW, OLD)) as directory:
        cards = {CARD.present: Scheme.VISA}
        await directory.add_client(zhang, cards=cards, documents=[Document(NUMBER)])
    async with EmbeddedDirectory(file, always(NEW)) as directory:
        assert await directory.find(Document(NUMBER)) == zhang
        assert await directory.find(CARD.present) == zhang


async def test_a_directory_that_cannot_be_written_knows_everybody_all_the_same(
    file: Path, zhang: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await enrolled(file, zhang)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        told: list[ClientRef] = []
        async with EmbeddedDirectory(file, always(NEW, OLD), told.append) as directory:
            assert await directory.find(CARD) == zhang
        assert told == []
    assert "a client stays under the former key: SQLITE_BUSY" in caplog.text
    assert CARD.former not in caplog.text
    async with EmbeddedDirectory(file, always(NEW, OLD)) as directory:
        assert await directory.find(CARD) == zhang
        assert await directory.find(CARD.present) == zhang


STEPS = st.lists(st.tuples(st.sampled_from(["card", "enrol"]), st.integers(0, 4)), max_size=12)


@settings(max_examples=40, deadline=None)
@given(before=st.sets(st.integers(0, 4)), meanwhile=STEPS, after=st.permutations(range(5)))
async def test_after_the_change_those_are_known_who_came_and_nobody_is_somebody_else(
    tmp_path_factory: pytest.TempPathFactory,
    before: set[int],
    meanwhile: list[tuple[str, int]],
    after: list[int],
) -> None:
    """Any people with cards of before, any order of visits and enrolments."""
    file = tmp_path_factory.mktemp("rekeying") / "clients.db"
    people = [Client(ClientRef(f"c{n}"), "某", "某") for n in range(5)]
    cards = [CardTokens(CardToken(f"n{n}"), CardToken(f"o{n}")) for n in range(5)]
    async with EmbeddedDirectory(file, always(OLD)) as directory:
        await directory.open()
        for n in before:
            await directory.add_client(people[n], cards={cards[n].former: Scheme.VISA})
    known, present = set(before), set[int]()
    async with EmbeddedDirectory(file, always(NEW, OLD)) as directory:
        for step, n in meanwhile:
            if step == "enrol":
                await directory.add_client(people[n], cards={cards[n].present: Scheme.VISA})
                known.add(n)
            found = await directory.find(cards[n])
            assert found == (people[n] if n in known else None)
            present |= {n} & known
    async with EmbeddedDirectory(file, always(NEW)) as directory:
        for n in after:
            found = await directory.find(cards[n].present)
            assert found == (people[n] if n in present else None)
