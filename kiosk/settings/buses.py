"""Settings of LED displays and call pads: where they are on which bus, and what frames they understand.

A template is data: the shipped ones are in ``bustemplates.toml`` beside this file, a site adds its
own as ``[[led_template]]`` and ``[[callpad_template]]``.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kiosk.busframe import ANY, TEXT, Frame
from kiosk.counterports import Key
from kiosk.settings.tree import Complaint, Location, Tree, doubles, entries, ids, unknown
from kiosk.settings.values import SIMULATED, Port, Section, TopicLevel

SHIPPED = Path(__file__).with_name("bustemplates.toml")

ADDRESS, SEEN, SEQUENCE, KEY, EFFECT, LAMP = (
    "address",
    "seen",
    "sequence",
    "key",
    "effect",
    "lamp",
)
QUESTION = frozenset({ADDRESS, SEEN})
PICTURE = frozenset({ADDRESS, TEXT, EFFECT, LAMP})
ANSWER = frozenset({ADDRESS, SEQUENCE, KEY, ANY})

ANSWERS = {
    "show": "shown",
    "chime": "chimed",
    "poll": "polled",
    "acknowledge": "acknowledged",
}
"""Frames and what they are answered with."""

Byte = Annotated[int, Field(ge=0, le=255)]


def _framed(names: frozenset[str], needed: frozenset[str]) -> AfterValidator:
    """A check that a text is a frame of these names."""

    def check(template: str) -> str:
        if template:
            missing = needed - Frame.parse(template, names).names
            if missing:
                raise ValueError(f"lacks the word {', '.join(sorted(missing))}")
        return template

    return AfterValidator(check)


Question = Annotated[str, _framed(QUESTION, frozenset({ADDRESS}))]
Picture = Annotated[str, _framed(PICTURE, frozenset({ADDRESS, TEXT}))]
Answer = Annotated[str, _framed(ANSWER, frozenset({ADDRESS}))]
PadAnswer = Annotated[str, Field(min_length=1), _framed(ANSWER, frozenset({ADDRESS, KEY}))]


class EffectSection(Section):
    """``effect``: what stands where the word does"""

    steady: Byte = 0
    blinking: Byte = 1


class LampSection(Section):
    """``lamp``: what stands where the word does, by the counter's state"""

    closed: Byte = 0
    open: Byte = 1
    serving: Byte = 1
    paused: Byte = 2


class PanelSection(Section):
    """What a template says of showing a text; for signs and pads alike"""

    id: TopicLevel
    encoding: Literal["ascii", "gb2312", "gbk"] = "ascii"
    cells: Annotated[int, Field(ge=0, le=64)]
    fill: bool = False
    show: Picture = ""
    shown: Answer = ""
    chime: Question = ""
    chimed: Answer = ""
    effect: EffectSection = EffectSection()
    lamp: LampSection = LampSection()
    silence: Annotated[float, Field(ge=0, le=20)] = 1
    answer_within_ms: Annotated[int, Field(ge=1, le=1000)] = 50


class LedTemplateSection(PanelSection):
    """``[[led_template]]``"""

    cells: Annotated[int, Field(ge=3, le=64)]
    show: Annotated[Picture, Field(min_length=1)]
    poll: Question = ""
    polled: Answer = ""


class CallpadTemplateSection(PanelSection):
    """``[[callpad_template]]``"""

    poll: Annotated[Question, Field(min_length=1)]
    polled: PadAnswer
    acknowledge: Question = ""
    acknowledged: Answer = ""
    no_key: Byte = 0
    keys: Annotated[dict[Key, Byte], Field(min_length=1)]


BusAddress = Annotated[int, Field(ge=1, le=247)]


class LedSection(Section):
    """``[[led]]``"""

    id: TopicLevel
    counter: str
    template: str
    port: Port
    baud: Annotated[int, Field(gt=0)] = 9600
    address: BusAddress
    language: Literal["zh", "en", "ru", "cs", "kk"] | None = None


class CallpadSection(Section):
    """``[[callpad]]``"""

    id: TopicLevel
    counter: str
    template: str
    port: Port
    baud: Annotated[int, Field(gt=0)] = 9600
    address: BusAddress
    transfer_to: str = ""


class ShippedSection(Section):
    """What ``bustemplates.toml`` has in it"""

    led_template: tuple[LedTemplateSection, ...]
    callpad_template: tuple[CallpadTemplateSection, ...]


@lru_cache(1)
def shipped() -> ShippedSection:
    """The templates that every branch has without writing them."""
    return ShippedSection.model_validate(_shipped_tree())


@lru_cache(1)
def _shipped_tree() -> Tree:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def bus_faults(tree: Tree) -> Iterator[Complaint]:
    """What each key of a bus allows and all of them together don't."""
    counters = {name for _, name in ids(tree, "counter")}
    queues = {name for _, name in ids(tree, "queue")}
    for table, name in (("led", "led_template"), ("callpad", "callpad_template")):
        templates = [*entries(_shipped_tree(), name), *entries(tree, name)]
        named = [(place, one.get("id")) for place, one in templates]
        yield from doubles(named, "id")
        for place, device in entries(tree, table):
            yield from unknown(place, device, ("counter",), counters)
            yield from unknown(place, device, ("template",), {one for _, one in named})
            for _, template in templates:
                if template.get("id") == device.get("template"):
                    yield from _too_large(place, device, template)
            if device.get("transfer_to"):
                yield from unknown(place, device, ("transfer_to",), queues)
        for place, template in entries(tree, name):
            yield from _echoes(place, template)
    yield from _neighbours(tree)


def _too_large(place: Location, device: Tree, template: Tree) -> Iterator[Complaint]:
    """An address with more digits than the template writes."""
    written = " ".join(one for one in template.values() if isinstance(one, str))
    digits = [int(one) for one in re.findall(r"address\.dec(\d)", written)]
    address = device.get("address")
    if digits and isinstance(address, int) and address >= 10 ** min(digits):
        yield (*place, "address"), f"{address} is more than {template['id']!r} can write"


def _echoes(place: Location, template: Tree) -> Iterator[Complaint]:
    for asked, answered in ANSWERS.items():
        question, answer = template.get(asked), template.get(answered)
        if isinstance(question, str) and isinstance(answer, str) and question:
            if question.split() == answer.split():
                yield (*place, answered), f"is the same as {asked}: an echo would pass for it"
        elif answer:
            yield (*place, answered), f"answers nothing: {asked} is missing"


def _neighbours(tree: Tree) -> Iterator[Complaint]:
    """Devices at one port share a bus: each an address of its own, all of them one speed."""
    others = [*entries(tree, "reader"), *entries(tree, "printer")]
    taken = {one.get("port"): place[0] for place, one in others if one.get("port") != SIMULATED}
    addresses: dict[tuple[object, object], object] = {}
    speeds: dict[object, object] = {}
    for place, device in [*entries(tree, "led"), *entries(tree, "callpad")]:
        port, address, name = (device.get(key) for key in ("port", "address", "id"))
        if isinstance(port, str) and port in taken:
            yield (*place, "port"), f"{port!r} is the port of a [[{taken[port]}]]"
        if isinstance(address, int):
            first = addresses.setdefault((port, address), name)
            if first is not name:
                yield (
                    (*place, "address"),
                    f"{address} at {port} is the address of {first!r} already",
                )
        baud = device.get("baud", LedSection.model_fields["baud"].default)
        if speeds.setdefault(port, baud) != baud:
            yield (*place, "baud"), f"{baud} differs from the {speeds[port]} of others at {port}"
