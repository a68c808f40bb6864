"""Readers of the hardware bench on which cards are laid."""

from kiosk.cardreader.idsimulator import SimulatedIdReader, sample_id_cards
from kiosk.domain.ids import DeviceId
from kiosk.locale import say
from kiosk.web.pages.templates import draw


def id_reader(
    name: DeviceId, reader: SimulatedIdReader, condition: str | None, language: str
) -> str:
    """The part of the page with the identity cards of a reader."""
    lies = reader.lies
    return draw(
        "bench_idcards.html",
        language,
        name=name,
        cards=[(label, holder(label, language)) for label in sample_id_cards()],
        lies=holder(lies.label, language) if lies else None,
        condition=condition,
    )


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
