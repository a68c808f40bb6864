"""How a person is greeted: by the time of day, formally, by name where it is known."""

from kiosk.domain.client import Client
from kiosk.locale import say


def greeting(client: Client | None, words: str, hour: int) -> str:
    """By the time of day (OPR-33), formal, by surname and form of address (OPR-34)."""
    if client is None:
        return _greeting_of_nobody(words, hour)
    name = _form_of_address(client, words)
    if hour < 12:
        return say(words, "Good morning, {name}", name=name)
    if hour < 18:
        return say(words, "Good afternoon, {name}", name=name)
    return say(words, "Good evening, {name}", name=name)


def _greeting_of_nobody(words: str, hour: int) -> str:
    if hour < 12:
        return say(words, "Good morning")
    if hour < 18:
        return say(words, "Good afternoon")
    return say(words, "Good evening")


def _form_of_address(client: Client, words: str) -> str:
    """The full name when the sex isn't known (OPR-35)."""
    if client.sex == "f":
        return say(words, "Ms {surname}", surname=client.surname)
    if client.sex == "m":
        return say(words, "Mr {surname}", surname=client.surname)
    return client.name
