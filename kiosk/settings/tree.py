"""Settings as they stand in the files, before anybody knows whether they are any good."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Location = tuple[int | str, ...]
Tree = dict[str, Any]
Complaint = tuple[Location, str]
"""What is wrong, and where."""


def meant(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'queue'?`` when something known is close to the word."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def entries(tree: Tree, table: str) -> list[tuple[Location, Tree]]:
    """The entries of a list of tables, each with its place."""
    given = tree.get(table)
    if not isinstance(given, list):
        return []
    return [((table, n), entry) for n, entry in enumerate(given) if isinstance(entry, dict)]


def ids(tree: Tree, table: str) -> list[tuple[Location, object]]:
    """The ids that stand in a list of tables."""
    return [(place, entry.get("id")) for place, entry in entries(tree, table)]


def doubles(given: Iterable[tuple[Location, object]], key: str) -> Iterator[Complaint]:
    """What is given twice."""
    seen = set()
    for place, name in given:
        if isinstance(name, str):
            if name in seen:
                yield (*place, key), f"{name!r} is given already; each has one of its own"
            seen.add(name)


def unknown(
    place: Location, entry: Tree, keys: Sequence[str], known: set[Any]
) -> Iterator[Complaint]:
    """What these keys of an entry name and nobody knows."""
    names = {name for name in known if isinstance(name, str)}
    for key in keys:
        value = entry.get(key)
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str) and name not in names:
                yield (*place, key), f"there is no {name!r}" + meant(name, names)
