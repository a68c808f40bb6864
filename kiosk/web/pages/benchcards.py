"""Readers of the hardware bench on which cards are laid, and scanners that are shown codes."""

from collections.abc import Hashable, Iterable
from typing import assert_never

from kiosk.cardreader.chipsimulator import SimulatedChipReader
from kiosk.cardreader.idsimulator import SimulatedIdReader, sample_id_cards
from kiosk.cardreader.scansimulator import SampleCode
from kiosk.cardreader.simulator import sample_cards
from kiosk.domain.ids import DeviceId
from kiosk.locale import say
from kiosk.web.pages.templates import draw


def lying(
    id_readers: Iterable[SimulatedIdReader], chip_readers: Iterable[SimulatedChipReader]
) -> Hashable:
    """The cards that are on or in the readers."""
    return (
        *(reader.lies for reader in id_readers),
        *(reader.holds for reader in chip_readers),
    )


def id_reader(
    name: DeviceId, reader: SimulatedIdReader, condition: str | None, language: str
) -> str:
    """The part of the page with the identity cards of a reader."""
    return draw(
        "bench_cards.html",
        language,
        name=name,
        title=say(language, "Identity cards"),
        address=f"/bench/id-reader/{name}",
        cards=[(label, holder(label, language)) for label in sample_id_cards()],
        there=holder(reader.lies.label, language) if reader.lies else None,
        condition=condition,
    )


def chip_reader(
    name: DeviceId,
    reader: SimulatedChipReader,
    condition: str | None,
    language: str,
) -> str:
    """The part of the page with the chip cards of a reader."""
    return draw(
        "bench_cards.html",
        language,
        name=name,
        title=say(language, "Chip cards"),
        address=f"/bench/chip-reader/{name}",
        cards=[(label, card_name(label, language)) for label in sample_cards()],
        there=card_name(reader.holds.label, language) if reader.holds else None,
        condition=condition,
    )


def scanner(name: DeviceId, condition: str | None, language: str) -> str:
    """The part of the page with the codes that are shown to a scanner."""
    codes = [(code.value, _code_name(code, language)) for code in SampleCode]
    return draw("bench_scanner.html", language, name=name, codes=codes, condition=condition)


def _code_name(code: SampleCode, language: str) -> str:
    match code:
        case SampleCode.APPOINTMENT:
            return say(language, "Appointment")
        case SampleCode.VIP_APPOINTMENT:
            return say(language, "Appointment of a VIP")
        case SampleCode.PHONE_TICKET:
            return say(language, "Phone ticket")
        case SampleCode.EXPIRED:
            return say(language, "Expired code")
        case SampleCode.OTHER_BRANCH:
            return say(language, "Code of another branch")
        case SampleCode.FORGED:
            return say(language, "Forged code")
        case SampleCode.SHOP:
            return say(language, "Code of a shop")
        case _:
            assert_never(code)


def holder(label: str, language: str) -> str:
    """Whose card it is, as the page calls them."""
    match label:
        case "gold":
            return say(language, "Gold client")
        case "everyday":
            return say(language, "Everyday client")
        case "mastercard":
            return say(language, "Unhappy client")
        case _:
            return say(language, "Stranger")


def card_name(label: str, language: str) -> str:
    """What a sample card is called on the page."""
    match label:
        case "gold":
            return say(language, "Gold card")
        case "everyday":
            return say(language, "Everyday card")
        case "unknown":
            return say(language, "Card of another bank")
        case _:
            return label.title()
