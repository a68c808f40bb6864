"""``kiosk keys`` and ``kiosk cards rotate-key``: where secrets are, and changing the card key."""

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.errands.options import NOT_WELL, WELL
from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.keyring import Keyring


def keys_list(options: Namespace) -> int:
    """``kiosk keys list``; 1 when one that somebody named isn't there"""
    from kiosk.keyring import Secret, Source

    keys, well = _keys(options), True
    for secret in Secret:
        place = keys.place(secret)
        there = place.file.exists()
        well = well and (there or place.source is Source.OWN)
        state = "" if there else "missing" if place.source is not Source.OWN else "none"
        print(secret, place.source, place.file, state, sep="\t")
    return WELL if well else NOT_WELL


def rotate_key(options: Namespace) -> int:
    """``kiosk cards rotate-key [begin|status|end]``, while the branch runs and when it doesn't"""
    keys = _keys(options)
    match options.step:
        case "begin":
            _begin(keys, datetime.now(UTC) + timedelta(days=options.days))
        case "end":
            keys.rotation.end()
    print(_status(keys))
    return WELL


def _begin(keys: "Keyring", ends: datetime) -> None:
    from kiosk.keyring import Secret, Source

    if keys.card_key().former:
        raise KioskError(f"{_status(keys)}; end that change first: kiosk cards rotate-key end")
    former = keys.place(Secret.FORMER_CARD_KEY)
    if keys.place(Secret.CARD_KEY).source is Source.OWN:
        keys.rotation.begin_with_own(ends)
    elif former.source is Source.OWN:
        raise KioskError(
            "the bank gives this branch its card key: put the new one in its place and give the old"
            " one as former-card-key (docs/operations.md), then begin"
        )
    else:
        keys.rotation.begin_with_given(ends)
    keys.card_key()


def _status(keys: "Keyring") -> str:
    ends = keys.rotation.ends
    if ends is None:
        return "the card key isn't being changed"
    return f"the card key is being changed; the former one counts until {ends:%Y-%m-%d %H:%M} UTC"


def _keys(options: Namespace) -> "Keyring":
    from kiosk.keyring import Keyring
    from kiosk.settings.file import load

    return Keyring.of(load(options.config), options.var)
