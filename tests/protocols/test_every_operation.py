"""Every operation of docs/openapi.json is called with good and bad data, by those who may and others.

Whatever comes back is as the document says, to the last field; nothing makes the branch fail.
"""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, checks, openapi
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as openapi_checks

from kiosk.domain.role import PROGRAM_ROLES, STAFF_ROLES, Role
from kiosk.web.consoles import HEADER as CONSOLE
from tests.protocols.strict import strict
from tests.support.runningbranch import PASSWORD, SETTINGS, Client, RunningBranch

DOCUMENT = strict(json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text()))
for _operations in DOCUMENT["paths"].values():
    for _operation in _operations.values():
        del _operation["security"]  # who calls is chosen here, and is never bad data
pytestmark = pytest.mark.xdist_group("every operation")
_FOUND = [one for one in openapi.from_dict(DOCUMENT).get_all_operations() if isinstance(one, Ok)]
OPERATIONS = {one.ok().label: one.ok() for one in _FOUND}
EXAMPLES = 14
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
]
NOBODY = "nobody"
PASSING = {"POST /login", "POST /logout", "POST /lock", "POST /unlock"}
"""Whoever does this may not be signed in afterwards, or be locked out."""

KNOWN = {
    "service": ["cash"],
    "queue": ["A", "V"],
    "counter": ["1"],
    "class": ["vip", "regular"],
    "status": ["ready", "not_ready", "short_break"],
    "language": ["zh", "en"],
    "user": ["teller"],
    "device": ["PAD-2"],
    "device_secret": ["a secret that PAD-1 has shown"],
    "password": [PASSWORD],
}
REFUSED_HERE = {
    "GET /feed",  # is for WebSockets
    "POST /tickets/{ticket}/reprint",  # no printer
}
"""What nothing that is sent here brings about."""
WHOSE = {"POST /alerts/{alert}/acknowledge": Role.LOBBY_MANAGER}
"""Who has what is known; else any of those who may will do."""
WITH_NOBODY_THERE = ("/close", "/paper", "/serve", "/call")
WITH_SOMEBODY_THERE = ("/park", "/return", "/transfer")
LENIENT = (
    SETTINGS
    + """
[calling]
recalls_minimum = 0
recall_cooldown = 0
"""
)

REASONS = {
    "/drop": ["left"],
    "/park": ["documents"],
    "/priority": ["elderly"],
    "/clear": ["closing"],
}


class House:
    """A branch at work with somebody of each role."""

    def __init__(self, branch: RunningBranch) -> None:
        self.branch = branch
        self.tokens = {role: branch.session(role, role) for role in sorted(STAFF_ROLES)}
        self.tokens |= {role: branch.token(role, role) for role in sorted(PROGRAM_ROLES)}
        self.tokens[Role.WEALTH_MANAGER] = self.at_a_pad(Role.WEALTH_MANAGER)
        self.terminal = branch.client(self.tokens[Role.TERMINAL])
        self.teller = branch.client(self.tokens[Role.TELLER])
        self.statuses: dict[str, set[int]] = defaultdict(set)

    def prepare(self, label: str) -> None:
        """Somebody waits, the teller is there, and something is to be looked at."""
        for _ in range(2):
            self.terminal.post("/tickets", {"service": "cash"})
        for verb in ("return", "finish", "close", "open"):  # however the last one left it
            self.teller.answer("POST", f"/counters/1/{verb}", {})
        if not label.endswith(WITH_NOBODY_THERE):
            self.teller.answer("POST", "/counters/1/next", {})
        if label.endswith("/reinstate"):
            self.teller.post("/counters/1/no-show", {})
        self.teller.answer("POST", "/alerts", {})

    def passing(self) -> dict[Role, str]:
        """Others of the staff, who are signed in for this once."""
        nth = len(self.statuses)
        return {role: self.branch.session(f"{role}{nth}", role) for role in sorted(STAFF_ROLES)}

    def known(self, label: str) -> dict[str, list[str]]:
        """Names of what is there, for blanks in paths and fields of bodies."""
        state = self.teller.get("/state")
        waiting = [one["id"] for queue in state["queues"] for one in queue["tickets"]]
        held = [one["ticket"]["id"] for one in state["counters"] if one["ticket"]]
        aside = [one["id"] for one in state["aside"][-2:]]
        tickets = [*waiting[-3:], *held, *aside]
        if label.endswith(WITH_SOMEBODY_THERE):
            tickets = [*held, *waiting[-3:], *aside]
        if label.endswith("/reinstate"):
            tickets = aside[::-1]
        alerts = self.lobby().get("/alerts")["alerts"]
        visit = self.terminal.post("/visits", {"language": "en"})["id"]
        more = {"alert": [one["id"] for one in alerts], "ticket": tickets, "visit": [visit]}
        more["period"] = [state["branch"]["day"]]
        reasons = next((one for verb, one in REASONS.items() if label.endswith(verb)), [])
        more["reason"] = reasons
        if label.endswith("/slip"):
            issued = self.terminal.post("/tickets", {"service": "cash"})
            more |= {"ticket": [issued["id"]], "job": [issued["slip_job"]]}
        if label.endswith("/client-mode"):
            more["device"] = ["PAD-1"]
        elif label.endswith(("/approve", "/revoke")):
            self.branch.kiosk("device", "approve", "PAD-2", "--ahead")
        elif label.startswith("POST /devices"):
            more |= {"device": ["slip"], "status": ["online", "userError"]}
        return KNOWN | {name: found for name, found in more.items() if found}

    def at_a_pad(self, role: Role) -> str:
        """The token of somebody who is signed in at one."""
        secret = KNOWN["device_secret"][0]
        body = {"user": role, "password": PASSWORD, "device": "PAD-1", "device_secret": secret}
        with Client(self.branch.http) as door:
            door.answer("POST", "/login", body)
            self.branch.kiosk("device", "approve", "PAD-1")
            return str(door.post("/login", body)["token"])

    def lobby(self) -> Client:
        return self.branch.client(self.tokens[Role.LOBBY_MANAGER])


