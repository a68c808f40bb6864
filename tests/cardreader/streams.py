"""How much random input a run takes: 20,000 streams of each kind of reader, a million at night."""

import os

import pytest

NIGHTLY = bool(os.environ.get("KIOSK_NIGHTLY"))
STREAMS = 1_000_000 if NIGHTLY else 20_000

MAY_TAKE = pytest.mark.timeout(0 if NIGHTLY else 180)
