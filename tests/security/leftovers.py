"""What a whole run of tests leaves behind, searched for card numbers and invented people.

Beside the guard around each test, which knows what card numbers look like: here those that tests
and simulators use are looked for, in every form, and names and phones too, in all files of all
tests at once: logs, databases and their rows, traffic, pages, core files, archives.
"""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from kiosk.cardreader.simulator import sample_cards
from tests.cardreader.cards import EVERYDAY, GOLD, VISA
from tests.guards import FIXTURE
from tests.security.traces import forms, whole_forms

RANDOM_CARDS = ("6213948572061475", "520473916283509")
"""Beginnings of numbers that look like nothing else: parts of them count."""
RANDOM_PHONES = ("12604857193", "12958310647")
"""Likewise; they may be where people may."""

PEOPLE = ("张样例", "李范例", "王示例", "Jane Sample", "Образцов Иван", "SAMPLE/CARD")
PHONES = ("12000000001", "12000000002", "12000000003", "12000000004", "075500000001")

NAMES_MAY_BE: Mapping[str, str] = {
    r"clients\.db(\.v[0-9]+)?(-wal|-shm|-journal)?": "the clients database is where they belong",
    r"good\.db": "a test of that database keeps it under this name",
    r".*\.backup": "a backup holds the clients database",
}
"""Files by their names, and why people may stand in them; card numbers may nowhere."""

Needles = Mapping[bytes, str]
"""What is looked for, and what each find is called: never by itself."""


def card_needles() -> Needles:
    """Of every card that tests and simulators swipe."""
    samples = [card.tracks()[1].strip(";").split("=")[0] for card in sample_cards().values()]
    sought: dict[str, list[bytes]] = {}
    for number in (*samples, GOLD, EVERYDAY, VISA):
        for form, needles in whole_forms(number).items():
            sought.setdefault(f"card …{number[-4:]} {form}", []).extend(needles)
    return _by_needle(sought | _random(RANDOM_CARDS))


def people_needles() -> Needles:
    """Of the invented clients, in the spellings of files, sources and forms."""
    sought = {name[0] + "…": [*_spelled(name)] for name in PEOPLE}
    phones = {f"phone …{phone[-4:]}": [phone.encode()] for phone in PHONES}
    return _by_needle(sought | phones | _random(RANDOM_PHONES))


def _random(numbers: Iterable[str]) -> dict[str, list[bytes]]:
    return {
        f"number …{number[-4:]} {form}": list(needles)
        for number in numbers
        for form, needles in forms(number).items()
    }


def _by_needle(sought: Mapping[str, Iterable[bytes]]) -> Needles:
    """Without those that a list of lines can't hold: of packed digits, which have other forms too."""
    found = {needle: name for name, needles in sought.items() for needle in needles}
    return {needle: name for needle, name in found.items() if b"\n" not in needle}


def _spelled(name: str) -> Iterator[bytes]:
    yield name.encode()
    yield name.encode("utf-16-le")
    if not name.isascii():
        yield name.encode("gb18030")
        escaped = name.encode("ascii", "backslashreplace")
        yield escaped
        yield escaped.replace(b"\\x", b"\\u00")


def left_in(folder: Path) -> list[str]:
    """Where what was found, below the folder; nothing else is told of it."""
    with TemporaryDirectory() as unpacked:
        _unpack(folder, Path(unpacked))
        return sorted({*_search(folder), *_search(Path(unpacked))})


def _search(folder: Path) -> Iterator[str]:
    fixtures = {mark.parent for mark in folder.rglob(FIXTURE)}
    for needles, may_be in ((card_needles(), ()), (people_needles(), NAMES_MAY_BE)):
        for path in _holding(needles, folder):
            allowed = any(re.fullmatch(pattern, path.name) for pattern in may_be)
            if allowed or not fixtures.isdisjoint(path.parents):
                continue
            data = path.read_bytes()
            for name in {name for needle, name in needles.items() if needle in data}:
                yield f"{path.relative_to(folder)}: {name}"


def _holding(needles: Needles, folder: Path) -> list[Path]:
    """Files with any of them. grep takes all needles in one go, at a gigabyte a second."""
    with NamedTemporaryFile() as lines:
        lines.write(b"\n".join(needles))
        lines.flush()
        command = ["grep", "--recursive", "--files-with-matches", "--null", "--text"]
        command += ["--fixed-strings", f"--file={lines.name}", "--devices=skip", str(folder)]
        done = subprocess.run(command, capture_output=True, check=False, env=_BYTES)
    if done.returncode > 1:
        raise OSError(done.stderr.decode())
    return [Path(os.fsdecode(name)) for name in done.stdout.split(b"\0") if name]


_BYTES = {**os.environ, "LC_ALL": "C"}


def _unpack(folder: Path, to: Path) -> None:
    """The rows of databases and the members of archives as files, under the names of theirs."""
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        with path.open("rb") as file:
            head = file.read(16)
        there = to / path.relative_to(folder)
        if head.startswith(b"SQLite format 3\0"):
            _write(there, _rows(path))
        elif head.startswith(b"PK\x03\x04"):
            with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
                _write(there, b"\n".join(map(archive.read, archive.namelist())))
        elif path.name == FIXTURE:
            _write(there, b"")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _rows(path: Path) -> bytes:
    # A test may leave a broken file behind on purpose: then the bytes have to do.
    with contextlib.suppress(sqlite3.Error):
        address = f"{path.as_uri()}?mode=ro&immutable=1"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
            return "\n".join(database.iterdump()).encode()
    return b""


def main() -> int:
    """``python -m tests.security.leftovers FOLDER``: 1 when something was left there."""
    found = left_in(Path(sys.argv[1]))
    for one in found:
        print(f"left behind by tests: {one}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
