"""R5: a client directory that is slow, gone or not to be understood, as a branch meets it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.cardreader.simulator import sample_cards
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.samples import enrol_samples
from kiosk.ports import DirectoryUnavailable
from kiosk.soak.troubleddirectory import TroubledDirectory
from tests.domain.day import MONDAY
from tests.support.keys import always

KEY = b"a key of the tests"
CARD = sample_cards()["gold"]
TOKEN = CARD.token(KEY)
HOLD_UP = """
import sys
from pathlib import Path
from kiosk.soak.troubleddirectory import TroubledDirectory
TroubledDirectory(Path(sys.argv[1])).hold_up()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clients.db"


@pytest.fixture
async def directory(file: Path) -> AsyncIterator[EmbeddedDirectory]:
    async with EmbeddedDirectory(file, always(KEY)) as directory:
        await directory.open()
        await enrol_samples(directory, {"gold": (TOKEN, CARD.scheme)}, MONDAY)
        yield directory


@contextmanager
def held_up(file: Path) -> Iterator[None]:
    """By another process: one's own locks keep nobody waiting."""
    command = [sys.executable, "-c", HOLD_UP, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        yield


async def test_r5_who_is_held_up_gets_the_answer_afterwards(
    directory: EmbeddedDirectory, file: Path
) -> None:
    with held_up(file):
        inquiry = asyncio.create_task(directory.find(TOKEN))
        done, _ = await asyncio.wait([inquiry], timeout=0.8)
        assert not done, "no slower than anybody waits at a kiosk"
    found = await inquiry
    assert found
    assert found.grade == "gold"


async def test_r5_who_comes_anew_while_it_is_held_up_is_told_that_it_is_locked(
    directory: EmbeddedDirectory, file: Path
) -> None:
    await directory.close()
    with held_up(file), pytest.raises(DirectoryUnavailable, match="locked"):
        await directory.find(TOKEN)
    assert await directory.find(TOKEN)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [(TroubledDirectory.take_away, "missing"), (TroubledDirectory.damage, "damaged")],
)
async def test_r5_what_is_gone_or_damaged_is_as_before_when_it_is_back(
    directory: EmbeddedDirectory,
    file: Path,
    trouble: Callable[[TroubledDirectory], None],
    says: str,
) -> None:
    troubled = TroubledDirectory(file)
    before = await directory.find(TOKEN)
    trouble(troubled)
    with pytest.raises(DirectoryUnavailable, match=says):
        await directory.find(TOKEN)
    troubled.bring_back()
    assert before
    assert await directory.find(TOKEN) == before
