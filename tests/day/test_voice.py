"""A branch that speaks: calls at counters become sound at the output, in order, with gaps."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.runningbranch import Client, RunningBranch
from tests.support.waiting import until
from tests.voice.alsa import captured
from tests.voice.tones import Note, call, listen, record

needs_aplay = pytest.mark.skipif(not shutil.which("aplay"), reason="aplay is not installed")

VOICE = """
[voice]
output = "{output}"
languages = ["zh", "en"]
clips = "{clips}"
"""
REST = 0.5
"""Seconds of silence between two calls at the least."""


def teller_at(branch: RunningBranch, name: str, counter: str) -> Client:
    teller = branch.teller(name)
    teller.post(f"/counters/{counter}/open")
    return teller


def by_call(notes: list[Note]) -> list[list[Note]]:
    """A call begins with the chime."""
    begins = [place for place, note in enumerate(notes) if note.name == "chime"]
    return [notes[begin:end] for begin, end in pairwise([*begins, len(notes)])]


@needs_aplay
def test_calls_are_heard_in_order_each_in_the_customers_language_first(tmp_path: Path) -> None:
    environment, played = captured(tmp_path)
    clips = record(tmp_path / "clips", ["zh", "en"])
    voice = VOICE.format(output="capture", clips=clips)
    with RunningBranch(tmp_path, voice, environment=environment) as branch:
        door = branch.client(branch.token("door", "terminal"))
        for language in ("zh", "en", "zh"):
            door.post("/tickets", {"service": "cash", "language": language, "print": False})
        tellers = {counter: teller_at(branch, f"t{counter}", counter) for counter in "12"}
        for counter, number in (("1", "A001"), ("2", "A002"), ("1", "A003")):
            call_next(tellers[counter], counter, number)
            until_heard(played, chimes=int(number[1:]))
        until(lambda: len(heard(played)) == 3 * 13, "last word")
    first, second, third = by_call(listen(played.read_bytes()))
    for notes, number, counter, languages in (
        (first, "A001", "1", ("zh", "en")),
        (second, "A002", "2", ("en", "zh")),
        (third, "A003", "1", ("zh", "en")),
    ):
        spoken = [name for language in languages for name in call(language, number, counter)]
        assert [note.name for note in notes] == ["chime", *spoken]
    assert second[0].begins - first[-1].ends > REST
    assert third[0].begins - second[-1].ends > REST


def test_without_a_sound_card_staff_are_told_once_and_the_branch_goes_on(tmp_path: Path) -> None:
    clips = record(tmp_path / "clips", ["zh", "en"])
    voice = VOICE.format(output="no-such-output", clips=clips)
    with RunningBranch(tmp_path, voice) as branch:
        door = branch.client(branch.token("door", "terminal"))
        well = branch.client(branch.token("monitoring", "monitoring"))
        until(lambda: well.get("/health")["status"] == "degraded", "fault")
        (fault,) = well.get("/health")["degradations"]
        assert (fault["device"], fault["fault"]) == ("voice", "notFound")
        teller = teller_at(branch, "t1", "1")
        for number in ("A001", "A002"):
            door.post("/tickets", {"service": "cash", "language": "zh", "print": False})
            call_next(teller, "1", number)
        crm = branch.client(branch.token("crm", "crm"))
        types = [event["type"] for event in crm.get("/events?after=0")["events"]]
    assert [one for one in types if "device" in one] == ["kiosk.device.failed.v1"]
    assert branch.output.read_text().count("voice: notFound") == 1


def call_next(teller: Client, counter: str, number: str) -> None:
    """Press *next* until this number comes: within 300 ms of a call the key answers the old one."""

    def called() -> bool:
        ticket = teller.post(f"/counters/{counter}/next")["ticket"]
        return bool(ticket and ticket["number"] == number)

    until(called, f"call of {number}")


def until_heard(played: Path, chimes: int) -> None:
    until(lambda: heard(played).count("chime") == chimes, f"chime number {chimes}")


def heard(played: Path) -> list[str]:
    """The notes so far; a note that is being played isn't one yet."""
    data = played.read_bytes()
    return [note.name for note in listen(data[: len(data) // 2 * 2])]
