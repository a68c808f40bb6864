"""Trying a screen: the test picture in a window of its own, beside whatever runs."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from kiosk.display.testpicture import MARKS
from kiosk.doctor import atwork
from kiosk.doctor.atwork import Trial
from kiosk.doctor.screens import subject_of
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.settings.devices import DisplaySection

COMPOSITOR = Path("/run/kiosk-screens/display")
"""Where the compositor of systemd/ writes how windows reach it."""
_SHOWN_WITHIN = 10.0


async def try_display(section: DisplaySection, language: str) -> Trial:
    """Show it, and of a touch screen wait for a finger on every mark."""
    subject = subject_of(section)
    async with contextlib.AsyncExitStack() as ending:
        process = await _picture(section)
        ending.push_async_callback(_end, process)
        assert process.stdout is not None
        if not await _line(process.stdout, _SHOWN_WITHIN):
            yield await _not_shown(process, subject, language)
            return
        yield _asked(section, language)
        touched = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(atwork.PATIENCE):
                while mark := await _line(process.stdout, atwork.PATIENCE):
                    touched += 1
                    yield say(language, "Touched: {mark}", mark=mark)
    yield _judged(section, subject, touched, language)


async def _picture(section: DisplaySection) -> Process:
    arrangement = section.model_dump(include={"output", "rotate"})
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk.display.testpicture"),
        *(section.id, section.kind, json.dumps(arrangement)),
        stdout=PIPE,
        stderr=PIPE,
        env=os.environ | _where_windows_are(COMPOSITOR),
    )


def _where_windows_are(file: Path) -> dict[str, str]:
    """What the compositor says, unless whoever asks knows better."""
    if os.environ.get("DISPLAY") or os.environ.get("SDL_VIDEODRIVER"):
        return {}
    with contextlib.suppress(OSError):
        lines = (line.partition("=") for line in file.read_text().splitlines())
        return {name: value for name, _, value in lines if name == "DISPLAY"}
    return {}


async def _line(stream: asyncio.StreamReader, within: float) -> str:
    """The next line; empty when it ended or said nothing in time."""
    with contextlib.suppress(TimeoutError):
        return (await asyncio.wait_for(stream.readline(), within)).decode().strip()
    return ""


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()


async def _not_shown(process: Process, subject: Subject, language: str) -> Finding:
    await _end(process)
    assert process.stderr is not None
    said = (await process.stderr.read()).decode(errors="replace").strip().splitlines()
    says = say(language, "No window can be shown: {why}", why=said[-1] if said else "?")
    advice = say(
        language,
        "Say where the window system is (DISPLAY=:0 kiosk doctor {device}) and run it as the"
        " branch's user; without a window system stop the branch first.",
        device=subject.name,
    )
    return subject.wrong(Symptom.NO_SCREEN, says, advice)


def _asked(section: DisplaySection, language: str) -> str:
    seconds = round(atwork.PATIENCE)
    if section.kind == "board":
        return say(
            language,
            "The test picture is shown for {seconds} seconds: the arrow points up, and the line"
            " along all four edges is whole.",
            seconds=seconds,
        )
    return say(
        language,
        "The test picture is shown for {seconds} seconds: the arrow points up, and the line along"
        " all four edges is whole. Touch the marks 1 to 5; the cross has to be under the finger.",
        seconds=seconds,
    )


def _judged(section: DisplaySection, subject: Subject, touched: int, language: str) -> Finding:
    if section.kind != "board" and touched == len(MARKS):
        return subject.well(say(language, "Every mark was touched where it is shown."))
    if section.kind != "board" and touched:
        says = say(language, "{count} of {all} marks were touched.", count=touched, all=len(MARKS))
        advice = say(
            language,
            "Was the cross somewhere else than the finger? Then rotate, or the panel is mapped"
            " to another output.",
        )
        return subject.wrong(Symptom.GARBLED, says, advice)
    if section.kind != "board":
        says = say(language, "No touch came.")
        advice = say(
            language,
            "If nobody touched it, try again. Else look at the panel's USB cable, and whether its"
            " touches go to another output.",
        )
        return subject.unknown(Symptom.SILENT, says, advice)
    says = say(language, "The picture was shown.")
    advice = say(
        language,
        "If it lay on its side, correct rotate; if it was on another screen, correct output; if"
        " its edges were cut off, switch overscan off in the screen's own menu.",
    )
    return subject.unknown(Symptom.UNTESTED, says, advice)
