"""Reading the settings: TOML and what it includes, every fault with file, key and remedy."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kiosk.domain.rules import NOT_READY, READY
from kiosk.settings import (
    BUILT_IN_CLASSES,
    CallingSection,
    Settings,
    SettingsFault,
)
from kiosk.settings.buses import bus_faults
from kiosk.settings.devices import reader_faults
from kiosk.settings.listeners import listener_faults
from kiosk.settings.printers import printer_faults
from kiosk.settings.slip import slip_faults
from kiosk.settings.tree import Location, Tree, doubles, entries, ids, meant, unknown

Origins = dict[Location, tuple[str, int]]
"""From which file each table came, and each entry of a list of tables, with its number there."""


def load(path: Path) -> Settings:
    """The settings in this file and what it includes. Raises SettingsFault with all faults."""
    tree, origins = _read(path)
    settings: Settings | None = None
    faults = list(_contradictions(tree))
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        found = [(detail["loc"], _complaint(detail)) for detail in _causes(error.errors())]
        faults = [*found, *faults]
    if settings is None or faults:
        raise SettingsFault([_line(fault, origins, path) for fault in faults])
    return settings


def _read(path: Path) -> tuple[Tree, Origins]:
    """The merged tree and where its parts came from."""
    tree = _parse(path)
    parts = [(path, tree)]
    faults: list[str] = []
    for file in _included(path, tree.pop("include", [])):
        try:
            parts.append((file, _parse(file)))
        except SettingsFault as fault:
            faults += fault.faults
    merged: Tree = {}
    origins: Origins = {}
    for file, part in parts:
        for key, value in part.items():
            faults += _merge(merged, origins, {key: value}, file.name)
    if faults:
        raise SettingsFault(faults)
    return merged, origins


def _included(path: Path, names: object) -> list[Path]:
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return [path.parent / name for name in names]
    raise SettingsFault([f'{path.name}: include: is no list of files such as ["services.toml"]'])


def _parse(path: Path) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsFault([f"{path}: there is no such file"]) from None
    except OSError as error:
        raise SettingsFault([f"{path}: can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SettingsFault([f"{path}: is not UTF-8 text; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsFault([f"{path.name}: is not TOML: {error}"]) from None


def _merge(merged: Tree, origins: Origins, part: Tree, file: str) -> Iterator[str]:
    """Lists of tables grow; anything else may be given once. Yields what can't be merged."""
    for key, value in part.items():
        present = merged.get(key)
        if isinstance(value, list) and isinstance(present, list | None):
            for number, entry in enumerate(value, 1):
                merged.setdefault(key, []).append(entry)
                origins[(key, len(merged[key]) - 1)] = (file, number)
        elif key in merged:
            first, _ = origins.get((key,)) or origins[(key, 0)]
            yield f"{file}: {key}: is given in {first} already, and not as a list of [[{key}]]"
        else:
            merged[key] = value
            origins[(key,)] = (file, 0)


