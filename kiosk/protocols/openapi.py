"""The OpenAPI 3.1 document of the API, written from its routes, their types and the role table."""

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.routing import BaseRoute, Route, WebSocketRoute

from kiosk import __version__
from kiosk.access import ANYBODY, BEFORE_THE_LOCK, TICKET_VERBS, WHO_MAY
from kiosk.domain.refusals import Refused
from kiosk.domain.role import Role
from kiosk.ports import LogUnavailable
from kiosk.protocols.eventschemas import EVENTS_ANSWER, TOLD, event_schemas
from kiosk.protocols.operations import OPERATIONS, TAGS, Of, Operation
from kiosk.protocols.parameters import HEADERS, PARAMETERS, path_parameters, query_parameters
from kiosk.protocols.problemtypes import ProblemType, problem_types, refusals_of_the_hall
from kiosk.protocols.schemas import REFERENCE, Json, Schemas, plain, used
from kiosk.protocols.verbs import verbs_of
from kiosk.web import refusals
from kiosk.web.counters import HERE
from kiosk.web.guard import COOKIE
from kiosk.web.metrics import EXPOSITION

ROOT = "/api/v1"
ABOUT = """\
What PADs, terminals and other programs ask a branch and have it do. Events, states and alerts come
over MQTT: see `asyncapi.json`.

Times are RFC 3339 in UTC, minutes are whole numbers. Fields may be added to any answer: pass over
those that you don't know. A change of meaning is a new version of the path.

Refusals are problem documents (RFC 9457) in the language of `?language` or `Accept-Language`; `type`
says which one it is, and never changes. Answers come in this order: 401 without a valid session, 403
for a role that may not, 423 for a console that is locked, and then what the operation itself says.
Any request may also be answered with 413 (a body over 1 MB), 421 (the machine has no such name),
431 (headers over 32 kB), 500 and 503.
"""
ANY_REQUEST = (refusals.WrongHost, refusals.HeadersTooLarge)
WITH_A_BODY = (refusals.NotJson, refusals.InvalidRequest, refusals.BodyTooLarge)
MEDIA = "application/problem+json"
REFUSED = "Refused"
"""Begins the names of the schemas of all refusals of the hall with one status."""


def openapi(routes: Iterable[BaseRoute]) -> Json:
    """The document of the application's routes. KeyError for one that isn't described."""
    return _Description().document([one for one in routes if _path(one).startswith(ROOT)])


