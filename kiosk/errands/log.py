"""What the commands about the log do, while the branch runs and when it doesn't."""

import csv
import json
import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errands.options import WELL
from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.store.audit import Deed
    from kiosk.store.chain import Seal


_SEAL = re.compile(rb"(?<![0-9])[0-9]{1,18}:[0-9a-f]{64}(?![0-9a-f])")


def log_verify(options: Namespace) -> int:
    """``kiosk log verify [--noted SEAL] [--noted-in FILE]``"""
    from kiosk.store.chain import kept, verify

    log = options.var / "log.db"
    noted = {*options.noted, *(seal for file in options.noted_in for seal in seals_in(file))}
    begun = kept(log)
    checked = {seal for seal in noted if seal.sequence >= begun.sequence}
    seal = verify(log, sorted(checked, key=lambda one: one.sequence))
    if noted - checked:
        print(f"seals of days that were given up: {len(noted - checked)}; nothing tells of them")
    if checked:
        print(f"seals that fit: {len(checked)}")
    print(f"well: {seal.sequence} facts; seal {seal}")
    return WELL


def seals_in(file: Path) -> list["Seal"]:
    """Every seal in a text: a report, or events that somebody kept. Raises KioskError."""
    from kiosk.store.chain import Seal

    try:
        text = file.read_bytes()
    except OSError as error:
        raise KioskError(f"{file}: {error.strerror}") from error
    found = [Seal.of(one.decode()) for one in _SEAL.findall(text)]
    if not found:
        raise KioskError(f"{file}: there is no seal in it: name a report, or events of days")
    return found


def log_export(options: Namespace) -> int:
    """``kiosk log export``"""
    from kiosk.domain.ids import BranchId
    from kiosk.settings.file import load
    from kiosk.store.export import exported

    branch = BranchId(load(options.config).branch.id)
    for line in exported(options.var / "log.db", branch, options.after):
        print(line)
    return WELL


def log_audit(options: Namespace) -> int:
    """``kiosk log audit [--day DAY] [--format table|csv|json]``"""
    from kiosk.errands.accounts import staff_names
    from kiosk.store.audit import deeds
    from kiosk.store.dayrecords import SqliteDayRecords

    with closing(SqliteDayRecords(options.var / "log.db")) as records:
        found = deeds(records, staff_names(options), options.day)
        _WRITERS[options.format](found)
    return WELL


_COLUMNS = ("sequence", "time", "who", "role", "device", "what", "about", "details")


def _row(deed: "Deed") -> Sequence[str]:
    details = " ".join(f"{name}={value}" for name, value in deed.details.items())
    who = deed.name or deed.user or ""
    return (
        str(deed.sequence),
        deed.time,
        who,
        deed.role,
        deed.device or "",
        deed.what,
        deed.about,
        details,
    )


def _table(found: Iterable["Deed"]) -> None:
    for row in (_COLUMNS, *map(_row, found)):
        print("\t".join(row))


def _csv(found: Iterable["Deed"]) -> None:
    from kiosk.reports.csvtext import guarded

    writer = csv.writer(sys.stdout)
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(cell) for cell in _row(deed)] for deed in found)


def _json(found: Iterable["Deed"]) -> None:
    from dataclasses import asdict

    for deed in found:
        print(json.dumps(asdict(deed), ensure_ascii=False))


_WRITERS = {"table": _table, "csv": _csv, "json": _json}
