"""Searching for card numbers: every way in which one could have been left somewhere."""

import base64
import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

RUN = 8
"""Digits in a row that give a number away; a scheme's first six alone don't."""
PACKED_RUN = 12
"""Packed digits are arbitrary bytes: four of them turn up in any large file by chance."""


def forms(number: str) -> dict[str, set[bytes]]:
    """What to look for, by the name of the form."""
    runs = [number[start : start + RUN] for start in range(len(number) - RUN + 1)]
    groups = [number[start : start + 4] for start in range(0, len(number), 4)]
    pairs = list(itertools.pairwise(groups))
    hexadecimal = [run.encode().hex() for run in runs]
    return {
        "plain": {run.encode() for run in runs},
        "spaced": {" ".join(pair).encode() for pair in pairs},
        "dashed": {"-".join(pair).encode() for pair in pairs},
        "two bytes a character": {run.encode("utf-16-le") for run in runs},
        "packed": set(_packed(number)),
        "hexadecimal": {one.encode() for one in hexadecimal}
        | {one.upper().encode() for one in hexadecimal},
        "base64": set(_base64(number)),
    }


def whole_forms(number: str) -> dict[str, set[bytes]]:
    """What to look for of a number whose parts turn up anywhere, such as one of ascending digits."""
    groups = [number[start : start + 4] for start in range(0, len(number), 4)]
    hexadecimal = number.encode().hex()
    return {
        "plain": {number.encode()},
        "spaced": {" ".join(groups).encode()},
        "dashed": {"-".join(groups).encode()},
        "two bytes a character": {number.encode("utf-16-le")},
        "packed": {bytes.fromhex(one[: len(one) // 2 * 2]) for one in (number, number[1:])},
        "hexadecimal": {hexadecimal.encode(), hexadecimal.upper().encode()},
        "base64": set(_base64(number)),
    }


def _packed(number: str) -> Iterator[bytes]:
    """Two digits a byte, both ways of cutting the number up."""
    for start in range(len(number) - PACKED_RUN + 1):
        yield bytes.fromhex(number[start : start + PACKED_RUN])


def _base64(number: str) -> Iterator[bytes]:
    """The whole number at each of the three places where it can begin in a group."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + number.encode())
        yield encoded[4 if before else 0 : len(number) // 3 * 4]


def found(numbers: list[str], places: dict[str, bytes]) -> list[str]:
    """Where the last digits of which number are in which form; never more of it."""
    return [
        f"{place}: …{number[-4:]} {form}"
        for number in numbers
        for form, needles in forms(number).items()
        for place, content in places.items()
        if any(needle in content for needle in needles)
    ]


def files(folder: Path) -> dict[str, bytes]:
    """Every file under a folder: its bytes, and the rows of databases as text."""
    places: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        name = str(path.relative_to(folder))
        places[name] = path.read_bytes()
        if places[name].startswith(b"SQLite format 3\0"):
            with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
                places[f"rows of {name}"] = "\n".join(file.iterdump()).encode()
    return places


def processes(parent: int) -> dict[str, bytes]:
    """Arguments and environments of a process, its children and theirs."""
    ids = [parent]
    for one in ids:
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            ids += [int(child) for child in listed.read_text().split()]
    return {
        f"{what} of {Path(f'/proc/{one}/comm').read_text().strip()}": content
        for one in ids
        for what in ("cmdline", "environ")
        if (content := Path(f"/proc/{one}/{what}").read_bytes())
    }
