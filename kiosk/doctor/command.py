"""``kiosk doctor``: the examination as a table or as JSON, with the branch running or not."""

import asyncio
import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from kiosk.doctor.examination import examine
from kiosk.doctor.hotline import Json, ask
from kiosk.doctor.machine import User
from kiosk.doctor.table import table
from kiosk.finding import Finding, Symptom, Verdict
from kiosk.locale import SOURCE, complete_languages, say
from kiosk.ports import KioskError
from kiosk.settings import Settings
from kiosk.varfolder import is_occupied

WELL, NOT_WELL = 0, 1


def diagnose(settings: Settings, var: Path, *, language: str | None, as_json: bool) -> int:
    """Print how everything is; 1 when something is wrong."""
    language = language or console_language(os.environ)
    running = _runs(var)
    findings = asyncio.run(_findings(settings, var, language, running=running))
    if as_json:
        print(json.dumps(_document(settings, findings, running=running), ensure_ascii=False))
    else:
        print(_headline(settings, language, running=running), *table(findings, language), sep="\n")
    return NOT_WELL if any(one.status is Verdict.WRONG for one in findings) else WELL


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


def _document(settings: Settings, findings: Sequence[Finding], *, running: bool) -> Json:
    return {
        "branch": settings.branch.id,
        "running": running,
        "findings": [asdict(one) for one in findings],
    }
