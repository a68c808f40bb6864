"""How long a wait will be, in words: on the cards of services and beside a number."""

from kiosk.domain.visit import HoldingTicket, Offer
from kiosk.locale import say, say_count


def before_choosing(offer: Offer, words: str) -> str | None:
    """What the person would wait for a service; nothing to say of no wait."""
    if not offer.open:
        return None
    if not offer.today:
        return say(words, "Probably not today")
    if offer.wait is None or offer.wait.p50 < 1:
        return None
    return say(words, "About {minutes} min", minutes=int(offer.wait.p50))


def beside_number(stage: HoldingTicket, words: str) -> str | None:
    """The median, and between what four of five such waits lie; nothing to say of no wait.

    As long as nothing is learnt there is one figure and no range.
    """
    if stage.people_ahead is None:
        return None
    if not stage.today:
        return say(words, "As things stand your number won't be called today.")
    if stage.wait is None or stage.wait.p90 < 1:
        return None
    least, median, most = (int(one) for one in (stage.wait.p10, stage.wait.p50, stage.wait.p90))
    if least == most:
        return say_count(
            words,
            "Expected wait: about {count} minute",
            "Expected wait: about {count} minutes",
            median,
        )
    return say_count(
        words,
        "Expected wait: about {count} minute ({least}–{most})",
        "Expected wait: about {count} minutes ({least}–{most})",
        max(median, 1),
        least=least,
        most=most,
    )