class _Description:
    """What the document's parts have in common: the schemas, and the kinds of problems."""

    def __init__(self) -> None:
        self._problems = problem_types()
        self._responses: dict[str, Json] = {}
        """The answers to what isn't carried out; many operations have the same."""
        operations = [*OPERATIONS.values(), *(one for _, one in _all_verbs())]
        told = [of for one in operations for of in one.answers.values() if _is_type(of)]
        told += [one.document for one in self._problems.values()]
        asked = [of for one in operations for of in (one.body, one.query) if of]
        self._schemas = Schemas(asked, [*told, *TOLD])
        self._schemas.describe(asked)

    def document(self, routes: Sequence[BaseRoute]) -> Json:
        paths: dict[str, Json] = {}
        for route in routes:
            for path, method, operation in self._operations(route):
                paths.setdefault(path.removeprefix(ROOT), {})[method] = operation
        document: Json = {
            "openapi": "3.1.0",
            "info": {
                "title": "kiosk, the queue machine of a branch",
                "version": __version__,
                "description": ABOUT,
                "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": ROOT, "description": "The branch that serves this document."}],
            "tags": [{"name": tag, "description": text} for tag, text in TAGS.items()],
            "paths": dict(sorted(paths.items())),
            "components": self._components(),
        }
        document["components"]["schemas"] = used(document, "schemas")
        return document

    def _operations(self, route: BaseRoute) -> Iterable[tuple[str, str, Json]]:
        path, name, told = _path(route), _name(route), _docstring(route)
        if path.endswith("{verb}"):
            for verb, operation in verbs_of(name):
                own = path.replace("{verb}", verb)
                roles = TICKET_VERBS[verb] if name == "ticket-verb" else WHO_MAY[name]
                yield own, "post", self._operation(name, operation, own, roles, verb=verb)
            return
        [method] = (route.methods or set()) - {"HEAD"} if isinstance(route, Route) else {"GET"}
        described = self._operation(name, OPERATIONS[name], path, WHO_MAY[name], told=told)
        yield path, method.lower(), described

    def _operation(
        self,
        name: str,
        operation: Operation,
        path: str,
        roles: frozenset[Role] | None,
        *,
        verb: str = "",
        told: str = "",
    ) -> Json:
        summary, _, more = plain(operation.told or told).partition(". ")
        who = "anybody" if roles is ANYBODY else ", ".join(sorted(roles))
        parameters = [*path_parameters(path), *query_parameters(self._query(operation))]
        parameters += [{"$ref": "#/components/parameters/Language"}]
        if verb == HERE:
            parameters.append({"$ref": "#/components/parameters/Console"})
        if operation.commands:
            parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
            parameters.append({"$ref": "#/components/parameters/Trace"})
        described: Json = {
            "operationId": f"{name.removesuffix('-verb')}-{verb}" if verb else name,
            "tags": [operation.tag],
            "summary": summary.rstrip("."),
            "description": f"{more} For: {who}.".strip(),
            "x-roles": [] if roles is ANYBODY else sorted(roles),
            "security": _security(name, roles),
            "parameters": parameters,
        }
        if operation.body:
            described["requestBody"] = self._body(operation)
        answers = {status: self._answer(status, of) for status, of in operation.answers.items()}
        for media in operation.files:
            kind = media.partition(";")[0]
            answers[200]["content"][kind] = {"schema": {"contentMediaType": kind}}
        problems = self._refused(_causes(name, operation, roles))
        known = answers | {status: one for status, one in problems.items() if status not in answers}
        described["responses"] = {str(status): one for status, one in sorted(known.items())}
        return described

    def _query(self, operation: Operation) -> Json:
        return (
            self._schemas.resolved(self._schemas.asked(operation.query)) if operation.query else {}
        )

    def _body(self, operation: Operation) -> Json:
        schema = self._schemas.asked(operation.body)
        media: Json = {"schema": schema}
        if operation.examples:
            media["examples"] = {
                "".join(word.capitalize() for word in name.split()): {"summary": name, "value": one}
                for name, one in operation.examples.items()
            }
        needed = bool(self._schemas.resolved(schema).get("required"))
        return {"required": needed, "content": {"application/json": media}}

    def _answer(self, status: int, of: Any) -> Json:
        match of:
            case None:
                return {"description": "Done."}
            case Of.FEED:
                return {
                    "description": "A WebSocket: a snapshot, then every change. See asyncapi.json."
                }
            case Of.TEXT:
                content = {EXPOSITION.partition(";")[0]: {"schema": {"type": "string"}}}
                return {"description": "Prometheus text format.", "content": content}
            case Of.DOCUMENT:
                content = {"application/json": {"schema": {"type": "object"}}}
                return {"description": "The document.", "content": content}
            case Of.EVENTS:
                schema = {"$ref": REFERENCE + Of.EVENTS}
            case _:
                schema = self._schemas.told(of)
        text = self._named(schema).get("description", "Done.")
        answer: Json = {"description": text, "content": {"application/json": {"schema": schema}}}
        if status == 201:
            answer["description"] = f"Made. {text}"
        return answer

    def _refused(self, causes: Iterable[type[Exception]]) -> dict[int, Json]:
        """The answers to what isn't carried out, by status."""
        found: dict[int, list[ProblemType]] = {}
        for cause in dict.fromkeys(causes):
            found.setdefault(self._problems[cause].status, []).append(self._problems[cause])
        return {status: self._problem(status, kinds) for status, kinds in found.items()}

    def _problem(self, status: int, kinds: Sequence[ProblemType]) -> Json:
        alone = len([one for one in kinds if issubclass(one.cause, Refused)]) == 1
        own = [one for one in kinds if alone or not issubclass(one.cause, Refused)]
        told = [plain(one.cause.__doc__).partition("\n")[0] for one in own]
        references = [self._schemas.told(one.document) for one in own]
        if len(kinds) > len(own):  # a command: the hall may refuse it for many reasons
            told.append("The hall refuses it: nothing has changed.")
            references.append({"$ref": f"{REFERENCE}{REFUSED}{status}"})
        schema = references[0] if len(references) == 1 else {"anyOf": references}
        answer: Json = {"description": " ".join(told), "content": {MEDIA: {"schema": schema}}}
        if headers := HEADERS.get(status):
            answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
        name = "Or".join(one["$ref"].removeprefix(REFERENCE) for one in references)
        self._responses[name] = answer
        return {"$ref": f"#/components/responses/{name}"}

    def _refusals(self) -> dict[str, Json]:
        """The refusals of the hall, together by status."""
        found: dict[str, Json] = {}
        for cause in refusals_of_the_hall():
            one = self._problems[cause]
            group = found.setdefault(f"{REFUSED}{one.status}", {"anyOf": []})
            group["anyOf"].append(self._schemas.told(one.document))
        return found

    def _components(self) -> Json:
        return {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of a sign-in, or of `kiosk token add` for programs.",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE,
                    "description": "Of the machine's own pages.",
                },
            },
            **PARAMETERS,
            "responses": dict(sorted(self._responses.items())),
            "schemas": dict(
                sorted(
                    (self._schemas.named | event_schemas(self._schemas) | self._refusals()).items()
                )
            ),
        }

    def _named(self, schema: Json) -> Json:
        if schema.get("$ref") == REFERENCE + Of.EVENTS:
            return EVENTS_ANSWER
        return self._schemas.resolved(schema)


