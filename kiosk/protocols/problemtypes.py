"""The kinds of problem documents (RFC 9457) that there are, and what each tells beside its text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, create_model
from starlette.exceptions import HTTPException

from kiosk.domain import refusals
from kiosk.domain.ids import BranchId, CounterId, VisitId
from kiosk.domain.refusals import Refused
from kiosk.domain.report.period import Period
from kiosk.domain.role import Role
from kiosk.flow.attempts import TooManyAttempts
from kiosk.ports import LogUnavailable
from kiosk.reports.bookkeeper import NothingRecorded
from kiosk.shapes.hall import ClockText, InstantText
from kiosk.store.accountsfile import AccountsUnavailable
from kiosk.store.deviceregister import Standing, UnknownPad
from kiosk.web import refusals as requests
from kiosk.web.padcheck import OtherBranch, PadRefused
from kiosk.web.passwordcheck import CodeMissing, CodeNeeded, WrongCode, WrongPassword
from kiosk.web.problems import kind_of, status_of
from kiosk.web.refusals import of_error

NotFound = type("NotFound", (HTTPException,), {"__doc__": "There is nothing at this address."})

SAMPLES: tuple[Exception, ...] = (
    requests.NotSignedIn(),
    requests.NotAllowed(Role.TELLER),
    requests.CrossSite(),
    requests.WrongHost(),
    requests.HeadersTooLarge(),
    requests.BodyTooLarge(),
    requests.NotJson(),
    requests.InvalidRequest([("service", "Field required")]),
    requests.UnknownVisit(VisitId("019d0000-0000-7000-8000-000000000001")),
    requests.ConsoleElsewhere(CounterId("1")),
    requests.ConsoleLocked(),
    requests.NoPrinter(),
    requests.EventsGone(812),
    requests.StillLocked(),
    requests.UpgradeNeeded(),
    requests.NoPad(),
    WrongPassword(),
    TooManyAttempts(30),
    CodeNeeded(""),
    WrongCode(),
    CodeMissing(),
    PadRefused(Standing.PENDING, "PAD-1", "3fa9-c21b"),
    OtherBranch("0101", BranchId("0102")),
    UnknownPad("PAD-1"),
    LogUnavailable("the disk is full"),
    AccountsUnavailable("the disk is full"),
    NothingRecorded(Period(date(2026, 3, 2), date(2026, 3, 2))),
    NotFound(404),
)
"""One of each kind that isn't a refusal of the hall."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its HTTP status, and the type of its document."""

    cause: type[Exception]
    status: int
    document: type[BaseModel]


def problem_types() -> dict[type[Exception], ProblemType]:
    """All of them, by what causes them."""
    found = [*map(_of_sample, SAMPLES), *map(_of_refusal, refusals_of_the_hall())]
    return {one.cause: one for one in found}


def refusals_of_the_hall() -> Iterator[type[Refused]]:
    """Why the desk doesn't carry a command out."""
    for one in vars(refusals).values():
        if isinstance(one, type) and issubclass(one, Refused) and one is not Refused:
            yield one


def _of_sample(sample: Exception) -> ProblemType:
    problem = of_error(sample, "en")
    data = {name: _hint(value) for name, value in problem.data.items()}
    return _problem_type(type(sample), problem.kind, problem.status, data)


def _hint(value: Any) -> Any:
    match value:
        case [first, *_]:
            return list[_hint(first)]  # type: ignore[misc]  # made for a schema only
        case {**named}:
            return dict[str, _hint(next(iter(named.values())))]  # type: ignore[misc]
        case _:
            return type(value)


def _of_refusal(refusal: type[Refused]) -> ProblemType:
    hints = get_type_hints(refusal)
    data = {
        one.name: _AS_TEXT.get(hints[one.name], hints[one.name])
        for one in fields(refusal)  # type: ignore[arg-type]  # each of them is a dataclass
    }
    return _problem_type(refusal, kind_of(refusal), status_of(refusal), data)


_AS_TEXT: Mapping[Any, Any] = {time | None: ClockText | None, datetime: InstantText}
"""What times are in a document."""


def _problem_type(
    cause: type[Exception], kind: str, status: int, data: Mapping[str, Any]
) -> ProblemType:
    always = {
        "type": Literal[f"/problems/{kind}"],
        "title": str,
        "status": Literal[status],
        "detail": str,
    }
    members: dict[str, Any] = {name: (hint, ...) for name, hint in {**data, **always}.items()}
    document = create_model(f"{cause.__name__}Problem", __doc__=cause.__doc__, **members)
    return ProblemType(cause, status, document)
