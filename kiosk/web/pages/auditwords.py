"""What the audit trail calls things: what was done, by whom, and what came of it."""

from typing import assert_never

from kiosk.domain.auditevents import AccountChange, KeyChange, KnownBy
from kiosk.domain.device import TrialOutcome
from kiosk.domain.role import Role
from kiosk.locale import say
from kiosk.store.audit import Deed


def deed_name(deed: Deed, language: str) -> str:
    """What was done."""
    match deed.what:
        case "client.opened":
            return say(language, "Was told who the client is")
        case "client.not_found":
            return say(language, "Looked for a client whom nobody knows")
        case "client.rekeyed":
            return say(language, "Client is known under the new card key")
        case "client.erased":
            return say(language, "Client was erased")
        case "settings.changed":
            return say(language, "The branch goes by other settings")
        case "key.changed":
            return _key_change(KeyChange(deed.details["change"]), language)
        case "account.changed":
            return account_change(AccountChange(deed.details["change"]), language)
        case "session.begun":
            return say(language, "Signed in")
        case "session.ended":
            return say(language, "Signed out")
        case "signin.refused":
            return say(language, "Wrong password")
        case "day.sealed":
            return say(language, "Day was sealed")
        case _:
            return override_name(deed.what, language)


def override_name(what: str, language: str) -> str:
    """What staff did against the course of things; the fact's name when it is none of these."""
    match what:
        case "ticket.called":
            return say(language, "Called out of turn")
        case "ticket.moved":
            return say(language, "Gave a number in another queue")
        case "ticket.dropped":
            return say(language, "Deleted the number")
        case "ticket.reinstated":
            return say(language, "Let a missed number wait again")
        case "ticket.reclassified":
            return say(language, "Changed the priority")
        case "ticket.transferred":
            return say(language, "Sent on to somebody else")
        case "ticket.parked":
            return say(language, "Put aside")
        case "ticket.reprinted":
            return say(language, "Printed the slip again")
        case "day.cleared":
            return say(language, "Sent everybody home")
        case "alert.acknowledged":
            return say(language, "Acknowledged an alert")
        case "device.tested":
            return say(language, "Tried a device")
        case _:
            return what


def _key_change(change: KeyChange, language: str) -> str:
    match change:
        case KeyChange.BEGUN:
            return say(language, "Change of the card key was begun")
        case KeyChange.ENDED:
            return say(language, "Change of the card key was ended")
        case _:
            assert_never(change)


def account_change(change: AccountChange, language: str) -> str:
    """What became of an account."""
    match change:
        case AccountChange.USER_ADDED:
            return say(language, "User was added")
        case AccountChange.USER_DISABLED:
            return say(language, "User was disabled")
        case AccountChange.USER_ENABLED:
            return say(language, "User was enabled again")
        case AccountChange.USER_REMOVED:
            return say(language, "User was removed")
        case AccountChange.ROLE_CHANGED:
            return say(language, "User got another role")
        case AccountChange.PASSWORD_CHANGED:
            return say(language, "Password was changed")
        case AccountChange.TOKEN_ADDED:
            return say(language, "Program's token was added")
        case AccountChange.TOKEN_REVOKED:
            return say(language, "Program's token was revoked")
        case AccountChange.CODE_GIVEN:
            return say(language, "Code beside the password was set up")
        case AccountChange.CODE_TAKEN:
            return say(language, "Code beside the password was taken away")
        case AccountChange.PAD_LISTED:
            return say(language, "PAD asked to be let in")
        case AccountChange.PAD_APPROVED:
            return say(language, "PAD was let in")
        case AccountChange.PAD_REVOKED:
            return say(language, "PAD was shut out")
        case AccountChange.PAD_REMOVED:
            return say(language, "PAD was removed")
        case AccountChange.PAD_PROVEN:
            return say(language, "PAD proves itself from now on")
        case AccountChange.PAD_IN_CLIENT_MODE:
            return say(language, "PAD went into client mode")
        case _:
            assert_never(change)


def role_name(role: str, language: str) -> str:
    """As what somebody did it."""
    names = {
        Role.TERMINAL: say(language, "Terminal"),
        Role.DISPLAY: say(language, "Display"),
        Role.TELLER: say(language, "Teller"),
        Role.LOBBY_MANAGER: say(language, "Lobby manager"),
        Role.WEALTH_MANAGER: say(language, "Wealth manager"),
        Role.ADMINISTRATOR: say(language, "Administrator"),
        Role.AUDITOR: say(language, "Auditor"),
        Role.CRM: say(language, "CRM"),
        Role.MONITORING: say(language, "Monitoring"),
        "system": say(language, "The machine"),
        "command": say(language, "Command line"),
        "callpad": say(language, "Call pad"),
        "pad": say(language, "PAD"),
        "unknown": say(language, "Not known"),
    }
    return names.get(role, role)


def known_by_name(known_by: KnownBy, language: str) -> str:
    """By what a client was looked for."""
    match known_by:
        case KnownBy.CARD:
            return say(language, "by card")
        case KnownBy.PHONE:
            return say(language, "by phone number")
        case KnownBy.DOCUMENT:
            return say(language, "by identity document")
        case KnownBy.CODE:
            return say(language, "by the bank's code")
        case _:
            assert_never(known_by)


def outcome_name(outcome: TrialOutcome, language: str) -> str:
    """What came of trying a device."""
    match outcome:
        case TrialOutcome.PASSED:
            return say(language, "it works")
        case TrialOutcome.FAILED:
            return say(language, "it doesn't work")
        case TrialOutcome.UNTOLD:
            return say(language, "only who stands before it knows")
        case _:
            assert_never(outcome)