def _all_verbs() -> Iterable[tuple[str, Operation]]:
    return [*verbs_of("counter-verb"), *verbs_of("ticket-verb")]


def _is_type(of: Any) -> bool:
    return of is not None and not isinstance(of, Of)


def _security(name: str, roles: frozenset[Role] | None) -> list[Json]:
    if roles is ANYBODY:
        # More is told to those who say who they are.
        return [{}, {"bearer": []}] if name == "health" else []
    return [{"bearer": []}, {"cookie": []}]


def _causes(
    name: str, operation: Operation, roles: frozenset[Role] | None
) -> Iterable[type[Exception]]:
    """Why a request of this kind may be refused, what comes first first."""
    if roles is not ANYBODY:
        yield from (refusals.NotSignedIn, refusals.NotAllowed)
        if name not in BEFORE_THE_LOCK and Role.TELLER in roles:
            yield refusals.ConsoleLocked
    yield from ANY_REQUEST
    if operation.body:
        yield from (refusals.CrossSite, *WITH_A_BODY)
    if operation.query or operation.commands:
        yield refusals.InvalidRequest
    yield from operation.refusals
    if operation.commands:
        yield from refusals_of_the_hall()
    yield LogUnavailable


def _path(route: BaseRoute) -> str:
    return route.path if isinstance(route, Route | WebSocketRoute) else ""


def _name(route: BaseRoute) -> str:
    assert isinstance(route, Route | WebSocketRoute)
    return route.name


def _docstring(route: BaseRoute) -> str:
    """What the route does; what it raises is said by its answers."""
    assert isinstance(route, Route | WebSocketRoute)
    text = plain(route.endpoint.__doc__)
    return " ".join(one for one in text.split("\n\n") if not one.startswith("Raises "))