def _causes(details: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The faults that don't follow from others: a list is short when its entries are bad."""
    tables = Counter(detail["loc"][0] for detail in details)
    for detail in details:
        follows = detail["type"] == "too_short" and tables[detail["loc"][0]] > 1
        if not follows or len(detail["loc"]) > 1:
            yield detail


def _line(fault: tuple[Location, str], origins: Origins, path: Path) -> str:
    """One line: file, place, what is wrong and what to do."""
    location, complaint = fault
    places = (location[:2], location[:1], (location[0], 0))
    known = (origins[place] for place in places if place in origins)
    file, number = next(known, (path.name, 0))
    return f"{file}: {_place(location, number)}: {complaint}"


def _place(location: Location, number: int) -> str:
    """``("service", 2, "queue")`` → ``[[service]] number 3 queue``, counted in its own file."""
    table, *rest = location
    if not number and len(rest) > 2 and isinstance(rest[1], int):  # a list of tables in a table
        table, number = f"{table}.{rest[0]}", rest[1] + 1
        rest = rest[1:]
    head = f"[[{table}]] number {number}" if number else f"[{table}]"
    keys = rest[1:] if number else rest
    told = ".".join(str(key) for key in keys if key not in _NO_KEYS)
    return f"{head} {told}".rstrip()


_NO_KEYS = frozenset(
    {
        *("escpos-serial", "escpos-tcp", "escpos-usb"),
        *("magstripe-serial", "magstripe-evdev"),
        *("idcard-sdt", "pcsc"),
        *("scanner-serial", "scanner-evdev"),
        "[key]",
    }
)
"""In the places that pydantic tells: a driver's tag, and that the key itself is meant."""


def _complaint(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not known here" + meant(str(detail["loc"][-1]), _known_keys(detail["loc"]))
        case "literal_error":
            expected = detail.get("ctx", {}).get("expected", "")
            return f"{detail['input']!r} is none of {expected}"
        case "string_pattern_mismatch":
            return f"{detail['input']!r} doesn't fit {detail['ctx']['pattern']}"
        case "union_tag_invalid":
            return f"driver {detail['ctx']['tag']!r} is none of {detail['ctx']['expected_tags']}"
        case "union_tag_not_found":
            return "driver is missing"
        case "too_short":
            return "at least one is needed"
        case "value_error":
            return f"{detail['input']!r} {detail['ctx']['error']!s}"
        case _:
            return f"{detail['input']!r}: {detail['msg']}"


def _known_keys(location: Location) -> list[str]:
    """The keys that may stand where an unknown one stands."""
    models: list[type[BaseModel]] = [Settings]
    for key in location[:-1]:
        models = list(_models_of(models, key)) or models  # a number or a driver's tag leads nowhere
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def _models_of(models: Sequence[type[BaseModel]], key: int | str) -> Iterator[type[BaseModel]]:
    for model in models:
        for name, field in model.model_fields.items():
            if key == (field.alias or name):
                yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _contradictions(tree: Tree) -> Iterator[tuple[Location, str]]:
    """What each key allows and all of them together don't; what is no table is passed over."""
    for table in ("class", "segment", "queue", "service", "counter", "display"):
        yield from doubles(ids(tree, table), "id")
    devices = [one for table in ("reader", "printer", "led", "callpad") for one in ids(tree, table)]
    yield from doubles(devices, "id")
    yield from bus_faults(tree)
    yield from printer_faults(tree)
    yield from reader_faults(tree)
    letters = [
        (place, entry.get("series") or entry.get("id")) for place, entry in entries(tree, "queue")
    ]
    yield from doubles(letters, "series")
    queues = {name for _, name in ids(tree, "queue")}
    for place, service in entries(tree, "service"):
        yield from unknown(place, service, ("queue", "vip_queue"), queues)
    for place, counter in entries(tree, "counter"):
        yield from unknown(place, counter, ("queues", "fallback"), queues)
        for number, help_ in entries(counter, "help"):
            yield from unknown((*place, *number), help_, ("queue",), queues)
    classes = {*BUILT_IN_CLASSES, *(name for _, name in ids(tree, "class"))}
    for place, segment in entries(tree, "segment"):
        yield from unknown(place, segment, ("class",), classes)
    yield from slip_faults(tree, classes)
    yield from _numbers_and_calls(tree)
    yield from listener_faults(tree)


def _numbers_and_calls(tree: Tree) -> Iterator[tuple[Location, str]]:
    """Figures that go together."""
    for place, queue in entries(tree, "queue"):
        if _above(queue.get("first", 1), queue.get("last")):
            yield (*place, "last"), "is smaller than the first number"
    for place, service in entries(tree, "service"):
        if _above(service.get("cap_per_person"), service.get("cap_per_day")):
            yield (*place, "cap_per_person"), "is more than cap_per_day"
        if service.get("last_tickets") and service.get("cap_per_day") is None:
            yield (*place, "last_tickets"), "needs cap_per_day: without it there are no last ones"
    calling = tree.get("calling")
    if isinstance(calling, dict):
        limit = calling.get("recall_limit", CallingSection().recall_limit)
        minimum = calling.get("recalls_minimum", CallingSection().recalls_minimum)
        if _above(minimum, limit):
            yield ("calling", "recalls_minimum"), "is more than recall_limit: no ticket ends so"
    breaks = tree.get("breaks")
    for code in {READY, NOT_READY} & set(breaks if isinstance(breaks, dict) else ()):
        yield ("breaks", code), "is a status of its own and no break"


def _above(smaller: object, larger: object) -> bool:
    return isinstance(smaller, int) and isinstance(larger, int) and smaller > larger
