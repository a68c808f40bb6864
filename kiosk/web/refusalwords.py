"""What is said of each refusal of the desk: a title and a sentence in the caller's language."""

from collections.abc import Mapping
from typing import Any, assert_never

from kiosk.domain import refusals
from kiosk.domain.refusals import Refused
from kiosk.domain.visitcode import CodeFault
from kiosk.locale import say


def words(refused: Refused, language: str, data: Mapping[str, Any]) -> tuple[str, str]:
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
        case refusals.UnknownAlert():
            return say(language, "Unknown alert"), say(language, "There is no such alert for you.")
        case refusals.UnknownSlip():
            return say(language, "Unknown slip"), say(language, "There is no such slip today.")
        case refusals.SlipDone():
            text = say(
                language,
                "What became of this slip is known already, and stays so: there is nothing left to"
                " tell of it.",
            )
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
        case refusals.NumberTaken():
            return say(language, "The number was called already"), _ticket_is(refused, language)
        case refusals.TicketIs():
            return say(language, "The ticket doesn't allow this now"), _ticket_is(refused, language)
        case _:
            return _handling_words(refused, language, data)


def _handling_words(refused: Refused, language: str, data: Mapping[str, Any]) -> tuple[str, str]:
    match refused:
        case refusals.NotYours():
            text = say(
                language, "Ticket {number} is neither at your counter nor yours to call.", **data
            )
            return say(language, "Somebody else's ticket"), text
        case refusals.TooSoon():
            text = say(language, "Give ticket {number} {seconds} seconds more to come.", **data)
            return say(language, "Called a moment ago"), text
        case refusals.RecallsMissing():
            text = say(
                language,
                "Call ticket {number} again first: {recalls} of {minimum} times so far.",
                **data,
            )
            return say(language, "Not called often enough"), text
        case refusals.RecallsExhausted():
            text = say(
                language, "Ticket {number} was called often enough: mark that nobody came.", **data
            )
            return say(language, "Called often enough"), text
        case refusals.SameQueue():
            text = say(language, "Ticket {number} is in queue {queue} already.", **data)
            return say(language, "The same queue"), text
        case refusals.TellerAway():
            text = say(language, "This teller has no counter open.")
            return say(language, "The teller is away"), text
        case refusals.TooLate():
            text = say(language, "Ticket {number} was given more than a minute ago.", **data)
            return say(language, "Too late"), text
        case _:
            return _choice_words(refused, language, data)


def _choice_words(refused: Refused, language: str, data: Mapping[str, Any]) -> tuple[str, str]:
    match refused:
        case refusals.KeyUsed():
            text = say(
                language,
                "This idempotency key was given with another command: take a new one for each.",
            )
            return say(language, "Not understood"), text
        case refusals.UnknownReason(reasons=reasons):
            text = say(language, "Give one of these reasons: {reasons}", reasons=", ".join(reasons))
            return say(language, "A reason is needed"), text
        case refusals.ReturnPast(now=now):
            text = say(
                language,
                "It is {now} here: ticket {number} can be parked until a later time, or for as long"
                " as it takes.",
                now=f"{now:%Y-%m-%d %H:%M}",
                number=refused.number,
            )
            return say(language, "The time is past"), text
        case refusals.UnknownStatus(statuses=statuses):
            known = ", ".join(statuses)
            text = say(language, "Choose one of these statuses: {statuses}", statuses=known)
            return say(language, "Unknown status"), text
        case refusals.UnknownClass():
            text = say(language, "The branch has no priority class {name}.", **data)
            return say(language, "Unknown class"), text
        case refusals.CapReached():
            text = say(
                language, "The service {service} has given all its tickets of today.", **data
            )
            return say(language, "No tickets left"), text
        case refusals.CodeVoid(fault=fault):
            return say(language, "The code does not count"), _void(fault, language)
        case refusals.CodeUsed():
            text = say(language, "This code has given number {number} already.", **data)
            return say(language, "The code is used"), text
        case refusals.PersonCapReached():
            text = say(
                language,
                "One person can have {cap} tickets a day for {service}.",
                **data,
            )
            return say(language, "No further ticket"), text
        case _:
            text = say(language, "This can't be done now.")
            return say(language, "Refused"), text


def _closed(language: str, data: Mapping[str, Any]) -> str:
    if data["opens_at"]:
        return say(language, "The service {service} opens at {opens_at}.", **data)
    return say(language, "The service {service} gives no tickets any more today.", **data)


def _void(fault: CodeFault, language: str) -> str:
    match fault:
        case CodeFault.INVALID:
            return say(language, "This is no code of our bank.")
        case CodeFault.OTHER_BRANCH:
            return say(language, "This code is for another branch.")
        case CodeFault.EXPIRED:
            return say(language, "This code has expired.")
        case CodeFault.TOO_EARLY:
            return say(language, "The appointment of this code is on another day.")
        case _:
            assert_never(fault)


def _counter_is(refused: refusals.CounterIs, language: str) -> str:
    if refused.state == "closed":
        return say(language, "Counter {counter} is closed: open it first.", counter=refused.counter)
    if refused.state == "paused":
        return say(
            language, "Counter {counter} is on a break: go on first.", counter=refused.counter
        )
    return say(language, "Counter {counter} is serving somebody.", counter=refused.counter)


def _ticket_is(refused: refusals.TicketIs | refusals.NumberTaken, language: str) -> str:
    match refused.state:
        case "called":
            text = say(language, "Ticket {number} has been called.", number=refused.number)
        case "serving":
            text = say(language, "Ticket {number} is being served.", number=refused.number)
        case "waiting":
            text = say(language, "Ticket {number} is waiting.", number=refused.number)
        case "parked":
            text = say(language, "Ticket {number} is parked.", number=refused.number)
        case "no_show":
            text = say(language, "Nobody came for ticket {number}.", number=refused.number)
        case "dropped":
            text = say(language, "Ticket {number} was deleted.", number=refused.number)
        case "moved":
            text = say(language, "Ticket {number} was given another number.", number=refused.number)
        case _:
            text = say(language, "Ticket {number} is done.", number=refused.number)
    return text
