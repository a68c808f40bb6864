"""The report of the scripted day as somebody writes it by hand, with paper and pencil, from this table:

====== ======= ===== ======= ======= ======= ======= ======= ====== ======================================
number service queue class   from    called  arrived end     ends   at counters, seconds served
====== ======= ===== ======= ======= ======= ======= ======= ====== ======================================
V001   cash    V     vip     9:01    9:03    9:03:30 9:05    served 1: 90
A001   cash    A, B  regular 9:02    9:06    –       9:07    no-show, reinstated at 9:08
                                     9:09    9:09:30 9:12:30 to B   1: 180 (in queue A)
                                     9:13    9:13:30 9:15    to 1   2: 90  (from here on in queue B)
                                     9:16    –       9:18    back   1: 120
                                     9:18:30 9:19    9:20    to Li  2: 60
                                     9:21    –       9:23    served 1: 120
B001   cash    B, A  regular 9:04    –       –       9:24    moved  re-routed to cash, queue A, at 9:04:30
B002   cash    B     regular 9:04    9:25    9:26    9:30:30 parked 2: 270; until 9:40
                                     9:41    –       9:43    served 2: 120
A002   cash    A     regular 9:44    9:45    –       9:46    served 1: 60
B003   account B     regular 9:44    9:47    –       9:47:30 back   2: none
                     vip             9:48:30 –       9:50:30 served 2: 120
A003   cash    A     regular 9:51    –       –       9:52    dropped
–      cash    A     regular –       –       9:53    9:56    served 1: 180, without a ticket
17     cash    A     regular –       9:56:30 9:57:15 9:59    served 1: 105, of the paper roll
B004   account B     regular 10:10   –       –       10:15   expired, parked from 10:11 to 10:12
A004   cash    A     regular 10:10:30 –      –       10:15   expired when the hall was cleared
A005   cash    A     regular 10:16   10:16:30 –      10:17:30 no-show
B005   account B     regular 10:20   –       –       night   expired
====== ======= ===== ======= ======= ======= ======= ======= ====== ======================================

Li is at counter 1, Wang at counter 2, both from 9:00 to 10:30.
"""

from dataclasses import replace
from datetime import datetime

from kiosk.domain.ids import QueueId
from kiosk.domain.report.figures import Figures, Spread
from kiosk.domain.report.queues import Quarter, QueueLength
from kiosk.domain.report.tally import Scope
from tests.day.wholeday import WholeDay


def once(seconds: float) -> Spread:
    return Spread(1, seconds, seconds, seconds, seconds)


