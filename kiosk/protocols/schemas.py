"""JSON Schemas of the code's types, each under a name of its own (JSON Schema 2020-12)."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import TypeAdapter

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]

REFERENCE = "#/components/schemas/"
ENDING = "Shape"
"""Of the names of many types; a reader of the documents has no use for it."""


class Schemas:
    """The schemas of some types as they are read (``asked``) and written (``told``)."""

    def __init__(self, asked: Iterable[Any], told: Iterable[Any]) -> None:
        wanted: list[tuple[Any, Mode]] = [(one, "validation") for one in asked]
        wanted += [(one, "serialization") for one in told]
        found, definitions = TypeAdapter.json_schemas(
            [(str(at), mode, TypeAdapter(one)) for at, (one, mode) in enumerate(wanted)],
            ref_template=REFERENCE + "{model}",
        )
        self._found: dict[tuple[str, Mode], Json] = {
            (repr(one), mode): _polished(found[(str(at), mode)])
            for at, (one, mode) in enumerate(wanted)
        }
        self.named: dict[str, Json] = {
            name.removesuffix(ENDING): _polished(schema)
            for name, schema in definitions.get("$defs", {}).items()
        }
        """By name; what they refer to stands here too."""
        assert len(self.named) == len(definitions.get("$defs", {})), "two types have one name"

    def asked(self, of: Any) -> Json:
        """The schema of what is sent to the branch."""
        return self._found[(repr(of), "validation")]

    def told(self, of: Any) -> Json:
        """The schema of what the branch sends."""
        return self._found[(repr(of), "serialization")]

    def resolved(self, schema: Json) -> Json:
        """What a reference refers to; else the schema itself."""
        reference: str | None = schema.get("$ref")
        found: Json = self.named[reference.removeprefix(REFERENCE)] if reference else schema
        return found

    def describe(self, types: Iterable[type]) -> None:
        """Tell of each property what the docstring behind the field in its class says."""
        for of in types:
            properties = self.named[of.__name__.removesuffix(ENDING)].get("properties", {})
            for field, text in field_docstrings(of).items():
                properties[field].setdefault("description", text)


def used(document: Json, section: str) -> Json:
    """The components of a section to which the rest of the document refers, however indirectly."""
    components = document["components"]
    rest = document | {"components": {**components, section: {}}}
    start = f"#/components/{section}/"
    found: Json = {}
    open_ = list(_references(rest, start))
    while open_:
        name = open_.pop()
        if name not in found:
            found[name] = components[section][name]
            open_ += _references(found[name], start)
    return dict(sorted(found.items()))


def _references(part: Any, start: str) -> Iterator[str]:
    match part:
        case {"$ref": str(reference)} if reference.startswith(start):
            yield reference.removeprefix(start)
        case dict():
            for one in part.values():
                yield from _references(one, start)
        case list():
            for one in part:
                yield from _references(one, start)


def plain(docstring: str | None) -> str:
    """A docstring as Markdown in one paragraph each."""
    text = re.sub(r"``(.+?)``", r"`\1`", inspect.cleandoc(docstring or ""))
    text = re.sub(r":\w+:`~?\.?(.+?)`", r"`\1`", text)
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def field_docstrings(of: type) -> dict[str, str]:
    """The docstrings that stand behind the fields of a class."""
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(of))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, after in zip(definition.body, definition.body[1:], strict=False):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = plain(text)
    return found


def _polished(schema: Any) -> Any:
    """Without titles that only repeat a name, with descriptions as Markdown."""
    match schema:
        case dict():
            return {
                key: _polished_key(key, value)
                for key, value in schema.items()
                if not (key == "title" and isinstance(value, str))
            }
        case list():
            return [_polished(one) for one in schema]
        case _:
            return schema


def _polished_key(key: str, value: Any) -> Any:
    if key == "description" and isinstance(value, str):
        return plain(value)
    if key == "$ref":
        return value.removesuffix(ENDING)
    return _polished(value)
