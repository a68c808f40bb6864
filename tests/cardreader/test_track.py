"""Tracks in all their forms, as tables."""

import pytest

from kiosk.cardreader.pan import Pan
from kiosk.cardreader.track import Track, lrc, read_swipe, swipes_in, tracks_in
from kiosk.identities import Unreadable
from tests.cardreader.cards import EVERYDAY, GOLD, VISA, pan, track_1, track_2, track_3, wrong


def read(text: str) -> list[str | Unreadable]:
    """What comes of each swipe in the text."""
    results = [read_swipe(swipe) for swipe in swipes_in(tracks_in(text))]
    return [result.digits if isinstance(result, Pan) else result for result in results]


@pytest.mark.parametrize("number", [GOLD, EVERYDAY, VISA, pan("60", 12), pan("62", 17)])
@pytest.mark.parametrize(
    "form",
    [
        "%B{n}^SAMPLE/CARD^4912201?",
        "%B{n}^ /^49122010000000000?",
        "%B{n}^SAMPLE/CARD.MR^^201?",
        "%B{n}^SAMPLE/CARD^4912^?",
        "%B{n}^SAMPLE/CARD^^^?",
        "%B{n}^SAMPLE/CARD^^^DISC 1?",
        ";{n}=4912201?",
        ";{n}=49122010000000?",
        ";{n}==201?",
        ";{n}=4912=?",
        ";{n}===?",
        ";{n}===123?",
        ";{n}=0000000?",
        "+59{n}=1561560000000000000000000000==1?",
        ";59{n}=1561560000000000000000000000000000000000000000000==1?",
        "%B{n}^SAMPLE/CARD^4912201?;{n}=4912201?",
        "%B{n}^SAMPLE/CARD^4912201?;{n}=4912201?;59{n}=156?",
        "%B{n}^SAMPLE/CARD^4912201?;{n}=4912201?+59{n}=156?",
        ";{n}=4912201?;59{n}=156?",
        "%B{n}^SAMPLE/CARD^4912201?\r;{n}=4912201?\r\n",
        "%E?;{n}=4912201?+E?",
        "%E?;E?+59{n}=156?",
        "%B{n}^SAMPLE/CARD^4912201?;E?",
        "%?;{n}=4912201?",
        "%A{n}^OTHER FORMAT?;{n}=4912201?",
        "junk;{n}=4912201?",
    ],
)
def test_one_readable_track_is_enough(form: str, number: str) -> None:
    assert read(form.format(n=number)) == [number]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("%E?", Unreadable.INVALID),
        (";E?", Unreadable.INVALID),
        ("+E?", Unreadable.INVALID),
        ("%E?;E?+E?", Unreadable.INVALID),
        ("%?", Unreadable.NO_DATA),
        ("%?;?+?", Unreadable.NO_DATA),
        (track_1(wrong(GOLD)), Unreadable.INVALID),
        (track_2(wrong(GOLD)), Unreadable.INVALID),
        (track_3(wrong(GOLD)), Unreadable.INVALID),
        (track_1(GOLD)[:-1], Unreadable.PARTIAL),
        (track_2(GOLD)[:-1], Unreadable.PARTIAL),
        (track_2(GOLD)[:1], Unreadable.PARTIAL),
        (track_1(GOLD) + track_2(GOLD)[:-4], Unreadable.PARTIAL),
        (track_1(GOLD) + track_2(EVERYDAY), Unreadable.CONFLICT),
        (track_2(GOLD) + track_3(EVERYDAY), Unreadable.CONFLICT),
        (track_2(GOLD) + track_3(EVERYDAY, "+"), Unreadable.CONFLICT),
        (f";{pan('6', 11)}=4912201?", Unreadable.INVALID),
        (f";{pan('6', 20)}=4912201?", Unreadable.INVALID),
        (f";{GOLD}4912201?", Unreadable.INVALID),
        (f";{GOLD}=4912?", Unreadable.INVALID),
        (f";{GOLD[:8]}\0{GOLD[8:]}=4912201?", Unreadable.INVALID),
        (f";{GOLD[:8]} {GOLD[8:]}=4912201?", Unreadable.INVALID),
        (f"%B{GOLD}^X^4912201?", Unreadable.INVALID),
        (f"%B{GOLD}^{'X' * 27}^4912201?", Unreadable.INVALID),
        (f"%B{GOLD}^sample^4912201?", Unreadable.INVALID),
        (f"%A{GOLD}^SAMPLE/CARD^4912201?", Unreadable.INVALID),
        (f"%B{GOLD}^SAMPLE/CARD^4912201{'0' * 40}?", Unreadable.INVALID),
        (f"+59{GOLD}={'0' * 85}?", Unreadable.INVALID),
        # A track 2 with a wrong sentinel is no track 3: without "62" the check digit fits as well.
        (f"+{GOLD}={'0' * 40}?", Unreadable.INVALID),
        (f";{GOLD}={'0' * 60}?", Unreadable.INVALID),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: Unreadable) -> None:
    assert read(text) == [reason]


