"""Reading requests and writing answers: JSON both ways."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from kiosk.domain.ids import Language
from kiosk.domain.requestkey import request_key
from kiosk.web.refusals import InvalidRequest, NotJson

Json = dict[str, Any]


class Body(BaseModel):
    """The body of a request. Unknown fields are refused."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)


Wanted = TypeVar("Wanted", bound=BaseModel)


async def read_body(request: Request, wanted: type[Wanted]) -> Wanted:
    """The body; empty counts as ``{}``. Raises NotJson or InvalidRequest."""
    return decoded(await request.body() or b"{}", wanted)


def decoded(body: bytes, wanted: type[Wanted]) -> Wanted:
    """JSON as what it should be. Raises NotJson or InvalidRequest."""
    try:
        return wanted.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(error) from None


def read_query(request: Request, wanted: type[Wanted]) -> Wanted:
    """The query. Raises InvalidRequest."""
    try:
        return wanted.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise _refusal(error) from None


def idempotency_key(request: Request, asked: Body | None = None) -> str | None:
    """The caller's ``Idempotency-Key``, for this address and body. Raises InvalidRequest."""
    key = given_idempotency_key(request)
    if key is None:
        return None
    body = asked.model_dump_json() if asked else ""
    return request_key(key, f"{request.scope['path']}\n{body}".encode())


def given_idempotency_key(request: Request) -> str | None:
    """What the caller sent as such. Raises InvalidRequest for one that won't do."""
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= 255 and min(key) >= " "):
        raise InvalidRequest([("Idempotency-Key", "should have 1 to 255 characters")])
    return key


def known_language(language: str | None, languages: tuple[Language, ...]) -> Language | None:
    """A language of the branch. Raises InvalidRequest for another one."""
    if language is None:
        return None
    if language not in languages:
        raise InvalidRequest([("language", f"should be one of {', '.join(languages)}")])
    return Language(language)


def json_answer(
    value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The value as a JSON answer."""
    return Response(to_json(value), status, headers, "application/json")


def without_clients(value: Any) -> Any:
    """The same JSON values with no client's reference in them."""
    if isinstance(value, dict):
        return {
            name: None if name == "client" else without_clients(one) for name, one in value.items()
        }
    if isinstance(value, list):
        return [without_clients(one) for one in value]
    return value


def _refusal(error: ValidationError) -> InvalidRequest | NotJson:
    """Names of fields and what is wrong, never what was sent: it may be a person's data."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return NotJson()
    return InvalidRequest(
        [(".".join(map(str, one["loc"])) or "body", _plain(one["msg"])) for one in faults]
    )


def _plain(problem: str) -> str:
    """A library's sentence without the names of our code and its own."""
    return _MEMBER.sub(r"\1", problem).removeprefix("Value error, ")


_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")
