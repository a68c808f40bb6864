"""What a person should know besides the stage itself, in words."""

from typing import assert_never

from kiosk.domain.visit import Notice
from kiosk.locale import say


def told(notice: Notice | None, words: str, document: str | None = None) -> str | None:
    """The notice in words; None when there is nothing to say.

    ``document`` is by what its holder knows the identity card again that was shown.
    """
    match notice:
        case None:
            return None
        case Notice.SWIPE_AGAIN:
            return say(words, "Your card could not be read. Please try once more.")
        case (
            Notice.CODE_INVALID
            | Notice.CODE_OF_ANOTHER_BRANCH
            | Notice.CODE_EXPIRED
            | Notice.CODE_TOO_EARLY
            | Notice.CODE_USED
        ):
            return _of_code(notice, words)
        case Notice.NOT_RECOGNISED if document:
            return say(
                words,
                "We know nobody by the identity card {card}. Please simply choose a service.",
                card=document,
            )
        case Notice.NOT_RECOGNISED:
            return say(words, "We could not look up your card. Please simply choose a service.")
        case Notice.SERVICE_CLOSED:
            return say(words, "This service has just closed. Please choose another one.")
        case Notice.NOT_REROUTED:
            return say(words, "Your number can't be changed any more. Our staff will help you.")
        case Notice.NO_MORE_TODAY:
            return say(words, "There are no more numbers for this service today.")
        case Notice.PHONE_NOTED:
            return say(words, "Thank you. If we know this number, our staff will see whose it is.")
        case Notice.TOO_MANY_PHONES:
            return say(
                words, "Phone numbers can't be taken just now. Please simply choose a service."
            )
        case Notice.SLIP_WAITING:
            return say(words, "Somebody's slip is still in the printer.")
        case Notice.OUT_OF_ORDER:
            return say(words, "No number can be given at the moment. Our staff will help you.")
        case _:
            assert_never(notice)


def _of_code(notice: Notice, words: str) -> str:
    """Why a code opens no visit, and what to do."""
    match notice:
        case Notice.CODE_OF_ANOTHER_BRANCH:
            return say(words, "This code is for another branch. Our staff will help you.")
        case Notice.CODE_EXPIRED:
            return say(words, "This code has expired. Please take a number without it.")
        case Notice.CODE_TOO_EARLY:
            return say(words, "Your appointment is on another day. Our staff will help you.")
        case Notice.CODE_USED:
            return say(words, "This code has been used already. Please take a number without it.")
        case _:
            return say(
                words, "This is no code of our bank. Please go on without it, or ask our staff."
            )
