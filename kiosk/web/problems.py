"""Problem documents (RFC 9457): a type, the caller's language, and data to act on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, time
from typing import Any

from pydantic_core import to_json
from starlette.requests import HTTPConnection
from starlette.responses import Response

from kiosk.domain import refusals
from kiosk.domain.refusals import Refused
from kiosk.shapes.writing import instant
from kiosk.web.pages.languages import page_language, page_languages
from kiosk.web.refusalwords import words

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document in one language. ``kind`` ends its type, ``/problems/{kind}``."""

    kind: str
    status: int
    title: str
    detail: str
    data: Mapping[str, Any] = field(default_factory=dict)
    headers: Headers = field(default_factory=dict)

    def response(self, language: str) -> Response:
        """The document as an HTTP answer."""
        document = dict(self.data) | {
            "type": f"/problems/{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        headers = {"content-language": language, **self.headers}
        return Response(to_json(document), self.status, headers, "application/problem+json")


def language_of(connection: HTTPConnection) -> str:
    """The caller's language: ``?language``, else the page's choice, else Accept-Language."""
    offered = page_languages(connection.app.state.languages)
    accepts = connection.headers.get("accept-language", "")
    return page_language(offered, connection.query_params, connection.cookies, accepts)


def of_refusal(refused: Refused, language: str) -> Problem:
    """What a refused command is answered with."""
    data = _data(refused)
    title, detail = words(refused, language, data)
    return Problem(kind_of(type(refused)), status_of(type(refused)), title, detail, data)


def status_of(refusal: type[Refused]) -> int:
    """Its HTTP status."""
    return _STATUS.get(refusal, 409)


def kind_of(refusal: type[Refused]) -> str:
    """What ends the type of its document: ``ticket-is``."""
    return re.sub(r"(?<=.)(?=[A-Z])", "-", refusal.__name__).lower()


_STATUS: Mapping[type[Refused], int] = {
    refusals.UnknownService: 404,
    refusals.UnknownQueue: 404,
    refusals.UnknownCounter: 404,
    refusals.UnknownTicket: 404,
    refusals.UnknownSlip: 404,
    refusals.UnknownAlert: 404,
    refusals.UnknownClass: 404,
    refusals.CounterTaken: 403,
    refusals.NotYours: 403,
    refusals.KeyUsed: 422,
    refusals.UnknownReason: 422,
    refusals.ReturnPast: 422,
    refusals.UnknownStatus: 422,
}
"""Where it isn't 409: a state that doesn't allow it."""


def _data(refused: Refused) -> dict[str, Any]:
    assert is_dataclass(refused)
    values = {one.name: getattr(refused, one.name) for one in fields(refused)}
    return {name: _told(value) for name, value in values.items()}


def _told(value: Any) -> Any:
    match value:
        case datetime():
            return instant(value)
        case time():
            return value.isoformat("minutes")
        case _:
            return value
