"""Recorded clips: read once, joined with gaps, and told when they can't be used."""

import logging
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.domain.ids import Language
from kiosk.voice.clips import GAP, Clips
from kiosk.voice.sound import silence, to_wav
from tests.voice.tones import CHIME, LENGTH, listen, record, tone

ZH, EN, KK = Language("zh"), Language("en"), Language("kk")


def read(folder: Path) -> Clips:
    clips = Clips(folder)
    clips.read()
    return clips


def test_joined_in_order_with_gaps(tmp_path: Path) -> None:
    clips = read(record(tmp_path / "clips"))
    samples = clips.joined(KK, ["begin", "A", "0", "0", "counter-2"], 100)
    assert samples
    notes = listen(samples)
    assert [note.name for note in notes] == ["kk/begin", "kk/A", "kk/0", "kk/0", "kk/counter-2"]
    for before, after in pairwise(notes):
        assert after.begins - before.ends == pytest.approx(GAP, abs=0.005)
        assert before.ends - before.begins == pytest.approx(LENGTH, abs=0.005)


def test_silence_around_a_recording_is_cut_off(tmp_path: Path) -> None:
    folder = record(tmp_path / "clips", ["zh"])
    (folder / "zh/A.wav").write_bytes(to_wav(silence(0.5) + tone(1060) + silence(0.7)))
    samples = read(folder).joined(ZH, "A0", 100)
    assert samples
    assert len(samples) / 2 / 22_050 == pytest.approx(2 * LENGTH + GAP, abs=0.01)


def test_a_missing_clip_is_a_missing_sentence(tmp_path: Path) -> None:
    folder = record(tmp_path / "clips", ["zh", "en"])
    (folder / "zh/7.wav").unlink()
    clips = read(folder)
    assert clips.joined(ZH, ["A", "7"], 100) is None
    assert clips.joined(EN, ["A", "7"], 100)
    assert clips.missing(ZH, ["7", "A", "Q"]) == ["7", "Q"]
    assert clips.missing(EN, ["7"]) == []


def test_a_clip_that_is_none_is_told_and_counts_as_missing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = record(tmp_path / "clips", ["zh"])
    (folder / "zh/A.wav").write_bytes(b"no sound at all")
    clips = read(folder)
    assert clips.missing(ZH, ["A", "0"]) == ["A"]
    assert "zh/A.wav is no WAV file" in caplog.text


def test_a_folder_that_is_not_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        clips = read(tmp_path / "clisp")
    assert "there is no folder" in caplog.text
    assert clips.joined(ZH, ["0"], 100) is None
    assert clips.chime(100) is None


def test_the_sites_own_chime_and_its_volume(tmp_path: Path) -> None:
    clips = read(record(tmp_path / "clips", []))
    loud, quiet = clips.chime(100), clips.chime(25)
    assert loud
    assert quiet
    (one,), (other,) = listen(loud), listen(quiet)
    assert one.name == other.name == "chime"
    assert other.loudest == pytest.approx(one.loudest / 4, rel=0.01)
    assert CHIME == 350
