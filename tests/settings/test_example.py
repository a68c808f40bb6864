"""The files in ``config/``: every key stands there and is explained."""

import ast
import tomllib
from collections.abc import Iterator
from datetime import time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

import kiosk
from kiosk.domain.counter import Help, WorkProfile
from kiosk.domain.ids import ClassId, CounterId, QueueId, SegmentId, ServiceId
from kiosk.domain.queue import NumberSeries, PriorityClass
from kiosk.domain.rules import CallingRules, ReasonFor
from kiosk.domain.service import Hours
from kiosk.settings import Settings
from kiosk.settings.file import load
from kiosk.settings.plan import branch_plan
from tests.settings.site import CONFIG, settings
from tests.support.branch import A, V


class TestTheExample:
    """``config/kiosk.toml`` has every key, commented."""

    def test_every_key_of_the_model_stands_there(self) -> None:
        example = _tables(CONFIG / "kiosk.toml") | _tables(CONFIG / "services.toml")
        missing = [key for key in _keys_of(Settings) if key not in example]
        # The two drivers of a printer share one table; the other one's keys stand in a comment.
        comments = (CONFIG / "kiosk.toml").read_text(encoding="utf-8")
        assert [key for key in missing if f"{key.rpartition('.')[2]} = " not in comments] == []

    def test_every_key_is_read_by_the_program(self) -> None:
        unread = [
            key
            for key in _keys_of(Settings)
            if key.rpartition(".")[2] not in _read() and not key.startswith(READ_BY_NAME)
        ]
        assert unread == []

    def test_each_has_a_comment_the_first_time_it_stands_there(self) -> None:
        uncommented = [
            f"{file.name}: {line}"
            for file in (CONFIG / "kiosk.toml", CONFIG / "services.toml")
            for line in _uncommented(file.read_text(encoding="utf-8"))
        ]
        assert uncommented == []

    def test_its_rules_of_the_house_are_the_usual_ones(self, tmp_path: Path) -> None:
        told = branch_plan(load(CONFIG / "kiosk.toml"))
        usual = branch_plan(settings(tmp_path, ""))
        assert told.calling == usual.calling == CallingRules(2, timedelta(seconds=20), 3)
        assert told.reasons == usual.reasons
        assert set(usual.reasons[ReasonFor.DROP]) == {"left", "duplicate"}
        assert list(told.breaks) == ["lunch", "short_break"]
        assert len(usual.breaks) == 8
        lunch = usual.breaks["lunch"]
        assert (lunch.limit, lunch.times) == (timedelta(minutes=40), 1)
        cash = told.services[ServiceId("cash")]
        assert (cash.cap_per_day, cash.cap_per_person, cash.last_tickets) == (400, 3, 20)

    def test_it_makes_the_plan_it_tells_of(self) -> None:
        plan = branch_plan(load(CONFIG / "kiosk.toml"))
        assert (plan.id, plan.day_starts, plan.languages) == (
            "0755",
            time(4),
            ("zh", "en", "ru", "cs"),
        )
        assert str(plan.zone) == "Asia/Shanghai"
        assert plan.queues[A].series == NumberSeries("A", first=1, width=3, last=999)
        assert plan.classes == {
            ClassId("regular"): PriorityClass(ClassId("regular"), 15, 40),
            ClassId("vip"): PriorityClass(ClassId("vip"), 3, 12),
            ClassId("appointment"): PriorityClass(ClassId("appointment"), 3, 20),
        }
        cash = plan.services[ServiceId("cash")]
        assert (cash.queue, cash.vip_queue, cash.mean_minutes) == (A, V, 6)
        assert cash.hours == (
            Hours(frozenset(range(5)), time(9), time(17)),
            Hours(frozenset({5}), time(9, 30), time(16)),
        )
        assert plan.counters[CounterId("1")].profile == WorkProfile(
            frozenset({A, V}), frozenset(), (Help(QueueId("B"), 20),)
        )
        assert plan.hours == cash.hours
        lunch = Hours(frozenset(range(5)), time(12), time(12, 40))
        assert plan.counters[CounterId("1")].breaks == (lunch,)
        assert plan.counters[CounterId("2")].breaks == ()
        (segment,) = plan.segments
        assert (segment.id, segment.priority_class, segment.assets_at_least) == (
            SegmentId("vip"),
            "vip",
            500_000,
        )
        assert segment.grades == {"gold", "diamond"}


def test_the_demonstration_branch() -> None:
    told = load(CONFIG / "demo.toml")
    plan = branch_plan(told)
    assert list(told.remarks()) == []
    assert set(plan.queues) == {"A", "B", "C", "V"}
    assert set(plan.services) == {"cash", "account", "transfer", "business", "advice"}
    assert plan.counters[CounterId("4")].profile == WorkProfile(
        frozenset({V}), frozenset({QueueId("B")})
    )
    assert {device.port for device in (*told.reader, *told.printer)} == {"sim"}
    served = {queue for one in plan.counters.values() for queue in one.profile.queues}
    assert served == set(plan.queues)


def _keys_of(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Every key of the model, as ``service.hours``."""
    for name, field in model.model_fields.items():
        key = f"{path}{field.alias or name}"
        parts = list(_models_in(field.annotation))
        if not parts:
            yield key
        for part in parts:
            yield from _keys_of(part, f"{key}.")


READ_BY_NAME = ("reasons.", "secrets.", "led_template.lamp.", "callpad_template.lamp.")
"""Tables of which a whole is made, or which are asked for a key that is named elsewhere."""


@cache
def _read() -> frozenset[str]:
    """What anything is asked for by name, as ``settings.branch.currency`` is."""
    asked = (
        node.attr
        for file in Path(kiosk.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    )
    return frozenset(name.removesuffix("_") for name in asked)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _tables(file: Path) -> set[str]:
    return set(_keys_in(tomllib.loads(file.read_text(encoding="utf-8"))))


def _keys_in(tree: Any, path: str = "") -> Iterator[str]:
    if isinstance(tree, list):
        for entry in tree:
            yield from _keys_in(entry, path)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield f"{path}{key}"
            yield from _keys_in(value, f"{path}{key}.")


SPEAK_FOR_THEMSELVES = {
    *("id", "name", "queue", "class", "kind", "driver", "baud", "source", "mean_minutes"),
}


def _uncommented(text: str) -> Iterator[str]:
    """Lines whose key has no comment where it stands first, beside or above it or at its table."""
    seen = set(SPEAK_FOR_THEMSELVES)
    explained = False
    for line in text.splitlines():
        if line.startswith("["):
            explained = explained or "#" in line
        elif line.startswith("#"):
            explained = True
        elif not line:
            explained = False
        elif (key := line.partition(" =")[0]) not in seen:
            seen.add(key)
            if "#" not in line and not explained:
                yield line
