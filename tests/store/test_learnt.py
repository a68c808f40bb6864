"""Learnt figures in their file: kept as they are, set aside when they can't be read."""

import logging
import sqlite3
import stat
from array import array
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.experience import WAIT_STEPS
from kiosk.domain.ids import ServiceId
from kiosk.domain.learnt import Learnt
from kiosk.store.learnt import FiguresUnwritable, SqliteLearntFigures

LEARNT = Learnt(
    sequence=812,
    times={ServiceId("cash"): (30.5, 120.25, 700.0), ServiceId("account"): (0.0, 0.0, 0.0)},
    absences=(2.0, 1.5, 1.25),
    answered=tuple((float(n), 0.5, 0.25) for n in range(WAIT_STEPS)),
    misses=(array("d"), array("d", (-0.5, 0.1, 0.2, 0.3, 0.0, 0.0, 0.5, 1.0))),
)


def test_what_is_kept_is_known_again(tmp_path: Path) -> None:
    figures = SqliteLearntFigures(tmp_path / "learnt.db")
    assert figures.load() is None
    for _ in range(2):
        figures.save(LEARNT)
        assert figures.load() == LEARNT
    assert stat.S_IMODE((tmp_path / "learnt.db").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["learnt.db"]


def overwritten(path: Path) -> None:
    path.write_bytes(b"no database" * 500)


def sql(command: str) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(command)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (overwritten, "file is not a database"),
        (lambda path: path.write_bytes(b""), "version 0"),
        (sql("PRAGMA user_version = 2"), "version 2"),
        (sql("DROP TABLE moments"), "no such table"),
        (sql("DELETE FROM learnt"), "not subscriptable"),
        (sql("DELETE FROM moments WHERE about = '7'"), "'7' is missing"),
        (sql("UPDATE moments SET count = -1"), "no count"),
        (sql("UPDATE moments SET total = 'many'"), "many"),
        (sql("UPDATE misses SET misses = '[[1, 2]]'"), "2 levels instead of 4"),
        (sql("UPDATE misses SET misses = '[[1, 2, NaN, 4]]'"), "no numbers"),
        (sql("UPDATE misses SET misses = 'x'"), "Expecting value"),
    ],
)
def test_what_cannot_be_read_is_set_aside_and_said(
    spoil: Callable[[Path], None], why: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    figures = SqliteLearntFigures(tmp_path / "learnt.db")
    figures.save(LEARNT)
    spoil(tmp_path / "learnt.db")
    with caplog.at_level(logging.WARNING):
        assert figures.load() is None
    assert why in caplog.text
    assert "learnt.db.set-aside" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == ["learnt.db.set-aside"]
    figures.save(LEARNT)
    assert figures.load() == LEARNT


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "learnt.db").mkdir()
    with pytest.raises(FiguresUnwritable, match=r"learnt\.db"):
        SqliteLearntFigures(tmp_path / "learnt.db").save(LEARNT)
