"""Problem documents (RFC 9457): a type, the caller's language, and data to act on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import time
from typing import Any

from pydantic_core import to_json
from starlette.requests import HTTPConnection
from starlette.responses import Response

from kiosk.domain import refusals
from kiosk.domain.refusals import Refused
from kiosk.locale import say
from kiosk.web.pages.languages import page_language, page_languages

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
    status = _STATUS.get(type(refused), 409)
    title, detail = _words(refused, language, data)
    return Problem(_kebab(type(refused).__name__), status, title, detail, data)


_STATUS: Mapping[type[Refused], int] = {
    refusals.UnknownService: 404,
    refusals.UnknownQueue: 404,
    refusals.UnknownCounter: 404,
    refusals.UnknownTicket: 404,
    refusals.UnknownSlip: 404,
    refusals.CounterTaken: 403,
}
"""Where it isn't 409: a state that doesn't allow it."""


def _words(refused: Refused, language: str, data: Mapping[str, Any]) -> tuple[str, str]:
    match refused:
        case refusals.UnknownService():
            text = say(language, "The branch has no service {service}.", **data)
            return say(language, "Unknown service"), text
        case refusals.UnknownQueue():
            text = say(language, "The branch has no queue {queue}.", **data)
            return say(language, "Unknown queue"), text
        case refusals.UnknownCounter():
            text = say(language, "The branch has no counter {counter}.", **data)
            return say(language, "Unknown counter"), text
        case refusals.UnknownTicket():
            return say(language, "Unknown ticket"), say(language, "There is no such ticket today.")
        case refusals.UnknownSlip():
            return say(language, "Unknown slip"), say(language, "There is no such slip today.")
        case refusals.SlipDone():
            text = say(language, "What became of this slip is known already.")
            return say(language, "The slip is done"), text
        case refusals.ServiceClosed():
            return say(language, "The service is closed"), _closed(language, data)
        case refusals.CounterIs():
            return say(language, "The counter doesn't allow this now"), _counter_is(
                refused, language
            )
        case refusals.CounterTaken():
            text = say(language, "Another teller has opened counter {counter}.", **data)
            return say(language, "Somebody else's counter"), text
        case refusals.TellerElsewhere():
            text = say(language, "You have counter {counter} open: close it first.", **data)
            return say(language, "Another counter is open"), text
        case refusals.NoOpenTicket():
            text = say(language, "Counter {counter} has called nobody.", **data)
            return say(language, "Nobody was called"), text
        case refusals.TicketIs():
            return say(language, "The ticket doesn't allow this now"), _ticket_is(refused, language)
        case _:
            text = say(language, "This can't be done now.")
            return say(language, "Refused"), text


def _closed(language: str, data: Mapping[str, Any]) -> str:
    if data["opens_at"]:
        return say(language, "The service {service} opens at {opens_at}.", **data)
    return say(language, "The service {service} gives no tickets any more today.", **data)


def _counter_is(refused: refusals.CounterIs, language: str) -> str:
    if refused.state == "closed":
        return say(language, "Counter {counter} is closed: open it first.", counter=refused.counter)
    return say(language, "Counter {counter} is on a break: go on first.", counter=refused.counter)


def _ticket_is(refused: refusals.TicketIs, language: str) -> str:
    match refused.state:
        case "called":
            text = say(language, "Ticket {number} has been called.", number=refused.number)
        case "serving":
            text = say(language, "Ticket {number} is being served.", number=refused.number)
        case "waiting":
            text = say(language, "Ticket {number} is waiting.", number=refused.number)
        case _:
            text = say(language, "Ticket {number} is done.", number=refused.number)
    return text


def _data(refused: Refused) -> dict[str, Any]:
    assert is_dataclass(refused)
    values = {one.name: getattr(refused, one.name) for one in fields(refused)}
    return {
        name: value.isoformat("minutes") if isinstance(value, time) else value
        for name, value in values.items()
    }


def _kebab(name: str) -> str:
    return re.sub(r"(?<=.)(?=[A-Z])", "-", name).lower()
