"""What cards are asked, and what is made of their answers: sound ones, odd ones, any."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cardreader.chipsimulator import SampleChip
from kiosk.cardreader.emv import APPLICATIONS, SCHEMES, card_number
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.simulator import SampleCard, sample_cards
from kiosk.cardreader.tlv import encode
from kiosk.identities import Unreadable
from tests.cardreader.cards import GOLD, VISA, wrong

MOST = 2000
"""Commands that no dialog of any card reaches."""
PPSE = "00A404000E325041592E5359532E444446303100"
PSE = "00A404000E315041592E5359532E444446303100"
VISA_AID = "A0000000031010"
SELECT_VISA = f"00A4040007{VISA_AID}00"
PLAIN_OPTIONS = "80A8000002830000"

Answer = Callable[[bytes], bytes]


def converse(answer: Answer) -> tuple[Pan | Unreadable, list[str]]:
    """The end of the dialog, and the commands in it."""
    dialog = card_number()
    commands: list[str] = []
    command = next(dialog)
    while len(commands) < MOST:
        commands.append(command.hex().upper())
        try:
            command = dialog.send(answer(command))
        except StopIteration as end:
            return end.value, commands
    raise AssertionError("no end")


def scripted(script: dict[str, str], otherwise: str = "6A82") -> Answer:
    return lambda command: bytes.fromhex(script.get(command.hex().upper(), otherwise))


def tlv(tag: int, *values: str) -> str:
    return encode(tag, bytes.fromhex("".join(values))).hex()


def track_2(number: str) -> str:
    digits = f"{number}D4912201000000"
    return tlv(0x57, digits + "F" * (len(digits) % 2))


def pan(number: str) -> str:
    return tlv(0x5A, number + "F" * (len(number) % 2))


def visa(record: str, *, options: str = "800600000801010090 00", pdol: str = "") -> dict[str, str]:
    """A card of Visa without a directory whose record 1 of file 1 is this."""
    return {
        SELECT_VISA: tlv(0x6F, tlv(0x84, VISA_AID), tlv(0xA5, pdol)) + "9000",
        PLAIN_OPTIONS: options.replace(" ", ""),
        "00B2010C00": record,
    }


RECORD = tlv(0x70, track_2(VISA)) + "9000"


@pytest.mark.parametrize("contactless", [True, False], ids=["contactless", "contacts"])
@pytest.mark.parametrize("card", [one for one in sample_cards().values()], ids=list(sample_cards()))
def test_sample_cards_of_every_scheme(card: SampleCard, contactless: bool) -> None:
    number, commands = converse(SampleChip(card, contactless=contactless).answer)
    assert isinstance(number, Pan)
    assert card.tracks()[1].startswith(f";{number.digits}=")
    assert commands[0] == PPSE
    assert (PSE in commands) != contactless


def test_a_contactless_card_step_by_step() -> None:
    entry = tlv(0x61, tlv(0x4F, VISA_AID), tlv(0x87, "01"))
    script = {
        PPSE: tlv(0x6F, tlv(0x84, "00"), tlv(0xA5, tlv(0xBF0C, entry))) + "9000",
        SELECT_VISA: tlv(0x6F, tlv(0xA5, tlv(0x9F38, "9F66049F0206"))) + "9000",
        "80A800000C830A2600000000000000000000": tlv(0x77, tlv(0x94, "10020300")) + "9000",
        "00B2021400": tlv(0x70, tlv(0x5F24, "491231")) + "9000",
        "00B2031400": RECORD,
    }
    number, commands = converse(scripted(script))
    assert isinstance(number, Pan)
    assert number.digits == VISA
    assert commands == list(script)


def test_a_number_that_comes_with_the_options_needs_no_record() -> None:
    script = visa("6A83", options=tlv(0x77, track_2(VISA)) + "9000")
    number, commands = converse(scripted(script))
    assert isinstance(number, Pan)
    assert commands[-1] == PLAIN_OPTIONS


def test_nothing_is_asked_for_after_the_number() -> None:
    script = visa(RECORD, options="800A0000080103001001030090 00")
    _, commands = converse(scripted(script))
    assert commands[-1] == "00B2010C00"


def test_the_cards_favourite_of_known_schemes_comes_first() -> None:
    names = {"A0000006581010": "02", "A0000000041010": "01", "A0000001523010": "", VISA_AID: "00"}
    entries = [
        tlv(0x61, tlv(0x4F, name), tlv(0x87, rank) if rank else "") for name, rank in names.items()
    ]
    _, commands = converse(scripted({PPSE: tlv(0x6F, *entries) + "9000"}))
    asked = [command[10:-2] for command in commands if command.startswith("00A4040007")]
    assert asked == ["A0000000041010", "A0000006581010", VISA_AID]


def test_a_card_without_a_directory_is_asked_for_every_known_application() -> None:
    result, commands = converse(scripted({}))
    assert result is Unreadable.NO_DATA
    asked = [bytes.fromhex(command)[5:-1] for command in commands[2:]]
    assert tuple(asked) == APPLICATIONS
    assert all(name.startswith(SCHEMES) for name in asked)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (visa(RECORD), VISA),
        (visa(tlv(0x70, pan(VISA)) + "9000"), VISA),
        (visa(tlv(0x70, pan(VISA), track_2(VISA)) + "9000"), VISA),
        (visa(tlv(0x70, pan(GOLD)) + "9000"), GOLD),
        (visa(tlv(0x70, pan(VISA), track_2(GOLD)) + "9000"), Unreadable.CONFLICT),
        (visa(tlv(0x70, pan(wrong(VISA))) + "9000"), Unreadable.INVALID),
        (visa(tlv(0x70, tlv(0x57, "40000123D490")) + "9000"), Unreadable.INVALID),
        (visa(tlv(0x70, tlv(0x57, VISA, "EE")) + "9000"), Unreadable.INVALID),
        (visa(tlv(0x70, tlv(0x5F20, "53414D504C45")) + "9000"), Unreadable.INVALID),
        (visa(RECORD[:-4] + "6283"), Unreadable.INVALID),
        (visa(RECORD[:20] + "9000"), Unreadable.INVALID),
        (visa("9000"), Unreadable.INVALID),
        (visa("90"), Unreadable.INVALID),
        (visa(""), Unreadable.INVALID),
        (visa(RECORD, options="6985"), Unreadable.INVALID),
        (visa(RECORD, options="8001009000"), Unreadable.INVALID),
        (visa(RECORD, options="800600000001010090 00"), Unreadable.INVALID),
        (visa(RECORD, options="800600000800010090 00"), Unreadable.INVALID),
        (visa(RECORD, options="800600000805010090 00"), Unreadable.INVALID),
        (visa(RECORD, pdol=tlv(0x9F38, "9F66FF")), Unreadable.INVALID),
        (visa(RECORD, pdol=tlv(0x9F38, "9F667F9F027F")), Unreadable.INVALID),
    ],
)
def test_odd_cards(script: dict[str, str], expected: str | Unreadable) -> None:
    result, _ = converse(scripted(script))
    assert (result.digits if isinstance(result, Pan) else result) == expected


def test_an_answer_in_pieces_and_one_of_another_length() -> None:
    """T=0: 61 and 6C (ISO/IEC 7816-3, 10.3.3)."""
    whole = RECORD[:-4]
    script = visa("6C2A") | {
        "00B2010C2A": whole[:20] + "6109",
        "00C0000009": whole[20:38] + "6108",
        "00C0000008": whole[38:] + "9000",
    }
    result, commands = converse(scripted(script))
    assert isinstance(result, Pan)
    assert commands[-3:] == ["00B2010C2A", "00C0000009", "00C0000008"]


@pytest.mark.parametrize("answer", ["6100", "00" * 255 + "61FF", "6C00", "6C07"])
def test_a_card_without_end(answer: str) -> None:
    result, commands = converse(scripted({}, otherwise=answer))
    assert result is Unreadable.NO_DATA
    assert len(commands) < 200


def test_a_directory_and_a_locator_without_end() -> None:
    aids = "".join(tlv(0x61, tlv(0x4F, VISA_AID, f"{n:02X}")) for n in range(20))
    script = {PPSE: tlv(0x6F, aids) + "9000"}
    endless = "80" + "82" + "0102" + "0000" + "0801FF00" * 64 + "9000"

    def answer(command: bytes) -> bytes:
        said = command.hex().upper()
        if said.startswith("00A4040008"):
            return bytes.fromhex(tlv(0x6F, tlv(0xA5, "")) + "9000")
        if said == PLAIN_OPTIONS:
            return bytes.fromhex(endless)
        return bytes.fromhex(script.get(said, "70009000"))

    result, commands = converse(answer)
    assert result is Unreadable.INVALID
    assert len(commands) == 1 + 8 * (1 + 1 + 16)


STATUS = [b"\x90\x00", b"\x6a\x82", b"\x61\x10", b"\x6c\x10", b"\x69\x85", b""]
PARTS = [bytes.fromhex(one) for one in (RECORD[:-4], tlv(0x61, tlv(0x4F, VISA_AID)))]
answers = st.lists(
    st.tuples(st.binary(max_size=60) | st.sampled_from(PARTS), st.sampled_from(STATUS)), min_size=1
)


@given(answers, st.integers())
def test_whatever_a_card_says_there_is_an_end_and_no_wrong_number(
    said: list[tuple[bytes, bytes]], seed: int
) -> None:
    choose = random.Random(seed)
    result, _ = converse(lambda command: b"".join(choose.choice(said)))
    if isinstance(result, Pan):
        sent = b"".join(data for data, _ in said).hex()
        assert result.digits in sent


@given(st.sampled_from(list(sample_cards())), st.data())
def test_a_sound_card_with_one_spoilt_answer_is_never_another_card(
    label: str, data: st.DataObject
) -> None:
    card = sample_cards()[label]
    chip = SampleChip(card, contactless=data.draw(st.booleans()))
    place, byte = data.draw(st.integers(0, 8)), data.draw(st.integers(0, 80))
    by = data.draw(st.integers(1, 255))
    count = 0

    def answer(command: bytes) -> bytes:
        nonlocal count
        said = bytearray(chip.answer(command))
        if count == place:
            said[byte % len(said)] ^= by
        count += 1
        return bytes(said)

    result, _ = converse(answer)
    right = card.tracks()[1].strip(";").split("=")[0]
    if isinstance(result, Pan) and result.digits != right:
        # Two digits in one byte can go wrong so that the check digit still fits; lines to cards
        # have checks of their own.
        assert sum(a != b for a, b in zip(right, result.digits, strict=True)) == 2
