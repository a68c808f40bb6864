"""``kiosk bench``: the measurements of a branch, as a table and one JSON object."""

import json
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from kiosk.bench import (
    calling,
    desk,
    draining,
    growth,
    idling,
    issuing,
    memory,
    slips,
    starting,
    swipes,
)
from kiosk.bench.figure import Branch, Measurement, Target, result
from kiosk.bench.history import TICKETS, History
from kiosk.bench.steps import step_lines
from kiosk.printer.encoder import TextMode

Json = dict[str, Any]

WELL, NOT_WELL, WRONG_USAGE = 0, 1, 2
FEW = 200
"""Tickets of the log in a short run."""

_ROW = "{:<68} {:>8} {:>8} {:>9} {:>10}  {:<9} {}"


MEASUREMENTS = (
    Measurement(
        "P1a",
        "swipe at the port → recognised, on the screen's feed",
        Target(p50=10, p99=25),
        swipes.swiped_to_recognised,
        count=200,
        short=5,
    ),
    Measurement(
        "P1a-code",
        "a client's code at the scanner's port → recognised, likewise",
        Target(p50=10, p99=25),
        swipes.scanned_to_recognised,
        count=200,
        short=5,
    ),
    Measurement(
        "P1b-tcp",
        "service touched → first slip byte, TCP",
        Target(p50=12, p99=30),
        slips.touched_to_slip_tcp,
        count=100,
        short=2,
    ),
    Measurement(
        "P1b-serial",
        "service touched → first slip byte, serial at 19,200 baud",
        Target(p50=40, p99=80),
        slips.touched_to_slip_serial,
        count=40,
        short=2,
    ),
    Measurement(
        "P1b-serial-banded",
        "service touched → first slip byte, serial at 19,200 baud, banded raster",
        Target(p50=40, p99=80),
        partial(slips.touched_to_slip_serial, text=TextMode.BANDED),
        count=6,
        short=1,
    ),
    Measurement(
        "P1b-tcp-codepage",
        "service touched → first slip byte, TCP, code page",
        Target(p50=12, p99=30),
        partial(slips.touched_to_slip_tcp, text=TextMode.CODEPAGE),
        count=100,
        short=1,
    ),
    Measurement(
        "P1b-tcp-banded",
        "service touched → first slip byte, TCP, banded raster",
        Target(p50=12, p99=30),
        partial(slips.touched_to_slip_tcp, text=TextMode.BANDED),
        count=100,
        short=1,
    ),
    Measurement(
        "P1b-usb",
        "service touched → first slip byte, USB",
        Target(p50=12, p99=30),
        partial(slips.touched_to_slip_usb, text=TextMode.RASTER),
        count=100,
        short=1,
    ),
    Measurement(
        "P1b-usb-codepage",
        "service touched → first slip byte, USB, code page",
        Target(p50=12, p99=30),
        partial(slips.touched_to_slip_usb, text=TextMode.CODEPAGE),
        count=100,
        short=1,
    ),
    Measurement(
        "P1b-usb-banded",
        "service touched → first slip byte, USB, banded raster",
        Target(p50=12, p99=30),
        partial(slips.touched_to_slip_usb, text=TextMode.BANDED),
        count=100,
        short=1,
    ),
    Measurement(
        "P2",
        "issue over HTTP, 1 client",
        Target(p50=2, p99=6),
        issuing.one_client,
        count=1000,
        short=20,
    ),
    Measurement(
        "P3",
        "issue over HTTP, 16 clients, telling a broker",
        Target(per_second=2000),
        issuing.many_clients,
        count=400,
        short=10,
    ),
    Measurement(
        "P4",
        "issue at the desk, grouped commits",
        Target(per_second=10_000),
        desk.issued,
        count=80,
        short=2,
    ),
    Measurement(
        "P5",
        "call next over HTTP → MQTT subscriber, 50 of them",
        Target(p50=8, p99=25),
        calling.called_to_subscriber,
        count=100,
        short=4,
    ),
    Measurement(
        "outbox",
        "facts told after an outage, 20 tablets away",
        Target(per_second=3000),
        draining.after_an_outage,
        count=6000,
        short=30,
    ),
    Measurement(
        "P6",
        "call next over HTTP → pixels of the hall board",
        Target(p99=60),
        calling.called_to_board,
        count=100,
        short=4,
    ),
    Measurement(
        "P10",
        "kiosk run → first ticket, fresh branch",
        Target(p50=1500),
        starting.first_ticket,
        count=1,
        short=1,
        runs=5,
    ),
    Measurement(
        "P11",
        "memory after a day of 5,000 tickets with 50 PADs ÷ what is allowed",
        Target(ratio=1),
        memory.after_a_day,
        count=5000,
        short=20,
        runs=1,
    ),
    Measurement(
        "P12-idle",
        "idle branch: ms of a core in each second (10 are 1 %)",
        Target(p50=10),
        idling.idle,
        count=15,
        short=1,
    ),
    Measurement(
        "P12-polled",
        "the same with 16 open counters, 16 displays and 16 pads on a bus",
        Target(p50=30),
        idling.idle_with_polling,
        count=15,
        short=1,
    ),
    Measurement(
        "P13-codepage",
        "slip on the wire at 19,200 baud, Chinese with QR, code page",
        Target(p50=250),
        partial(slips.slip_on_the_wire, text=TextMode.CODEPAGE),
        count=5,
        short=1,
    ),
    Measurement(
        "P13-banded",
        "slip on the wire at 19,200 baud, Chinese with QR, banded raster",
        Target(p50=6000),
        partial(slips.slip_on_the_wire, text=TextMode.BANDED),
        count=2,
        short=1,
    ),
)


