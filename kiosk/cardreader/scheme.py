"""Which scheme a card belongs to, by its issuer identification number (ISO/IEC 7812-1)."""

from kiosk.cardreader.pan import Pan
from kiosk.identities import Scheme

# Domestic cards of Chinese banks from before 62 was theirs; they run on UnionPay.
_OLDER_UNIONPAY = (
    "402658", "410062", "421349", "436742", "456351", "468203",
    "601382", "601428", "602907", "602969", "603367", "690755",
    "95555", "95588", "95599",
)  # fmt: skip


def scheme_of(pan: Pan) -> Scheme:
    """The scheme; ``OTHER`` for what the bank has no rule for."""
    digits = pan.digits
    if digits.startswith(("62", "81", *_OLDER_UNIONPAY)):
        return Scheme.UNIONPAY
    if digits.startswith("4"):
        return Scheme.VISA
    if "51" <= digits[:2] <= "55" or "2221" <= digits[:4] <= "2720":
        return Scheme.MASTERCARD
    if "2200" <= digits[:4] <= "2204":
        return Scheme.MIR
    return Scheme.OTHER