OVERALL = Figures(
    issued=13,
    served=7,  # V001 A001 B002 A002 B003 without 17
    no_show=1,  # A005
    dropped=1,
    moved=1,
    expired=3,  # B004 A004 B005
    open=0,
    abandoned=4,  # A005 B004 A004 B005
    paper=1,
    without_number=1,
    recalls=4,
    transfers=3,
    parks=2,
    # 30 60 120 180 240 1260: 1890 / 6
    wait=Spread(6, 315, 120, 1260, 1260),
    # 30 30 30 30 45 60: 225 / 6
    walk=Spread(6, 37.5, 30, 60, 60),
    # 60 60 90 90 105 120 120 120 120 180 180 270: 1515 / 12, the sixth and the eleventh
    service=Spread(12, 126.25, 120, 180, 270),
    # A002 120, V001 240, B003 390, A001 1260, B002 2340: 4350 / 5
    stay=Spread(5, 870, 390, 2340, 2340),
    measured=5,
    within_target=4,  # all but B002, who waited 21 minutes of 15
)
QUEUE_A = Figures(
    issued=7,  # B001 A002 A003 without 17 A004 A005
    served=3,
    no_show=1,
    dropped=1,
    moved=1,
    expired=1,
    abandoned=2,
    paper=1,
    without_number=1,
    recalls=2,
    wait=Spread(2, 45, 30, 60, 60),
    walk=Spread(2, 37.5, 30, 45, 45),  # A001's first, 17's
    service=Spread(4, 131.25, 105, 180, 180),  # 60 105 180 180
    stay=once(120),
    measured=1,
    within_target=1,
)
QUEUE_B = Figures(
    issued=5,  # A001 B002 B003 B004 B005
    served=3,
    expired=2,
    abandoned=2,
    recalls=2,
    transfers=3,
    parks=2,
    wait=Spread(3, 560, 240, 1260, 1260),  # 180 240 1260
    walk=Spread(3, 40, 30, 60, 60),
    service=Spread(7, 900 / 7, 120, 270, 270),  # 60 90 120 120 120 120 270
    stay=Spread(3, 1330, 1260, 2340, 2340),  # 390 1260 2340
    measured=3,
    within_target=2,
)
QUEUE_V = Figures(
    issued=1,
    served=1,
    wait=once(120),
    walk=once(30),
    service=once(90),
    stay=once(240),
    measured=1,
    within_target=1,
)
ACCOUNT_SERVICE = Figures(
    issued=3,  # B003 B004 B005
    served=1,
    expired=2,
    abandoned=2,
    parks=1,
    wait=once(180),
    service=once(120),
    stay=once(390),
    measured=1,
    within_target=1,
)
CASH_SERVICE = Figures(
    issued=10,
    served=6,
    no_show=1,
    dropped=1,
    moved=1,
    expired=1,
    abandoned=2,
    paper=1,
    without_number=1,
    recalls=4,
    transfers=3,
    parks=1,
    wait=Spread(5, 342, 120, 1260, 1260),  # 30 60 120 240 1260
    walk=OVERALL.walk,
    service=Spread(11, 1395 / 11, 120, 180, 270),  # all but one of 120
    stay=Spread(4, 990, 240, 2340, 2340),  # 120 240 1260 2340
    measured=4,
    within_target=3,
)
VIP = Figures(
    issued=2,  # V001 B003
    served=2,
    wait=Spread(2, 150, 120, 180, 180),
    walk=once(30),
    service=Spread(2, 105, 90, 120, 120),
    stay=Spread(2, 315, 240, 390, 390),
    measured=2,
    within_target=2,
)
REGULAR = Figures(
    issued=11,
    served=5,
    no_show=1,
    dropped=1,
    moved=1,
    expired=3,
    abandoned=4,
    paper=1,
    without_number=1,
    recalls=4,
    transfers=3,
    parks=2,
    wait=Spread(4, 397.5, 60, 1260, 1260),  # 30 60 240 1260
    walk=Spread(5, 39, 30, 60, 60),  # 30 30 30 45 60
    service=Spread(10, 130.5, 120, 180, 270),  # 60 60 90 105 120 120 120 180 180 270
    stay=Spread(3, 1240, 1260, 2340, 2340),  # 120 1260 2340
    measured=3,
    within_target=2,
)
UNKNOWN_PEOPLE = replace(  # all but V001
    OVERALL,
    issued=12,
    served=6,
    wait=Spread(5, 354, 180, 1260, 1260),  # 30 60 180 240 1260
    walk=REGULAR.walk,
    service=Spread(11, 1425 / 11, 120, 180, 270),  # all but 90
    stay=Spread(4, 1027.5, 390, 2340, 2340),  # 120 390 1260 2340
    measured=4,
    within_target=3,
)
NINE = Figures(
    issued=9,  # all up to 17
    served=7,
    dropped=1,
    moved=1,
    paper=1,
    without_number=1,
    recalls=2,
    transfers=3,
    parks=1,
    wait=Spread(5, 372, 180, 1260, 1260),  # 60 120 180 240 1260
    walk=OVERALL.walk,
    service=OVERALL.service,
    stay=OVERALL.stay,
    measured=5,
    within_target=4,
)
TEN = Figures(
    issued=4,
    no_show=1,
    expired=3,
    abandoned=4,
    recalls=2,
    parks=1,
    wait=once(30),
)
COUNTER_1 = Figures(
    issued=6,  # V001 A001 A002 without 17 A005
    served=5,
    no_show=1,
    abandoned=1,
    paper=1,
    without_number=1,
    recalls=4,
    transfers=3,
    wait=Spread(4, 112.5, 60, 240, 240),  # 30 60 120 240
    walk=Spread(3, 35, 30, 45, 45),  # V001 A001 17
    service=Spread(7, 855 / 7, 120, 180, 180),  # 60 90 105 120 120 180 180
    stay=Spread(3, 540, 240, 1260, 1260),  # 120 240 1260
    measured=3,
    within_target=3,
)
COUNTER_2 = Figures(
    issued=2,  # B002 B003
    served=2,
    parks=1,
    wait=Spread(2, 720, 180, 1260, 1260),
    walk=Spread(3, 40, 30, 60, 60),  # A001 twice, B002
    service=Spread(5, 132, 120, 270, 270),  # 60 90 120 120 270
    stay=Spread(2, 1365, 390, 2340, 2340),
    measured=2,
    within_target=1,
)
GROUPS = {
    Scope.SERVICE: {"account": ACCOUNT_SERVICE, "cash": CASH_SERVICE},
    Scope.QUEUE: {"A": QUEUE_A, "B": QUEUE_B, "V": QUEUE_V},
    Scope.CLASS: {"regular": REGULAR, "vip": VIP},
    Scope.SEGMENT: {"-": UNKNOWN_PEOPLE, "vip": QUEUE_V},
    Scope.HOUR: {"09": NINE, "10": TEN},
    Scope.COUNTER: {"1": COUNTER_1, "2": COUNTER_2},
    Scope.TELLER: {"li": COUNTER_1, "wang": COUNTER_2},
}

# Seconds that somebody waited, by quarter. The hall is seen from 9:01 on, when the first number is
# given, until 10:30: its first quarter has 840 seconds.
#         V    A                           B                                 hall
# 9:00    120  A001 240 + 60, B001 630     B001 30, A001 30                  1110
# 9:15         B001 540                    A001 60 + 30 + 60, B002 60         750
# 9:30         A002 60                     B002 60, B003 60                   180
# 9:45         A003 60                     B003 120 + 60                      240
# 10:00        A004 270                    B004 60 + 180                      510
# 10:15        A005 30                     B005 600                           630
TIMES = ("09:00", "09:15", "09:30", "09:45", "10:00", "10:15")


def length(
    queue: str | None, most: int, most_at: datetime, waited: list[int], peaks: list[int]
) -> QueueLength:
    seen = [840, 900, 900, 900, 900, 900]
    means = [people / seconds for people, seconds in zip(waited, seen, strict=True)]
    told = zip(TIMES, means, peaks, strict=True)
    return QueueLength(
        QueueId(queue) if queue else None, most, most_at, tuple(Quarter(*one) for one in told)
    )


def lengths(day: WholeDay) -> tuple[QueueLength, ...]:
    first = day.moment("09:01")
    half = day.moment("09:04").replace(second=30)
    return (
        length(None, 2, day.moment("09:02"), [1110, 750, 180, 240, 510, 630], [2, 2, 2, 1, 2, 1]),
        length("A", 2, half, [930, 540, 60, 60, 270, 30], [2, 1, 1, 1, 1, 1]),
        length("B", 1, day.moment("09:04"), [60, 210, 120, 180, 240, 600], [1, 1, 1, 1, 1, 1]),
        length("V", 1, first, [120, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]),
    )
