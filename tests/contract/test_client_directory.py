"""What every client directory promises, whoever keeps it."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.phone import PhoneKind
from kiosk.clients.simulator import HinderedDirectory
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken, ClientRef, Language
from kiosk.identities import Document, Identity, Phone, Scheme
from kiosk.ports import ClientDirectory, DirectoryUnavailable
from tests.support.keys import always

ZHANG = Client(
    reference=ClientRef("1f0c"),
    name="张样例",
    surname="张",
    sex="f",
    language=Language("zh"),
    assets=260_000,
    grade="gold",
    complaints=1,
    birthday=date(1971, 3, 8),
)
JANE = Client(reference=ClientRef("2e9b"), name="Jane Sample", surname="Sample")
CARD, SECOND_CARD = CardToken("5e" * 32), CardToken("a7" * 32)
FAMILY_PHONE, FAMILY_BOOK = Phone("4950000000"), Document("FAMILY 7")


async def embedded(folder: Path) -> EmbeddedDirectory:
    directory = EmbeddedDirectory(folder / "clients.db", always(b"a key"))
    await directory.add_client(
        ZHANG,
        cards={CARD: Scheme.UNIONPAY, SECOND_CARD: Scheme.VISA},
        phones=[
            (PhoneKind.MOBILE, Phone("12000000001")),
            (PhoneKind.CONTACT, Phone("12000000001")),
            (PhoneKind.REGISTRATION, FAMILY_PHONE),
        ],
        documents=[Document("SAMPLE 001"), FAMILY_BOOK],
    )
    await directory.add_client(
        JANE, phones=[(PhoneKind.WORK, FAMILY_PHONE)], documents=[FAMILY_BOOK]
    )
    return directory


@pytest.fixture(params=["embedded", "hindered"])
async def directory(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[ClientDirectory]:
    async with await embedded(tmp_path) as well:
        yield well if request.param == "embedded" else HinderedDirectory(well)


@pytest.mark.parametrize(
    "identity",
    [CARD, SECOND_CARD, Phone("12000000001"), Phone("+86 12000000001"), Document("sample-001")],
    ids=repr,
)
async def test_one_person_fits(directory: ClientDirectory, identity: Identity) -> None:
    assert await directory.find(identity) == ZHANG


@pytest.mark.parametrize(
    "identity",
    [
        CardToken("00" * 32),
        CardToken(""),
        Phone("12000000009"),
        Phone(""),
        Document("SAMPLE 002"),
        Document(""),
        Phone("' OR 1=1 --"),
    ],
    ids=repr,
)
async def test_nobody_fits(directory: ClientDirectory, identity: Identity) -> None:
    assert await directory.find(identity) is None


@pytest.mark.parametrize("identity", [FAMILY_PHONE, FAMILY_BOOK], ids=repr)
async def test_two_people_fit_so_it_is_nobody(
    directory: ClientDirectory, identity: Identity
) -> None:
    """CRM-13."""
    assert await directory.find(identity) is None


@pytest.mark.parametrize("identity", [CARD, Phone("12000000001"), Document("SAMPLE 001")], ids=repr)
async def test_out_of_order_it_raises_the_ports_error_and_heals(
    directory: ClientDirectory, tmp_path: Path, identity: Identity
) -> None:
    file, away = tmp_path / "clients.db", tmp_path / "away.db"
    file.rename(away)
    with pytest.raises(DirectoryUnavailable):
        await directory.find(identity)
    away.rename(file)
    assert await directory.find(identity) == ZHANG
