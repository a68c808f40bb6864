"""Invented people for the demonstration branch. Their names say that they are examples."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.phone import PhoneKind
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken, ClientRef, Language
from kiosk.identities import Document, Phone, Scheme

_ZH, _EN, _RU = Language("zh"), Language("en"), Language("ru")


@dataclass(frozen=True, slots=True)
class _Sample:
    card: str
    client: Client
    phones: tuple[tuple[PhoneKind, Phone], ...]
    document: Document


def _phones(mobile: str, work: str | None = None) -> tuple[tuple[PhoneKind, Phone], ...]:
    found = [(PhoneKind.MOBILE, Phone(mobile))]
    if work:
        found.append((PhoneKind.WORK, Phone(work)))
    return tuple(found)


_CELEBRATES = "visa"
_BIRTHDAY = date(1988, 2, 29)
"""Of a leap year: who starts the demonstration on 29 February has a birthday client too."""

_SAMPLES = (
    _Sample(
        "gold",
        Client(
            reference=ClientRef("8f2b0c7e51d94a36"),
            name="张样例",
            surname="张",
            sex="f",
            language=_ZH,
            assets=260_000,
            grade="gold",
            birthday=date(1971, 3, 8),
        ),
        _phones("12000000001", work="075500000001"),
        Document("000000197103080018"),
    ),
    _Sample(
        "everyday",
        Client(
            reference=ClientRef("c41d97a0e6b3f258"),
            name="李范例",
            surname="李",
            sex="m",
            language=_ZH,
            assets=18_500,
            birthday=date(1995, 10, 21),
        ),
        _phones("12000000002"),
        Document("000000199510210026"),
    ),
    _Sample(
        "visa",
        Client(
            reference=ClientRef("2ad6e8137b90c54f"),
            name="Jane Sample",
            surname="Sample",
            sex="f",
            language=_EN,
            assets=73_000,
            birthday=_BIRTHDAY,
        ),
        _phones("12000000003"),
        Document("SAMPLE003"),
    ),
    _Sample(
        "mastercard",
        Client(
            reference=ClientRef("b7905e1f38c2da64"),
            name="王示例",
            surname="王",
            sex="m",
            language=_ZH,
            assets=9_400,
            complaints=2,
            birthday=date(1963, 6, 15),
        ),
        _phones("12000000004"),
        Document("000000196306150042"),
    ),
    _Sample(
        "mir",
        Client(
            reference=ClientRef("60e3c9d18a74fb25"),
            name="Образцов Иван Иванович",
            surname="Образцов",
            sex="m",
            language=_RU,
            assets=1_250_000,
            birthday=date(1979, 12, 3),
        ),
        _phones("+7 000 000-00-05"),
        Document("SAMPLE005"),
    ),
)


def sample_references() -> dict[str, ClientRef]:
    """The sample clients' references, by the labels of their cards."""
    return {sample.card: sample.client.reference for sample in _SAMPLES}


async def enrol_samples(
    directory: EmbeddedDirectory, tokens: Mapping[str, tuple[CardToken, Scheme]], today: date
) -> None:
    """Enter the sample clients, each under the card of that label in ``tokens``.

    ``gold``: very important by grade. ``everyday``: like most. ``visa``: speaks English and has a
    birthday ``today``. ``mastercard``: has complained twice. ``mir``: very important by assets and
    speaks Russian. A label that is missing leaves its client without a card; others mean nobody.
    Doing it again changes nothing but the birthday. Raises DirectoryUnavailable.
    """
    for sample in _SAMPLES:
        token = tokens.get(sample.card)
        client = sample.client
        if sample.card == _CELEBRATES:
            client = replace(client, birthday=today.replace(year=_BIRTHDAY.year))
        await directory.add_client(
            client,
            cards=dict([token] if token else []),
            phones=sample.phones,
            documents=[sample.document],
        )
