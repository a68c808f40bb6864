"""Readers of the hardware bench on which cards are laid, and scanners that are shown codes."""

from collections.abc import Mapping
from typing import assert_never

from kiosk.cardreader.chipsimulator import SimulatedChipReader
from kiosk.cardreader.idsimulator import SimulatedIdReader, sample_id_cards
from kiosk.cardreader.scansimulator import SampleCode
from kiosk.domain.ids import DeviceId
from kiosk.locale import say
from kiosk.web.pages.templates import draw


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
    cards: Mapping[str, str],
    condition: str | None,
    language: str,
) -> str:
    """The part of the page with the chip cards of a reader; ``cards`` are their names by label."""
    return draw(
        "bench_cards.html",
        language,
        name=name,
        title=say(language, "Chip cards"),
        address=f"/bench/chip-reader/{name}",
        cards=list(cards.items()),
        there=cards[reader.holds.label] if reader.holds else None,
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
            return say(language, "Client who has complained")
        case _:
            return say(language, "Stranger")