@pytest.mark.parametrize(
    ("track", "room"), [(track_1(GOLD), 79), (track_2(GOLD), 40), (track_3(GOLD), 107)]
)
def test_a_track_may_be_as_long_as_the_standard_says(track: str, room: int) -> None:
    """The figures of ISO/IEC 7811 count both sentinels and the LRC."""
    full = track[:-1] + "0" * (room - 1 - len(track)) + "?"
    assert len(full) == room - 1
    assert read(full) == [GOLD]
    assert read(full[:-1] + "0?") == [Unreadable.INVALID]


def test_a_misread_track_does_not_spoil_a_good_one() -> None:
    assert read(track_1(wrong(GOLD)) + track_2(GOLD)) == [GOLD]
    assert read(track_1(GOLD) + track_2(wrong(GOLD))) == [GOLD]


@pytest.mark.parametrize(
    ("track", "check"),
    [
        # XOR of the low four bits, worked out by hand: ; = 11, = = 13, ? = 15.
        (";?", "4"),
        (";1=?", "8"),
        (";12345=?", "8"),
        # Track 1 has six bits: % = 5, B = 34, ? = 31.
        ("%?", ":"),
        ("%B?", "X"),
    ],
)
def test_the_redundancy_check_is_even_parity_of_the_data_bits(track: str, check: str) -> None:
    assert lrc(track) == check


@pytest.mark.parametrize("make", [track_1, track_2, track_3])
def test_a_redundancy_check_that_is_sent_has_to_fit(make: type[str]) -> None:
    track = make(GOLD)
    right = lrc(track)
    assert read(track + right) == [GOLD]
    for character in "!0127>@A_":
        if character != right:
            assert read(track + character) == [Unreadable.INVALID]


def test_a_redundancy_check_that_looks_like_a_sentinel_is_one_all_the_same() -> None:
    looks = {lrc(track_2(number)): number for number in _numbers()}
    for sentinel in ";?":
        number = looks[sentinel]
        assert read(track_2(number) + sentinel) == [number]
        assert read(track_1(number) + track_2(number) + sentinel) == [number]
        assert read(track_2(number) + sentinel + track_3(number)) == [number]


def test_without_redundancy_checks_a_sentinel_is_a_sentinel() -> None:
    for number in _numbers():
        assert read(track_1(number) + track_2(number)) == [number]
        assert read(track_2(number) + track_3(number)) == [number]


def _numbers() -> list[str]:
    return [pan(f"62{middle:03d}", 16) for middle in range(200)]


@pytest.mark.parametrize(
    "pieces",
    [
        [track_2(GOLD), track_2(EVERYDAY)],
        [track_2(GOLD), track_2(GOLD)],
        [track_1(GOLD), track_1(EVERYDAY)],
        [track_1(GOLD) + track_2(GOLD), track_1(EVERYDAY) + track_2(EVERYDAY)],
        [track_2(GOLD) + track_3(GOLD), track_2(EVERYDAY)],
        [track_2(GOLD) + f";59{GOLD}=156?", track_2(EVERYDAY) + f";59{EVERYDAY}=156?"],
    ],
)
def test_two_swipes_in_one_piece_are_two(pieces: list[str]) -> None:
    together = swipes_in(tracks_in("".join(pieces)))
    assert ["".join(track.text for track in swipe) for swipe in together] == pieces
    assert GOLD in read("".join(pieces))


def test_half_a_swipe_before_a_whole_one_spoils_only_itself() -> None:
    assert read(track_2(GOLD)[:9] + track_1(EVERYDAY)) == [Unreadable.PARTIAL, EVERYDAY]
    assert read(track_2(GOLD)[:9] + track_2(EVERYDAY)) == [Unreadable.PARTIAL, EVERYDAY]
    assert read(track_1(GOLD)[:9] + track_1(GOLD)) == [Unreadable.PARTIAL, GOLD]


def test_a_track_does_not_show_its_content() -> None:
    assert GOLD not in repr(Track(track_2(GOLD)))
    assert GOLD not in repr(swipes_in(tracks_in(track_1(GOLD))))
