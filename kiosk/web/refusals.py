"""Why a request isn't carried out before the desk ever hears of it, and how that is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException

from kiosk.domain.ids import CounterId, VisitId
from kiosk.domain.refusals import Refused
from kiosk.domain.report.period import Period
from kiosk.domain.role import Role
from kiosk.flow.attempts import TooManyAttempts
from kiosk.locale import say
from kiosk.ports import LogUnavailable
from kiosk.reports.bookkeeper import NothingRecorded
from kiosk.store.accountsfile import AccountsUnavailable
from kiosk.store.deviceregister import UnknownPad
from kiosk.web.padcheck import OtherBranch, PadRefused
from kiosk.web.padproblems import of_pad
from kiosk.web.passwordcheck import CodeMissing, CodeNeeded, WrongCode, WrongPassword
from kiosk.web.problems import Problem, of_refusal


class RequestRefused(Exception):
    """The base of what is wrong with a request itself."""


class NotSignedIn(RequestRefused):
    """There is no valid session."""


@dataclass(eq=False)
class NotAllowed(RequestRefused):
    """This role may not."""

    role: Role


class CrossSite(RequestRefused):
    """A page of another site sent this."""


class WrongHost(RequestRefused):
    """The machine was addressed by a name that isn't its own."""


class HeadersTooLarge(RequestRefused):
    """Over 32 kB."""


class BodyTooLarge(RequestRefused):
    """Over 1 MB."""


class NotJson(RequestRefused):
    """The body isn't JSON."""


@dataclass(eq=False)
class InvalidRequest(RequestRefused):
    """Fields of body or query that won't do: name and what is wrong with it."""

    fields: Sequence[tuple[str, str]]


@dataclass(eq=False)
class UnknownVisit(RequestRefused):
    """The visit is over or never was."""

    visit: VisitId


@dataclass(eq=False)
class ConsoleElsewhere(RequestRefused):
    """The teller works at this counter from another page."""

    counter: CounterId


class ConsoleLocked(RequestRefused):
    """The teller has left the workplace: the password is asked for first (OPR-23)."""


class NoPrinter(RequestRefused):
    """The branch has no printer for slips."""


@dataclass(eq=False)
class EventsGone(RequestRefused):
    """Events that were asked for aren't kept any more."""

    oldest: int
    """The sequence of the oldest one that is."""


class StillLocked(RequestRefused):
    """The password isn't that of whoever is signed in; they stay so, and the workplace locked."""


class UpgradeNeeded(RequestRefused):
    """There is a WebSocket at this address."""


class NoPad(RequestRefused):
    """The caller didn't sign in at a PAD."""


def of_error(error: Exception, language: str) -> Problem:
    """What a request that failed with this error is answered with; never what went on inside."""
    match error:
        case Refused():
            return of_refusal(error, language)
        case RequestRefused():
            return _of_request(error, language)
        case WrongPassword():
            text = say(language, "User and password don't go together.")
            return Problem("wrong-password", 401, say(language, "Not signed in"), text)
        case CodeNeeded():
            text = say(language, "Give the code that the app on your phone shows, too.")
            return Problem("code-needed", 401, say(language, "A code is needed"), text)
        case WrongCode():
            text = say(
                language,
                "This code doesn't count: give the one that the app shows now. If none counts, the"
                " clock of the phone or of this machine is wrong.",
            )
            return Problem("wrong-code", 401, say(language, "Wrong code"), text)
        case CodeMissing():
            text = say(
                language,
                "Your role needs a code beside the password, and you have no app set up for it yet:"
                " ask whoever looks after this machine.",
            )
            return Problem("code-missing", 403, say(language, "A code is needed"), text)
        case TooManyAttempts(retry_after=seconds):
            text = say(language, "Too many attempts: wait {seconds} seconds.", seconds=seconds)
            title = say(language, "Too many attempts")
            return Problem("too-many-attempts", 429, title, text, {}, _retry_after(seconds))
        case PadRefused() | OtherBranch() | UnknownPad():
            return of_pad(error, language)
        case LogUnavailable(fault=fault):
            text = say(
                language,
                "Nothing can be written down just now, so no number is given or called here. Go on"
                " with the paper roll; this machine goes on by itself as soon as it can.",
            )
            title = say(language, "Out of order")
            return Problem("unavailable", 503, title, text, {"fault": fault.value}, _retry_after(5))
        case AccountsUnavailable():
            text = say(language, "Nothing can be written down just now. Try again in a moment.")
            title = say(language, "Out of order")
            return Problem("unavailable", 503, title, text, {}, _retry_after(5))
        case NothingRecorded(period=period):
            return _nothing_recorded(period, language)
        case HTTPException():
            return _of_http(error, language)
        case _:
            text = say(language, "Something went wrong in the machine; staff can read about it.")
            return Problem("internal", 500, say(language, "Internal error"), text)


