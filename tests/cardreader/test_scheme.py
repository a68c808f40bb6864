"""Issuer identification numbers."""

import pytest

from kiosk.cardreader.pan import Pan
from kiosk.cardreader.scheme import scheme_of
from kiosk.identities import Scheme
from tests.cardreader.cards import pan


@pytest.mark.parametrize(
    ("prefix", "length", "scheme"),
    [
        ("62", 16, Scheme.UNIONPAY),
        ("62", 19, Scheme.UNIONPAY),
        ("81", 16, Scheme.UNIONPAY),
        ("955880", 19, Scheme.UNIONPAY),
        ("95599", 19, Scheme.UNIONPAY),
        ("601382", 19, Scheme.UNIONPAY),
        ("436742", 19, Scheme.UNIONPAY),
        ("4000", 16, Scheme.VISA),
        ("51", 16, Scheme.MASTERCARD),
        ("55", 16, Scheme.MASTERCARD),
        ("2221", 16, Scheme.MASTERCARD),
        ("2720", 16, Scheme.MASTERCARD),
        ("2200", 16, Scheme.MIR),
        ("2204", 19, Scheme.MIR),
        ("2205", 16, Scheme.OTHER),
        ("2220", 16, Scheme.OTHER),
        ("2721", 16, Scheme.OTHER),
        ("50", 16, Scheme.OTHER),
        ("56", 16, Scheme.OTHER),
        ("6011", 16, Scheme.OTHER),
        ("34", 15, Scheme.OTHER),
        ("3528", 16, Scheme.OTHER),
    ],
)
def test_the_prefix_tells_the_scheme(prefix: str, length: int, scheme: Scheme) -> None:
    assert scheme_of(Pan(pan(prefix, length))) is scheme
