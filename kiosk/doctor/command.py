"""``kiosk doctor [DEVICE]``: the examination as a table or as JSON, or the trial of one device."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

from kiosk.doctor.atwork import Trial
from kiosk.doctor.examination import examine
from kiosk.doctor.hotline import Json, ask
from kiosk.doctor.machine import User
from kiosk.doctor.table import entry, sentence, table
from kiosk.doctor.trials import device_called, display_called, tried
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding, Symptom, Verdict
from kiosk.locale import SOURCE, complete_languages, say
from kiosk.machine.varfolder import is_occupied
from kiosk.ports import KioskError
from kiosk.settings import Settings

WELL, NOT_WELL = 0, 1


def diagnose(
    settings: Settings, var: Path, device: str | None, *, language: str | None, as_json: bool
) -> int:
    """Print how everything is, or try one device; 1 when something is wrong, or it was stopped."""
    spoken = language or console_language(os.environ)
    try:
        if device is None:
            findings = _examined(settings, var, spoken, as_json=as_json)
        else:
            named = device_called(settings, device)
            findings = _tried(settings, var, named, spoken, as_json=as_json)
    except KeyboardInterrupt:
        print(say(spoken, "Stopped."), file=sys.stderr)
        return NOT_WELL
    return NOT_WELL if any(one.status is Verdict.WRONG for one in findings) else WELL


def _examined(settings: Settings, var: Path, language: str, *, as_json: bool) -> list[Finding]:
    running = _runs(var)
    findings = asyncio.run(_findings(settings, var, language, running=running))
    if as_json:
        _print_json(settings, findings, running=running)
    else:
        print(_headline(settings, language, running=running), *table(findings, language), sep="\n")
    return findings


def _tried(
    settings: Settings, var: Path, device: DeviceId, language: str, *, as_json: bool
) -> list[Finding]:
    """What is told meanwhile goes to standard error where JSON goes to standard output."""
    running = _runs(var) and display_called(settings, device) is None
    out = sys.stderr if as_json else sys.stdout
    trial = (
        _trial_there(var, device, language) if running else tried(settings, var, device, language)
    )
    findings = asyncio.run(_followed(trial, out))
    if as_json:
        _print_json(settings, findings, running=running)
        return findings
    for finding in findings:
        print(*entry(finding), sep="\n")
    return [_confirmed(one, language) for one in findings]


async def _followed(trial: Trial, out: TextIO) -> list[Finding]:
    findings = []
    async with contextlib.aclosing(trial) as steps:
        async for step in steps:
            if isinstance(step, Finding):
                findings.append(step)
            else:
                print(*sentence(step), sep="\n", file=out, flush=True)
    return findings


async def _trial_there(var: Path, device: DeviceId, language: str) -> Trial:
    """In the branch that runs."""
    async with contextlib.aclosing(ask(var, {"language": language, "device": device})) as answers:
        async for one in answers:
            yield one["step"] if "step" in one else finding_of(one["finding"])


def _confirmed(finding: Finding, language: str) -> Finding:
    """What eyes and ears found, where there is somebody to ask."""
    if finding.status is not Verdict.UNKNOWN or not sys.stdin.isatty():
        return finding
    try:
        answer = input(say(language, "Was it right? [y/n] "))
    except EOFError:
        return finding
    right = not answer.strip().lower().startswith("n")
    return replace(finding, status=Verdict.OK if right else Verdict.WRONG)


def console_language(environment: Mapping[str, str]) -> str:
    """The language of whoever sits at the console (POSIX: LC_ALL, LC_MESSAGES, LANG)."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    language = locale[:2].lower()
    return language if language in complete_languages() else SOURCE


async def _findings(
    settings: Settings, var: Path, language: str, *, running: bool
) -> list[Finding]:
    if not running:
        return await examine(settings, var, language)
    async with contextlib.aclosing(ask(var, {"language": language})) as answers:
        return [finding_of(one["finding"]) async for one in answers]


def finding_of(told: Json) -> Finding:
    """A finding as a running branch told it."""
    status, symptom = Verdict(told["status"]), Symptom(told["symptom"])
    return Finding(**{**told, "status": status, "symptom": symptom})


def _runs(var: Path) -> bool:
    """Whether the branch runs. Raises KioskError when its folder is somebody else's."""
    try:
        return is_occupied(var)
    except PermissionError:
        owner = User.owner_of(var).name
        command = f"sudo -u {owner} kiosk doctor"
        raise KioskError(f"{var}: belongs to {owner}; run: {command}") from None


def _headline(settings: Settings, language: str, *, running: bool) -> str:
    if running:
        return say(language, "Branch {id} runs: it was asked.", id=settings.branch.id)
    return say(
        language,
        "Branch {id} doesn't run: its devices were asked.",
        id=settings.branch.id,
    )


def _print_json(settings: Settings, findings: Sequence[Finding], *, running: bool) -> None:
    shown = [asdict(one) for one in findings]
    document = {"branch": settings.branch.id, "running": running, "findings": shown}
    print(json.dumps(document, ensure_ascii=False))
