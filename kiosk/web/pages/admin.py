"""The administrator's page: every device and how it is, tests, and what the doctor finds."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.domain.branch import Branch
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from kiosk.faultwords import fault_words, kind_name
from kiosk.finding import Finding, Verdict
from kiosk.flow.faulthistory import PastFault
from kiosk.locale import say, say_count
from kiosk.store.deviceregister import Pad
from kiosk.web.maintenance import Fitting, MaintenancePort, Vitals
from kiosk.web.pages.adminwords import status_name, trial_name, verdict_name
from kiosk.web.pages.alertsheet import alert_sheet
from kiosk.web.pages.live import Fragments
from kiosk.web.pages.padsheet import pad_sheet
from kiosk.web.pages.templates import draw

Json = dict[str, Any]

FAULTS_SHOWN = 3


@dataclass(slots=True)
class ShownTrial:
    """A trial as the page tells of it."""

    language: str
    steps: list[str] = field(default_factory=list)
    found: Finding | None = None
    """None: it isn't over yet."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, and when."""

    at: datetime
    findings: list[Finding]


class Workshop:
    """The page as it lives: devices, tests that run, the latest examination in each language."""

    def __init__(
        self,
        maintenance: MaintenancePort,
        now: Callable[[], datetime],
        pads: Callable[[], Sequence[Pad]],
    ) -> None:
        self.fittings = {one.device: one for one in maintenance.fittings}
        self._maintenance = maintenance
        self._now = now
        self._pads = pads
        self._trials: dict[DeviceId, ShownTrial] = {}
        """The latest of each device."""
        self._examining = 0
        self._examinations: dict[str, Examination] = {}
        self._changed: Callable[[], None] = lambda: None

    def listen(self, listener: Callable[[], None]) -> None:
        """``listener`` is told when the page looks different though the hall is the same."""
        self._changed = listener

    def mark(self) -> Hashable:
        """Changes whenever a device tells something, or is tested, or was examined."""
        told = tuple(self._vitals(one).condition for one in self.fittings)
        left = tuple(self._vitals(one).slips_left for one in self.fittings)
        examined = tuple(one.at for one in self._examinations.values())
        tried = tuple((id(one), len(one.steps), one.found) for one in self._trials.values())
        return told, left, tried, self._examining, examined, tuple(self._pads())

    async def try_out(self, device: DeviceId, language: str) -> Finding | None:
        """Try a device; the page tells how it goes. None: somebody tries it already.

        Raises LogUnavailable.
        """
        if self._is_tried(device):
            return None
        trial = self._trials[device] = ShownTrial(language)
        try:
            async with aclosing(self._maintenance.trial(device, language)) as steps:
                async for step in steps:
                    if isinstance(step, Finding):
                        trial.found = step
                    else:
                        trial.steps.append(step)
                    self._changed()
        finally:
            if trial.found is None:
                del self._trials[device]
            self._changed()
        return trial.found

    async def examine(self, language: str) -> None:
        """Have everything looked at; whoever asks meanwhile looks at the same. Raises LogUnavailable."""
        if self._examining:
            return
        self._examining += 1
        self._changed()
        try:
            findings = await self._maintenance.examine(language)
            self._examinations[language] = Examination(self._now(), findings)
        finally:
            self._examining -= 1
            self._changed()

    def draw(self, branch: Branch, now: datetime, language: str) -> Fragments:
        """The parts of the page."""
        today = now.astimezone(branch.plan.zone)
        drawn = {
            f"device-{one.device}": self._device(one, today, language)
            for one in self.fittings.values()
        }
        return {
            "condition": self._summary(language),
            "alerts": alert_sheet(branch, Role.ADMINISTRATOR, today, language),
            **drawn,
            "pads": pad_sheet(self._pads(), today, language),
            "findings": self._findings(today, language),
        }

    def _vitals(self, device: DeviceId) -> Vitals:
        return self._maintenance.vitals(device)

    def _is_tried(self, device: DeviceId) -> bool:
        trial = self._trials.get(device)
        return trial is not None and trial.found is None

    def _summary(self, language: str) -> str:
        told = [self._vitals(one).condition for one in self.fittings]
        ill = sum(1 for one in told if one and not one.well)
        if ill:
            text = say_count(
                language, "{count} device needs a hand", "{count} devices need a hand", ill
            )
        else:
            text = say(language, "Everything works")
        return draw("admin_summary.html", language, ill=ill, text=text)

    def _device(self, fitting: Fitting, now: datetime, language: str) -> str:
        vitals = self._vitals(fitting.device)
        condition = vitals.condition
        past = self._maintenance.faults(fitting.device)
        fault = condition.fault if condition else None
        values = {
            "id": fitting.device,
            "kind": kind_name(fitting.kind, language),
            "what": fitting.what,
            "status": status_name(condition, language),
            "look": _look(condition),
            "words": fault_words(language, fault, fitting.kind) if fault else None,
            "xfs": _xfs(condition),
            "since": moment(past[0].ended or past[0].began, now) if past else None,
            "more": list(_more(vitals, language)),
            "past": [
                _past(one, fitting.kind, now, language) for one in past[:FAULTS_SHOWN] if one.ended
            ],
            "trial": self._trial(fitting.device, language),
            "try_it": trial_name(fitting.kind, language) if fitting.can_be_tried else None,
            "trying": self._is_tried(fitting.device),
        }
        return draw("admin_device.html", language, **values)

    def _trial(self, device: DeviceId, language: str) -> Json | None:
        """To whoever reads another language it is told only that there is one."""
        trial = self._trials.get(device)
        if trial is None or trial.language != language:
            return None
        found = trial.found
        look, verdict = verdict_name(found.status, language) if found else ("", "")
        return {"steps": trial.steps, "found": found, "look": look, "verdict": verdict}

    def _findings(self, now: datetime, language: str) -> str:
        examination = self._examinations.get(language)
        findings = sorted(examination.findings, key=_urgency) if examination else []
        well = [one.subject for one in findings if one.status is Verdict.OK]
        return draw(
            "admin_findings.html",
            language,
            running=self._examining > 0,
            at=moment(examination.at, now) if examination else None,
            findings=[
                (one, verdict_name(one.status, language))
                for one in findings
                if one.status is not Verdict.OK
            ],
            well=", ".join(well),
        )


