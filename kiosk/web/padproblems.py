"""What a PAD that isn't let in is told, and whoever asks for one that never came (LOB-10, LOB-99)."""

from typing import assert_never

from kiosk.locale import say
from kiosk.store.deviceregister import Standing, UnknownPad
from kiosk.web.padcheck import OtherBranch, PadRefused
from kiosk.web.problems import Problem


def of_pad(error: PadRefused | OtherBranch | UnknownPad, language: str) -> Problem:
    """What is answered."""
    match error:
        case PadRefused():
            return _refused(error, language)
        case OtherBranch(branch=branch, here=here):
            text = say(
                language,
                "This PAD is set up for branch {branch}; you and this machine belong to {here}.",
                branch=branch,
                here=here,
            )
            title = say(language, "Another branch")
            return Problem("other-branch", 403, title, text, {"branch": here})
        case UnknownPad(device=device):
            text = say(language, "No PAD {device} has ever come here.", device=device)
            title = say(language, "Unknown PAD")
            return Problem("unknown-pad", 404, title, text, {"device": device})
        case _:
            assert_never(error)


def _refused(error: PadRefused, language: str) -> Problem:
    match error.standing:
        case Standing.REVOKED:
            text = say(
                language, "The PAD {device} may no longer be used here.", device=error.device
            )
        case Standing.UNPROVEN:
            text = say(
                language,
                "This device doesn't prove that it is the PAD {device}. If it was set up anew, an"
                " administrator takes that PAD off the list, and approves this one.",
                device=error.device,
            )
        case _:
            text = say(
                language,
                "The PAD {device} waits until an administrator approves it.",
                device=error.device,
            )
    data = {"device": error.device, "standing": error.standing, "code": error.code}
    return Problem("pad-refused", 403, say(language, "PAD not approved"), text, data)
