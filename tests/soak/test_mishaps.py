"""What a soak notices when a branch says nothing of a mishap, or doesn't heal."""

import asyncio
from random import Random

import pytest

from kiosk.soak import mishaps
from kiosk.soak.crowd import Diary
from kiosk.soak.mishaps import Mishap, Mishaps
from kiosk.tasks import end
from tests.support.eventually import until


class Branch:
    """What it says of its devices."""

    def __init__(self) -> None:
        self.faults: set[str] = set()

    async def told(self) -> set[str]:
        return set(self.faults)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mishap's course in milliseconds."""
    monkeypatch.setattr(mishaps, "LASTS", (0.001, 0.002))
    monkeypatch.setattr(mishaps, "LOOK_EVERY", 0.001)
    for patience in ("TOLD_WITHIN", "HEALED_WITHIN"):
        monkeypatch.setattr(mishaps, patience, 0.02)


async def diary_of(mishap: Mishap, branch: Branch, times: int) -> Diary:
    """What is in it when the mishap has come so often."""
    diary = Diary()
    running = asyncio.create_task(
        Mishaps([mishap], branch.told, diary, Random(1), every=0.001).run()
    )
    await until(lambda: diary.happened[mishap.name] > times)
    await end(running)
    return diary


async def test_what_is_told_and_heals_is_no_fault() -> None:
    branch = Branch()
    jam = Mishap(
        "jam", lambda: branch.faults.add("slip"), lambda: branch.faults.remove("slip"), "slip"
    )
    diary = await diary_of(jam, branch, 3)
    assert diary.faults == []
    assert len(diary.took["healing"]) >= 3
    assert branch.faults == set(), "not mended when it was interrupted"


async def test_what_was_wrong_before_need_not_heal() -> None:
    branch = Branch()
    branch.faults.add("hall")
    diary = await diary_of(Mishap("jam", lambda: None), branch, 1)
    assert diary.faults == []


async def test_what_nobody_is_told_is_a_fault() -> None:
    diary = await diary_of(Mishap("clock set back", lambda: None, tells="clock"), Branch(), 1)
    assert diary.faults[0] == "clock set back: nobody was told"


async def test_what_does_not_heal_is_a_fault() -> None:
    branch = Branch()
    diary = await diary_of(Mishap("jam", lambda: branch.faults.add("slip")), branch, 1)
    assert diary.faults[0] == "jam: slip did not heal"


async def test_nobody_may_be_served_while_nothing_can_be_written() -> None:
    diary, seen = Diary(), []
    disk = Mishap("disk", lambda: seen.append(diary.closed), closes=True)
    running = asyncio.create_task(Mishaps([disk], Branch().told, diary, Random(1), 0.001).run())
    await until(lambda: seen and not diary.closed)
    await end(running)
    assert seen[0] is True


async def test_a_mishap_for_which_the_branch_is_too_young_stays_away() -> None:
    branch, diary = Branch(), Diary()
    kinds = [Mishap("later", lambda: None, settled=60), Mishap("now", lambda: None)]
    running = asyncio.create_task(Mishaps(kinds, branch.told, diary, Random(1), 0.001).run())
    await until(lambda: diary.happened["now"] >= 3)
    await end(running)
    assert diary.happened["later"] == 0
