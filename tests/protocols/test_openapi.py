"""docs/openapi.json is what the code gives, of every route of the API and of no other."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.access import ANYBODY, TICKET_VERBS, WHO_MAY
from kiosk.domain.role import Role
from kiosk.protocols.documents import texts
from kiosk.protocols.operations import OPERATIONS, Operation
from kiosk.protocols.problemtypes import SAMPLES
from kiosk.protocols.verbs import verbs_of
from kiosk.web.protocolfiles import FOLDER
from kiosk.web.refusals import RequestRefused
from tests.support.doors import SOCKET, entrances, open_branch

ROOT = Path(__file__).parents[2]
API = "/api/v1"


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "docs/openapi.json").read_text())
    return document


def _described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in _document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


async def test_the_document_says_what_the_code_says(tmp_path: Path) -> None:
    async with open_branch(tmp_path) as branch:
        written = texts(branch.app.routes)
        ways = [way for way in entrances(branch.app) if way.path.startswith(API)]
    for name, text in written.items():
        assert (FOLDER / name).read_text() == text, "run scripts/protocols write"
        assert (ROOT / "docs" / name).read_text() == text
    there = {
        (f"{way.path.removesuffix('{verb}')}{verb}", "GET" if way.method == SOCKET else way.method)
        for way in ways
        for verb in (_verbs(way.name) if way.path.endswith("{verb}") else [""])
    }
    assert there == {(f"{API}{path}", method.upper()) for path, method, _ in _described()}


def _verbs(name: str) -> list[str]:
    return [verb for verb, _ in verbs_of(name)]


def test_roles_are_those_of_the_one_table() -> None:
    for path, _, operation in _described():
        name, _, verb = operation["operationId"].partition("-")
        if name == "ticket" and verb:
            allowed: frozenset[Role] | None = TICKET_VERBS[verb]
        else:
            allowed = WHO_MAY["counter-verb" if name == "counter" else operation["operationId"]]
        assert operation["x-roles"] == sorted(allowed or ()), path
        assert (operation["security"] == [] or {} in operation["security"]) == (allowed is ANYBODY)
        assert ("401" in operation["responses"]) == (allowed is not ANYBODY or name == "login")


def test_whatever_is_wrong_with_a_request_has_its_kind_of_problem() -> None:
    assert set(RequestRefused.__subclasses__()) <= {type(sample) for sample in SAMPLES}


def _operations() -> Iterator[tuple[str, Operation]]:
    yield from OPERATIONS.items()
    for name in ("counter-verb", "ticket-verb"):
        yield from ((f"{name} {verb}", operation) for verb, operation in verbs_of(name))


@pytest.mark.parametrize(("name", "operation"), list(_operations()))
def test_every_example_is_a_good_body(name: str, operation: Operation) -> None:
    body = operation.body
    if body is None:
        assert not operation.examples
        return
    for example in operation.examples.values():
        body.model_validate_json(json.dumps(example))
    if any(field.is_required() for field in body.model_fields.values()):
        assert operation.examples or name == "unlock", "nobody sees what this is to look like"


def test_the_table_has_no_row_without_a_route() -> None:
    assert {*OPERATIONS, "counter-verb", "ticket-verb"} == {
        name for name in WHO_MAY if not name.startswith("page-") and name != "static"
    }


def test_every_refusal_tells_its_data_and_nothing_has_two_meanings() -> None:
    schemas = _document()["components"]["schemas"]
    kinds = [
        one["properties"]["type"]["const"] for name, one in schemas.items() if "Problem" in name
    ]
    assert len(set(kinds)) >= len(kinds) - 1, "only the log and the accounts share one"
    assert schemas["TicketIsProblem"]["required"] == [
        *("ticket", "number", "state"),
        *("type", "title", "status", "detail"),
    ]
    assert schemas["ServiceClosedProblem"]["properties"]["opens_at"]["anyOf"][0]["pattern"]
