"""The sample clients: what the demonstration can show with them."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.samples import enrol_samples
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken
from kiosk.identities import Phone, Scheme

TODAY = date(2026, 11, 22)
TOKENS = {
    "gold": (CardToken("01" * 32), Scheme.UNIONPAY),
    "everyday": (CardToken("02" * 32), Scheme.UNIONPAY),
    "visa": (CardToken("03" * 32), Scheme.VISA),
    "mastercard": (CardToken("04" * 32), Scheme.MASTERCARD),
    "mir": (CardToken("05" * 32), Scheme.MIR),
    "unknown": (CardToken("06" * 32), Scheme.UNIONPAY),
}


async def behind(directory: EmbeddedDirectory, label: str) -> Client:
    client = await directory.find(TOKENS[label][0])
    assert client is not None
    return client


async def test_each_card_shows_something_else(directory: EmbeddedDirectory) -> None:
    await enrol_samples(directory, TOKENS, TODAY)
    gold = await behind(directory, "gold")
    everyday = await behind(directory, "everyday")
    visa = await behind(directory, "visa")
    mastercard = await behind(directory, "mastercard")
    mir = await behind(directory, "mir")
    assert (gold.grade, gold.assets is not None and gold.assets < 500_000) == ("gold", True)
    assert (everyday.language, everyday.grade, everyday.complaints) == ("zh", None, 0)
    assert (visa.language, visa.surname) == ("en", "Sample")
    assert mastercard.complaints == 2
    assert mir.assets is not None
    assert mir.assets >= 500_000
    assert await directory.find(TOKENS["unknown"][0]) is None


@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29)])
async def test_somebody_has_a_birthday(directory: EmbeddedDirectory, today: date) -> None:
    await enrol_samples(directory, TOKENS, today)
    birthday = (await behind(directory, "visa")).birthday
    assert birthday is not None
    assert (birthday.month, birthday.day) == (today.month, today.day)
    assert birthday.year < 2000


async def test_samples_are_also_known_by_phone(directory: EmbeddedDirectory) -> None:
    await enrol_samples(directory, TOKENS, TODAY)
    assert await directory.find(Phone("0755 0000 0001")) == await behind(directory, "gold")


async def test_enrolling_again_doubles_nobody(directory: EmbeddedDirectory, file: Path) -> None:
    await enrol_samples(directory, TOKENS, TODAY)
    before = await behind(directory, "everyday")
    await enrol_samples(directory, TOKENS, TODAY)
    assert await behind(directory, "everyday") == before
    assert await directory.find(Phone("12000000002")) == before


async def test_a_label_without_a_card_is_no_fault(directory: EmbeddedDirectory) -> None:
    await enrol_samples(directory, {"gold": TOKENS["gold"]}, TODAY)
    assert (await behind(directory, "gold")).grade == "gold"
    assert await directory.find(TOKENS["visa"][0]) is None
