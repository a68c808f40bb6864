"""``kiosk keys`` and ``kiosk cards rotate-key``: where secrets are, and changing the card key."""

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errands.options import NOT_WELL, WELL, folder_of, settings_of
from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.keys.keyring import Keyring


def keys_list(options: Namespace) -> int:
    """``kiosk keys list``; 1 when one that somebody named isn't there"""
    from kiosk.keys.keyring import TLS_KEY, Keyring, Secret, Source, tls_key

    settings, well = settings_of(options), True
    keys = Keyring.of(settings, options.var)
    places = [(str(secret), keys.place(secret)) for secret in Secret]
    if given := tls_key(settings.http.tls):
        places.append((TLS_KEY, given))
    for secret, place in places:
        there = place.file.exists()
        well = well and (there or place.source is Source.OWN)
        state = "" if there else "missing" if place.source is not Source.OWN else "none"
        print(secret, place.source, place.file, state, sep="\t")
    return WELL if well else NOT_WELL


def rotate_key(options: Namespace) -> int:
    """``kiosk cards rotate-key [begin|status|end]``, while the branch runs and when it doesn't"""
    clients = folder_of(options) / "clients.db"
    keys = _keys(options)
    match options.step:
        case "begin":
            _begin(keys, clients, datetime.now(UTC) + timedelta(days=options.days))
        case "end":
            _end(keys, clients)
    print(_status(keys))
    if keys.rotation.ends:
        print(f"known by the former key alone: {_remaining(clients)}")
    return WELL


def _begin(keys: "Keyring", clients: Path, ends: datetime) -> None:
    from kiosk.clients.formertokens import mark_former
    from kiosk.keys.keyring import Secret, Source

    place = keys.place(Secret.CARD_KEY)
    own = place.source is Source.OWN
    if own and not place.file.exists():
        raise KioskError(
            f"{place.file}: there is no card key to change; --var names the var folder"
        )
    if not own and keys.place(Secret.FORMER_CARD_KEY).source is Source.OWN:
        raise KioskError(
            "the bank gives this branch its card key: put the new one in its place and give the old"
            " one as former-card-key (docs/operations.md), then begin"
        )
    if keys.card_key().former:
        raise KioskError(f"{_status(keys)}; end that change first: kiosk cards rotate-key end")
    mark_former(clients)
    if own:
        keys.rotation.begin_with_own(ends)
    else:
        keys.rotation.begin_with_given(ends)
    keys.card_key()


def _end(keys: "Keyring", clients: Path) -> None:
    if keys.rotation.ends:
        print(f"to be enrolled again: {_remaining(clients)}")
    keys.rotation.end()


def _remaining(clients: Path) -> str:
    from kiosk.clients.formertokens import former_tokens
    from kiosk.ports import DirectoryUnavailable

    try:
        left = former_tokens(clients)
    except DirectoryUnavailable as away:
        return f"nobody knows, {away}"
    return f"cards {left.cards}, documents {left.documents}"


def _status(keys: "Keyring") -> str:
    ends = keys.rotation.ends
    if ends is None:
        return "the card key isn't being changed"
    return f"the card key is being changed; the former one counts until {ends:%Y-%m-%d %H:%M} UTC"


def _keys(options: Namespace) -> "Keyring":
    from kiosk.keys.keyring import Keyring

    return Keyring.of(settings_of(options), options.var)