@pytest.fixture(autouse=True)
def without_what_the_caller_logs(caplog: pytest.LogCaptureFixture) -> None:
    """Addresses with random digits in them, some of which could be a card's."""
    caplog.set_level(logging.WARNING, "urllib3")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with RunningBranch(tmp_path_factory.mktemp("every"), settings=LENIENT) as branch:
        yield House(branch)


@st.composite
def requests(draw: st.DrawFn, label: str, known: dict[str, list[str]]) -> Case[Any]:
    """Good or bad data, mostly about what is there."""
    good = draw(st.sampled_from([True, True, False]))
    mode = GenerationMode.POSITIVE if good else GenerationMode.NEGATIVE
    case: Case[Any] = draw(OPERATIONS[label].as_strategy(generation_mode=mode))
    for part in (case.path_parameters, case.body if good else None):
        if isinstance(part, dict):
            for name in sorted(known.keys() & part.keys()):
                if draw(st.integers(0, 3)):
                    part[name] = draw(st.sampled_from(known[name]))
    if good and "wait" in (case.query or {}):
        case.query["wait"] = 0
    return case


def example(label: str, known: dict[str, list[str]]) -> Case[Any]:
    """What the document itself shows, about what is there."""
    operation = OPERATIONS[label]
    content = operation.definition.raw.get("requestBody", {}).get("content", {})
    examples = content.get("application/json", {}).get("examples", {})
    shown: dict[str, Any] = next((one["value"] for one in examples.values()), {})
    body = {name: known[name][-1] if name in known else value for name, value in shown.items()}
    blanks = re.findall(r"{(\w+)}", operation.path)
    return operation.Case(
        path_parameters={name: known[name][0] for name in blanks},
        headers={CONSOLE: "a page"} if label.endswith("/here") else {},
        query={"reminder": 5} if label == "GET /overdue" else {},
        body=body if content else NOT_SET,
        media_type="application/json",
    )


@pytest.mark.timeout(120)
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_whatever_is_sent_the_answer_is_as_described(house: House, label: str) -> None:
    house.prepare(label)
    allowed = OPERATIONS[label].definition.raw["x-roles"] or [Role.TELLER]
    others = sorted(set(Role) - set(allowed))[:1]
    tokens = house.tokens | (house.passing() if label in PASSING else {})
    known = house.known(label)
    who = st.sampled_from([*allowed * 3, *others, NOBODY])

    def send(case: Case[Any], role: str) -> None:
        headers = {} if role == NOBODY else {"Authorization": f"Bearer {tokens[Role(role)]}"}
        headers |= {"Accept-Language": "en"}
        answer: Any = case.call(f"http://127.0.0.1:{house.branch.http}/api/v1", headers=headers)
        house.statuses[label].add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests(label, known), role=who)
    def ask(case: Case[Any], role: str) -> None:
        send(case, role)

    send(example(label, known), WHOSE.get(label, allowed[-1]))
    ask()
    # The above is worth little where all was refused.
    assert house.statuses[label] & {200, 201, 204} or label in REFUSED_HERE