def _retry_after(seconds: int) -> Mapping[str, str]:
    return {"retry-after": str(seconds)}


def _of_request(error: RequestRefused, language: str) -> Problem:
    match error:
        case NotSignedIn():
            text = say(language, "Sign in first.")
            challenge = {"www-authenticate": "Bearer"}
            title = say(language, "Not signed in")
            return Problem("not-signed-in", 401, title, text, {}, challenge)
        case NotAllowed(role=role):
            text = say(language, "Your role may not do this.")
            return Problem("not-allowed", 403, say(language, "Not allowed"), text, {"role": role})
        case CrossSite():
            text = say(language, "The request came from a page of another site.")
            return Problem("cross-site", 403, say(language, "Not allowed"), text)
        case WrongHost():
            text = say(language, "This machine has no such name; [http] public_url gives it one.")
            close = {"connection": "close"}  # whatever follows was meant for another host, too
            return Problem("wrong-host", 421, say(language, "Unknown host"), text, {}, close)
        case HeadersTooLarge():
            text = say(language, "The headers are over 32 kB.")
            return Problem("headers-too-large", 431, say(language, "Too large"), text)
        case BodyTooLarge():
            text = say(language, "The body is over 1 MB.")
            return Problem("body-too-large", 413, say(language, "Too large"), text)
        case NotJson():
            text = say(language, "The body is not JSON.")
            return Problem("not-json", 400, say(language, "Not understood"), text)
        case InvalidRequest(fields=fields):
            return _invalid(fields, language)
        case UnknownVisit(visit=visit):
            text = say(language, "This visit is over or never was: begin a new one.")
            title = say(language, "Unknown visit")
            return Problem("unknown-visit", 404, title, text, {"visit": visit})
        case UpgradeNeeded():
            text = say(language, "There is a WebSocket at this address: ask for the upgrade to it.")
            upgrade = {"upgrade": "websocket", "connection": "upgrade"}
            title = say(language, "A WebSocket")
            return Problem("upgrade-needed", 426, title, text, {}, upgrade)
        case EventsGone(oldest=oldest):
            text = say(
                language,
                "Events before {oldest} aren't kept any more. Read the state, and go on from there.",
                oldest=oldest,
            )
            title = say(language, "No longer kept")
            return Problem("events-gone", 410, title, text, {"oldest": oldest})
        case _:
            return _of_workplace(error, language)


def _of_workplace(error: RequestRefused, language: str) -> Problem:
    match error:
        case ConsoleElsewhere(counter=counter):
            text = say(
                language,
                "You work at counter {counter} from another page: use it here first.",
                counter=counter,
            )
            title = say(language, "Another page")
            return Problem("console-elsewhere", 409, title, text, {"counter": counter})
        case ConsoleLocked():
            text = say(language, "This workplace is locked: give your password first.")
            return Problem("locked", 423, say(language, "Locked"), text)
        case StillLocked():
            text = say(language, "This isn't your password: the workplace stays locked.")
            return Problem("still-locked", 403, say(language, "Locked"), text)
        case NoPad():
            text = say(language, "Sign in with the name of a PAD to have its settings.")
            return Problem("no-pad", 409, say(language, "Not at a PAD"), text)
        case _:
            text = say(language, "There is no printer for slips here.")
            return Problem("no-printer", 409, say(language, "No printer"), text)


def _nothing_recorded(period: Period, language: str) -> Problem:
    text = say(
        language,
        "Nothing is recorded of {period}: choose a day on which the branch was open.",
        period=period,
    )
    data = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    return Problem("nothing-recorded", 404, say(language, "No report"), text, data)


def _invalid(fields: Sequence[tuple[str, str]], language: str) -> Problem:
    names = ", ".join(dict.fromkeys(name for name, _ in fields))
    text = say(language, "These fields won't do: {names}", names=names)
    data = {"errors": [{"field": name, "problem": what} for name, what in fields]}
    return Problem("invalid", 422, say(language, "Not understood"), text, data)


def _of_http(error: HTTPException, language: str) -> Problem:
    if error.status_code == 405:
        text = say(language, "This address doesn't know this method.")
        title = say(language, "Method not allowed")
        return Problem("method-not-allowed", 405, title, text, {}, error.headers or {})
    if error.status_code == 404:
        text = say(language, "There is nothing at this address.")
        return Problem("not-found", 404, say(language, "Not found"), text)
    text = say(language, "The request was not understood.")
    return Problem("refused", error.status_code, say(language, "Not understood"), text)
