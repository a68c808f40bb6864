"""A directory in a file of its own, and a client to put into it."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.domain.client import Client
from kiosk.domain.ids import ClientRef, Language
from tests.support.keys import always

KEY = b"a document key of the tests"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clients.db"


@pytest.fixture
async def directory(file: Path) -> AsyncIterator[EmbeddedDirectory]:
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        await directory.open()
        yield directory


@pytest.fixture
def zhang() -> Client:
    return Client(
        reference=ClientRef("1f0c"),
        name="张样例",
        surname="张",
        sex="f",
        language=Language("zh"),
        assets=260_000,
        grade="gold",
        complaints=1,
        birthday=date(1971, 3, 8),
    )


@pytest.fixture
def stranger() -> Client:
    """Nothing is known but a name."""
    return Client(reference=ClientRef("2e9b"), name="Jane Sample", surname="Sample")
