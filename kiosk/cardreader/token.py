"""Card tokens: all that leaves this room of a card."""

import hashlib
import hmac

from kiosk.cardreader.pan import Pan
from kiosk.cardreader.scheme import scheme_of
from kiosk.domain.ids import CardToken, DeviceId
from kiosk.identities import CardPresented
from kiosk.keys.changing import ChangingKey


def card_token(pan: Pan, key: bytes) -> CardToken:
    """HMAC-SHA-256 (RFC 2104) of the number's digits under the bank's card key, in hexadecimal."""
    return CardToken(hmac.new(key, pan.digits.encode("ascii"), hashlib.sha256).hexdigest())


def card_presented(reader: DeviceId, pan: Pan, key: ChangingKey) -> CardPresented:
    """What a reader tells of a card; while the card key is changed, its token under the former too."""
    former = card_token(pan, key.former) if key.former else None
    return CardPresented(reader, card_token(pan, key.present), scheme_of(pan), former)