def with_history(history: History) -> tuple[Measurement, ...]:
    """Those that take a log of many tickets; they come last, because that takes minutes to make."""
    return (
        Measurement(
            "P8",
            "issue and call with a million tickets in the log ÷ without",
            Target(ratio=1.15),
            partial(growth.compared, history),
            count=300,
            short=20,
        ),
        Measurement(
            "P9",
            "restart → first ticket with a million in the log",
            Target(p50=1500),
            partial(growth.started_again, history),
            count=1,
            short=1,
            runs=5,
        ),
    )


def measure(
    names: Sequence[str],
    branch: Branch,
    *,
    as_json: bool,
    short: bool,
    tickets: int | None = None,
) -> int:
    """Take the figures of these names, all of them when there are none; the exit code.

    1 when something happened that must not, such as a number given twice; a missed target is none.
    ``tickets`` is how many the log of P8 and P9 has.
    """
    with History(tickets or (FEW if short else TICKETS)) as history:
        known = (*MEASUREMENTS, *with_history(history))
        unknown = [name for name in names if not any(one.goes_by(name) for one in known)]
        if unknown:
            told = ", ".join(one.name for one in known)
            print(f"kiosk bench: no figure {unknown[0]!r}; there are {told}", file=sys.stderr)
            return WRONG_USAGE
        chosen = [one for one in known if not names or any(map(one.goes_by, names))]
        found = _table(chosen, branch, as_json=as_json, short=short)
    print(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))
    return NOT_WELL if any(_is_wrong(outcome) for outcome in found.values()) else WELL


def _table(
    chosen: Sequence[Measurement], branch: Branch, *, as_json: bool, short: bool
) -> dict[str, Json]:
    """The figures; printed one by one unless JSON alone is asked for."""
    found = {}
    if not as_json:
        print(_ROW.format("", "p50 ms", "p99 ms", "a second", "n", "target", "").rstrip())
    for measurement in chosen:
        found[measurement.name] = outcome = _take(measurement, branch, short)
        if not as_json:
            print(_line(measurement, outcome), flush=True)
            for line in step_lines(outcome.get("steps", {})):
                print(line)
    return found


def _take(measurement: Measurement, branch: Branch, short: bool) -> Json:
    import uvloop

    count = measurement.short if short else measurement.count
    runs = 1 if short else measurement.runs
    return result(measurement, [uvloop.run(measurement.once(branch, count)) for _ in range(runs)])


def _is_wrong(outcome: Json) -> bool:
    return any(outcome.get(name) for name in ("duplicates", "gaps", "missing"))


def _line(measurement: Measurement, outcome: Json) -> str:
    cells = (
        f"{measurement.name:<10} {measurement.what}",
        f"{outcome['p50']:.2f}",
        f"{outcome['p99']:.2f}",
        str(outcome.get("per_second", ""))
        or (f"×{outcome['ratio']:.2f}" if "ratio" in outcome else ""),
        f"{outcome['runs']} × {outcome['n']}",
        _asked(measurement.target),
        "met" if outcome["met"] else "missed",
    )
    return _ROW.format(*cells).rstrip()


def _asked(target: Target) -> str:
    if target.ratio:
        return f"≤ ×{target.ratio}"
    if target.per_second:
        return f"≥ {target.per_second:.0f}/s"
    return "≤ " + " / ".join(f"{most:.0f}" for most in (target.p50, target.p99) if most)
