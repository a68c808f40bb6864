"""What is really said, held against docs/asyncapi.json: each message by the topic it came under."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.protocols.strict import strict

DOCUMENT = strict(
    json.loads((Path(__file__).parents[2] / "docs/asyncapi.json").read_text(encoding="utf-8"))
)


def faults_of(topic: str, message: Any) -> list[str]:
    """What isn't as described; a topic that no channel has is a fault too."""
    channels = [name for pattern, name in _topics() if pattern.fullmatch(topic)]
    if len(channels) != 1:
        return [f"{topic}: {len(channels)} channels"]
    return [f"{topic}: {fault}" for fault in _faults(message, channels[0])]


def faults_in(schema: str, value: Any) -> list[str]:
    """What isn't as the schema of this name says."""
    return _told(_validator((schema,)), value)


def channel_of(topic: str) -> str:
    """The name of the topic's channel."""
    return next(name for pattern, name in _topics() if pattern.fullmatch(topic))


def _faults(message: Any, channel: str) -> list[str]:
    names = tuple(DOCUMENT["channels"][channel]["messages"])
    if "specversion" in message:  # of several the one that it says it is: its faults can be read
        names = tuple(name for name in names if _type(name) == message["type"]) or names
    return _told(_validator(names), message)


def _type(name: str) -> Any:
    return DOCUMENT["components"]["schemas"][name]["properties"]["type"]["const"]


def _told(validator: Draft202012Validator, value: Any) -> list[str]:
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]


@cache
def _validator(names: tuple[str, ...]) -> Draft202012Validator:
    any_ = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    schema = {"anyOf": any_} if len(any_) > 1 else any_[0]
    return Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker()
    )


@cache
def _topics() -> list[tuple[re.Pattern[str], str]]:
    return list(_patterns())


def _patterns() -> Iterator[tuple[re.Pattern[str], str]]:
    for name, channel in DOCUMENT["channels"].items():
        levels = (
            "[^/]+" if level.startswith("{") else re.escape(level)
            for level in channel["address"].split("/")
        )
        yield re.compile("/".join(levels)), name
