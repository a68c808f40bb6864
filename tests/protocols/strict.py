"""The documents' schemas as tests hold traffic against them: nothing may come that isn't described."""

from typing import Any


def strict(schema: Any) -> Any:
    """The same schema in which an object has no other properties than those it names."""
    match schema:
        case {"type": "object", "properties": dict()} if "additionalProperties" not in schema:
            return {key: strict(value) for key, value in schema.items()} | {
                "additionalProperties": False
            }
        case dict():
            return {key: strict(value) for key, value in schema.items()}
        case list():
            return [strict(one) for one in schema]
        case _:
            return schema
