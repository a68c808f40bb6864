"""A cable with nothing at it yet, and little patience with what is silent there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.serialline import SerialLine


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is no longer waited for than these far ends take."""
    monkeypatch.setattr("kiosk.doctor.printerprobe.ANSWER_WITHIN", 0.2)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SerialLine]:
    with SerialLine(tmp_path, "line") as plugged:
        yield plugged
