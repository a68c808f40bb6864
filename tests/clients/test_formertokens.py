"""How many are still known by the former card key alone."""

from pathlib import Path

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.formertokens import FormerTokens, former_tokens, mark_former
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken
from kiosk.identities import CardTokens, Document, Scheme
from kiosk.ports import DirectoryUnavailable
from tests.support.keys import always

OLD, NEW = b"o" * 32, b"n" * 32
CARD = CardTokens(CardToken("n1"), CardToken("o1"))
PASSPORT = Document("SAMPLE 001")


async def test_whoever_comes_and_whoever_is_enrolled_meanwhile_is_no_longer_counted(
    file: Path, zhang: Client, stranger: Client
) -> None:
    async with EmbeddedDirectory(file, always(OLD)) as directory:
        cards = {CARD.former: Scheme.VISA, CardToken("o2"): Scheme.UNIONPAY}
        await directory.add_client(zhang, cards=cards, documents=[PASSPORT])
    assert former_tokens(file) == FormerTokens()
    mark_former(file)
    assert former_tokens(file) == FormerTokens(cards=2, documents=1)
    async with EmbeddedDirectory(file, always(NEW, OLD)) as directory:
        assert await directory.find(CARD) == zhang
        assert former_tokens(file) == FormerTokens(cards=1, documents=1)
        await directory.add_client(stranger, cards={CardToken("n3"): Scheme.VISA})
        assert await directory.find(PASSPORT) == zhang
    assert former_tokens(file) == FormerTokens(cards=1, documents=0)


def test_where_no_clients_are_kept_nobody_is_counted_and_no_file_is_made(tmp_path: Path) -> None:
    mark_former(tmp_path / "clients.db")
    assert former_tokens(tmp_path / "clients.db") == FormerTokens()
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_said_to_be(file: Path) -> None:
    file.write_bytes(b"no database at all" * 100)
    for ask in (mark_former, former_tokens):
        with pytest.raises(DirectoryUnavailable, match="is damaged: put a backup in its place"):
            ask(file)
