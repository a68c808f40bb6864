import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.device import Fault
from kiosk.printer.replies import (
    AutomaticStatus,
    FullStatus,
    PrinterCondition,
    ProcessDone,
    RealTimeStatus,
    Reply,
    ReplyDemultiplexer,
    Transmitted,
    condition_of,
    condition_of_frame,
)

WELL = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
FRAME = b"\x18\x00\x0f\x00"
PROCESS_ID = b"\x37\x22aZ~ \x00"


def replies(data: bytes) -> list[Reply]:
    return ReplyDemultiplexer().feed(data)


EXAMPLES: list[tuple[bytes, list[Reply]]] = [
    (b"\x12", [RealTimeStatus(0x12)]),
    (b"\x7e", [RealTimeStatus(0x7E)]),
    (b"\x16\x32", [RealTimeStatus(0x16), RealTimeStatus(0x32)]),
    (b"\x00", [Transmitted(0)]),
    (b"\x0c", [Transmitted(0x0C)]),
    (FRAME, [AutomaticStatus(FRAME)]),
    (PROCESS_ID, [ProcessDone(b"aZ~ ")]),
    (b"\x11\x13", []),
    # GS I: model, maker, and the block of other makers, of no interest here
    (b"=TM-T20\x00", []),
    (b"_EPSON\x00\x12", [RealTimeStatus(0x12)]),
    (b"Sxx\x00\x00", [Transmitted(0)]),
    # as seen: a queued answer glued behind a status that everything is well again
    (b"\x10\x00\x00\x00\x00", [AutomaticStatus(b"\x10\0\0\0"), Transmitted(0)]),
    (PROCESS_ID + b"\x00", [ProcessDone(b"aZ~ "), Transmitted(0)]),
    # real-time answers and flow control in the middle of longer ones
    (
        b"\x18\x1a\x00\x13\x0f\x00",
        [RealTimeStatus(0x1A), AutomaticStatus(FRAME)],
    ),
    (b"\x37\x22a\x11Z~ \x00", [ProcessDone(b"aZ~ ")]),
    # half a frame, then a whole one
    (b"\x18\x00" + FRAME, [AutomaticStatus(FRAME)]),
    # a presenter's full status, whose bytes may have any value
    (b"\x10\x0f\x20\x13\x12\x37\x00", [FullStatus(0x20), Transmitted(0)]),
    # noise
    (b"\xff\x80\x9c\x12", [RealTimeStatus(0x12)]),
]


@pytest.mark.parametrize(("data", "expected"), EXAMPLES)
def test_replies_glued(data: bytes, expected: list[Reply]) -> None:
    assert replies(data) == expected


@pytest.mark.parametrize(("data", "expected"), EXAMPLES)
def test_replies_byte_by_byte(data: bytes, expected: list[Reply]) -> None:
    demultiplexer = ReplyDemultiplexer()
    told = [reply for byte in data for reply in demultiplexer.feed(bytes([byte]))]
    assert told == expected


@pytest.mark.parametrize(
    "damaged",
    [
        b"\x37\x22aZ~\x00",
        b"\x37\x22aZ~ x\x00",
        b"\x37\x22a\xffZ~\x00",
        b"\x37\x23aZ~ \x00",
        b"\x37\x22aaaaaaaa\x00",
    ],
)
def test_a_damaged_process_id_confirms_nothing(damaged: bytes) -> None:
    assert replies(damaged) == []


def test_an_information_block_without_end_is_given_up() -> None:
    assert replies(b"=" + b"x" * 79 + b"\x00") == [Transmitted(0)]


WHOLE = st.one_of(
    st.binary(min_size=4, max_size=4)
    .map(lambda raw: bytes([raw[0] & 0x6C | 0x10, *(byte & 0x6F for byte in raw[1:])]))
    .filter(lambda frame: not frame.startswith(b"\x10\x0f")),  # so a presenter's begins
    st.binary(min_size=4, max_size=4).map(
        lambda raw: b"\x37\x22" + bytes(0x20 + byte % 95 for byte in raw) + b"\0"
    ),
    st.integers(0, 255).map(lambda byte: bytes([byte & 0x6C | 0x12])),
    st.integers(0, 255).map(lambda byte: bytes([byte & 0x6F])),
    st.sampled_from([b"\x11", b"\x13", b"=TM-T88\0"]),
)


@given(st.lists(WHOLE, max_size=12), st.integers(1, 9))
def test_it_makes_no_difference_in_what_pieces_replies_come(whole: list[bytes], size: int) -> None:
    data = b"".join(whole)
    pieces = ReplyDemultiplexer()
    told = [
        reply
        for start in range(0, len(data), size)
        for reply in pieces.feed(data[start : start + size])
    ]
    assert told == replies(data)
    nobodys = (b"=", b"\x11", b"\x13")
    assert len(told) == sum(not block.startswith(nobodys) for block in whole)


@given(st.binary(max_size=200))
def test_no_noise_is_a_process_id_unless_it_stands_there(data: bytes) -> None:
    confirmed = [reply.id for reply in replies(data) if isinstance(reply, ProcessDone)]
    without_flow_control = data.translate(None, b"\x11\x13")
    assert all(b"\x37\x22" + id_ + b"\0" in without_flow_control for id_ in confirmed)


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({}, None),
        ({1: 0x16}, None),  # the drawer
        ({4: 0x1E}, None),  # near end
        ({1: 0x1A}, Fault.OFFLINE),
        ({1: 0x1A, 2: 0x16}, Fault.COVER_OPEN),
        ({1: 0x1A, 2: 0x32}, Fault.PAPER_OUT),
        ({4: 0x7E}, Fault.PAPER_OUT),
        ({1: 0x1A, 2: 0x52, 3: 0x1A}, Fault.CUTTER),
        ({1: 0x1A, 2: 0x52, 3: 0x16}, Fault.PAPER_JAMMED),
        ({1: 0x1A, 2: 0x52, 3: 0x32}, Fault.PAPER_JAMMED),
        ({1: 0x1A, 2: 0x16, 4: 0x7E}, Fault.COVER_OPEN),
    ],
)
def test_what_real_time_answers_mean(answers: dict[int, int], fault: Fault | None) -> None:
    assert condition_of(WELL | answers).fault is fault


@pytest.mark.parametrize(
    ("frame", "condition"),
    [
        ("10000000", PrinterCondition()),
        ("10000300", PrinterCondition(paper_low=True)),
        ("18000f00", PrinterCondition(Fault.PAPER_OUT, paper_low=True)),
        ("38000000", PrinterCondition(Fault.COVER_OPEN)),
        ("18000000", PrinterCondition(Fault.OFFLINE)),
        ("18080000", PrinterCondition(Fault.CUTTER)),
        ("18040000", PrinterCondition(Fault.PAPER_JAMMED)),
        ("18200000", PrinterCondition(Fault.PAPER_JAMMED)),
    ],
)
def test_what_automatic_status_means(frame: str, condition: PrinterCondition) -> None:
    assert condition_of_frame(bytes.fromhex(frame)) == condition
