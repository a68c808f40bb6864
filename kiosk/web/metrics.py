"""The branch in figures, as Prometheus reads them (text format 0.0.4)."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk import __version__
from kiosk.domain.branch import Branch
from kiosk.domain.device import DeviceStatus
from kiosk.web.context import WebContext

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Series:
    """One figure with its samples: labels and value."""

    name: str
    kind: str
    help: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterator[str]:
        """As the format wants them."""
        yield f"# HELP kiosk_{self.name} {self.help}"
        yield f"# TYPE kiosk_{self.name} {self.kind}"
        for labels, value in self.samples:
            told = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            yield f"kiosk_{self.name}{{{told}}} {value:.10g}" if told else self._alone(value)

    def _alone(self, value: float) -> str:
        return f"kiosk_{self.name} {value:.0f}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def exposition(context: WebContext, branch: Branch, now: datetime) -> str:
    """All figures. Reads nothing but what is in memory and ``/proc``."""
    series = [*_hall(branch, now), *_devices(branch), *_outside(context, branch), *_process()]
    return "".join(f"{line}\n" for one in series for line in one.lines())


def _gauge(name: str, help_: str, *samples: Sample) -> Series:
    return Series(name, "gauge", help_, samples)


def _alone(value: float) -> Sample:
    return {}, value


def _by(label: str, values: Iterable[tuple[str, float]]) -> Iterator[Sample]:
    return (({label: text}, value) for text, value in values)


def _hall(branch: Branch, now: datetime) -> Iterator[Series]:
    yield Series("sequence", "counter", "Facts in the log.", (_alone(branch.sequence),))
    queues = branch.plan.queues
    waiting = ((queue, branch.lines.count(queue)) for queue in queues)
    yield _gauge("waiting", "Tickets that wait, by queue.", *_by("queue", waiting))
    longest = ((one, branch.lines.longest_wait(one, now.timestamp()) or 0) for one in queues)
    help_ = "How long the first of a queue has waited."
    yield _gauge("longest_wait_seconds", help_, *_by("queue", longest))
    tickets = sorted(Counter(one.state for one in branch.tickets.values()).items())
    yield _gauge("tickets", "Tickets of the business day, by state.", *_by("state", tickets))
    counters = sorted(Counter(one.state for one in branch.counters.values()).items())
    yield _gauge("counters", "Counters, by state.", *_by("state", counters))
    alerts = Counter(one.kind for one in branch.alerts.open.values())
    help_ = "Alerts that nobody has acknowledged, by kind."
    yield _gauge("alerts", help_, *_by("kind", sorted(alerts.items())))


def _devices(branch: Branch) -> Iterator[Series]:
    devices = branch.devices.values()
    up = [
        ({"device": one.device, "kind": one.kind}, int(one.status is DeviceStatus.ONLINE))
        for one in devices
    ]
    yield _gauge("device_up", "Whether a device is well.", *up)
    known = [*devices, *([branch.outage] if branch.outage else [])]
    faults = [({"device": one.device, "fault": one.fault}, 1) for one in known if one.fault]
    yield _gauge("fault", "Faults that devices have, the log's too.", *faults)


def _outside(context: WebContext, branch: Branch) -> Iterator[Series]:
    left = context.slips_left().items()
    yield _gauge("slips_left", "Slips that a printer has paper for, about.", *_by("device", left))
    ends = {one: int(end.timestamp()) for one, end in context.certificate_ends().items()}
    help_ = "When each certificate ends that is presented, in Unix time."
    yield _gauge("certificate_ends_seconds", help_, *_by("device", ends.items()))
    if context.published:
        lag = max(0, branch.sequence - context.published())
        yield _gauge("outbox_lag", "Facts that the broker hasn't confirmed yet.", _alone(lag))
    if context.log_file:
        help_ = "Size of the log, its write-ahead log included."
        yield _gauge("log_bytes", help_, _alone(sum(map(_size, _parts(context.log_file)))))


def _parts(log: Path) -> tuple[Path, Path]:
    return log, log.with_name(f"{log.name}-wal")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _process() -> Iterator[Series]:
    """proc(5)"""
    build = {"version": __version__}
    yield _gauge("build_info", "The program's version.", (build, 1))
    help_ = "What the controller does at once."
    yield _gauge("running_tasks", help_, _alone(len(asyncio.all_tasks())))
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    yield _gauge("resident_memory_bytes", "Memory of the controller.", _alone(resident))
    files = len(os.listdir("/proc/self/fd"))
    yield _gauge("open_files", "Files and sockets that the controller has open.", _alone(files))
