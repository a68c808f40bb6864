"""Reading the settings: TOML and what it includes, every fault with file, key and remedy."""

import difflib
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kiosk.settings import BUILT_IN_CLASSES, Settings, SettingsFault, is_loopback

Location = tuple[int | str, ...]


def load(path: Path) -> Settings:
    """The settings in this file and what it includes. Raises SettingsFault with all faults."""
    tree, origins = _read(path)
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsFault(
            [_fault(detail, origins, path) for detail in _causes(error.errors())]
        ) from None
    if faults := [f"{path.name}: {fault}" for fault in _contradictions(settings)]:
        raise SettingsFault(faults)
    return settings


def _read(path: Path) -> tuple[dict[str, Any], dict[Location, str]]:
    """The merged tree, and from which file each table and each entry of a list of tables came."""
    tree = _parse(path)
    origins: dict[Location, str] = {}
    merged: dict[str, Any] = {}
    included = [path.parent / name for name in tree.pop("include", [])]
    for file, part in [(path, tree), *((file, _parse(file)) for file in included)]:
        for key, value in part.items():
            _merge(merged, origins, key, value, file)
    return merged, origins


def _parse(path: Path) -> dict[str, Any]:
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


def _merge(
    merged: dict[str, Any], origins: dict[Location, str], key: str, value: Any, file: Path
) -> None:
    """Lists of tables grow; anything else may be given once."""
    if isinstance(value, list):
        entries = merged.setdefault(key, [])
        for entry in value:
            origins[(key, len(entries))] = file.name
            entries.append(entry)
    elif key in merged:
        raise SettingsFault([f"{file.name}: [{key}] is given in {origins[(key,)]} already"])
    else:
        merged[key] = value
        origins[(key,)] = file.name


def _causes(details: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The faults that don't follow from others: a list is short when its entries are bad."""
    tables = Counter(detail["loc"][0] for detail in details)
    for detail in details:
        follows = detail["type"] == "too_short" and tables[detail["loc"][0]] > 1
        if not follows or len(detail["loc"]) > 1:
            yield detail


def _fault(detail: ErrorDetails, origins: dict[Location, str], path: Path) -> str:
    """One line: file, place, what is wrong and what to do."""
    location = detail["loc"]
    file = origins.get(location[:2]) or origins.get(location[:1]) or path.name
    return f"{file}: {_place(location)}: {_complaint(detail)}"


def _place(location: Location) -> str:
    """``("service", 2, "queue")`` → ``[[service]] number 3, queue``; a driver's tag is left out."""
    table, *rest = location
    if rest and isinstance(rest[0], int):
        number, *rest = rest
        head = f"[[{table}]] number {int(number) + 1}"
    else:
        head = f"[{table}]"
    keys = ".".join(str(key) for key in rest if key not in _DRIVERS)
    return f"{head} {keys}".rstrip()


_DRIVERS = frozenset({"escpos-serial", "escpos-tcp"})


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
        case "too_short":
            return "at least one is needed"
        case "value_error":
            return f"{detail['input']!r} {detail['ctx']['error']!s}"
        case _:
            return f"{detail['input']!r}: {detail['msg']}"


def meant(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'queue'?`` when something known is close to the word."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _known_keys(location: Location) -> list[str]:
    """The keys that may stand where an unknown one stands."""
    models = [Settings] if len(location) == 1 else list(_models_of(str(location[0])))
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def _models_of(table: str) -> Iterator[type[BaseModel]]:
    for name, field in Settings.model_fields.items():
        if table == (field.alias or name):
            yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _contradictions(settings: Settings) -> Iterator[str]:
    """What each key allows and all of them together don't."""
    yield from _doubles(settings)
    queues = {queue.id for queue in settings.queue}
    classes = {*BUILT_IN_CLASSES, *(one.id for one in settings.class_)}
    for service in settings.service:
        yield from _unknown(f"[[service]] {service.id} queue", [service.queue], queues)
        if service.vip_queue is not None:
            yield from _unknown(f"[[service]] {service.id} vip_queue", [service.vip_queue], queues)
    for counter in settings.counter:
        wanted = [*counter.queues, *counter.fallback, *(help.queue for help in counter.help)]
        yield from _unknown(f"[[counter]] {counter.id}", wanted, queues)
    for segment in settings.segment:
        yield from _unknown(f"[[segment]] {segment.id} class", [segment.class_], classes)
    yield from _open_doors(settings)


def _doubles(settings: Settings) -> Iterator[str]:
    for table in ("class_", "segment", "queue", "service", "counter", "display"):
        for twice, times in Counter(entry.id for entry in getattr(settings, table)).items():
            if times > 1:
                yield f"[[{table.rstrip('_')}]] id: {twice!r} is given {times} times"
    devices = Counter(entry.id for entry in [*settings.reader, *settings.printer])
    for twice, times in devices.items():
        if times > 1:
            yield f"[[reader]] and [[printer]] id: {twice!r} is given {times} times"
    letters = Counter(queue.series or queue.id for queue in settings.queue)
    for letter, times in letters.items():
        if times > 1:
            yield f"[[queue]] series: {letter!r} is used by {times} queues; numbers would double"


def _unknown(place: str, wanted: Iterable[str], known: set[str]) -> Iterator[str]:
    for name in wanted:
        if name not in known:
            yield f"{place}: there is no {name!r}" + meant(name, known)


def _open_doors(settings: Settings) -> Iterator[str]:
    """Nothing leaves the machine without TLS."""
    tls = settings.http.tls
    if bool(tls.certificate) != bool(tls.key):
        yield "[http] tls: certificate and key go together"
    if not is_loopback(settings.http.listen) and not tls.certificate:
        yield "[http] listen: leaves loopback, so tls.certificate and tls.key are needed"
    if settings.mqtt.broker == "embedded" and not is_loopback(settings.mqtt.listen):
        yield "[mqtt] listen: the embedded broker listens on loopback only"