def moment(when: datetime, now: datetime) -> str:
    """The time of day, with its day when that isn't today; ``now`` is local."""
    local = when.astimezone(now.tzinfo)
    return local.strftime("%H:%M:%S" if local.date() == now.date() else "%Y-%m-%d %H:%M")


def _urgency(finding: Finding) -> int:
    return (Verdict.WRONG, Verdict.WARN, Verdict.UNKNOWN, Verdict.OK).index(finding.status)


def _look(condition: DeviceCondition | None) -> str:
    if condition is None:
        return ""
    if condition.well:
        return "open"
    return "complaint" if condition.status is DeviceStatus.ONLINE else "wrong"


def _xfs(condition: DeviceCondition | None) -> str:
    """The words of the standard, for whoever telephones about it."""
    if condition is None or condition.well:
        return ""
    return " · ".join(filter(None, (condition.status, condition.fault, condition.detail)))


def _more(vitals: Vitals, language: str) -> Iterator[tuple[str, str]]:
    """What else is known, each with its name."""
    if vitals.slips_left is not None:
        left = say_count(language, "about {count} slip", "about {count} slips", vitals.slips_left)
        yield say(language, "Paper left"), left
    if vitals.asked:
        share = 100 * vitals.answered // vitals.asked
        answers = say(language, "{share} % of the questions", share=share)
        yield say(language, "Answers on the bus"), answers


def _past(fault: PastFault, kind: DeviceKind, now: datetime, language: str) -> Json:
    assert fault.ended is not None
    what, _ = fault_words(language, fault.fault, kind)
    span = f"{moment(fault.began, now)} – {moment(fault.ended, now)}"
    return {"span": span, "what": what, "detail": fault.detail}
