"""One scripted day with every verb in it, and its report as somebody wrote it by hand."""

import csv
import io
from pathlib import Path
from typing import get_args

import pytest

from kiosk.domain.commands import (
    CounterCommand,
    IssueTicket,
)
from kiosk.domain.events import LastTickets, SeriesGrew
from kiosk.domain.report.accuracy import Accuracy
from kiosk.domain.report.period import Period
from kiosk.domain.report.report import Report
from kiosk.domain.report.tellers import StatusTime, TellerTime
from kiosk.domain.slipevents import PrintFailed, PrintUnknown
from kiosk.domain.ticketcommands import (
    ClearHall,
    TicketCommand,
)
from kiosk.reports.bookkeeper import make_report
from kiosk.reports.csvtext import csv_bytes
from kiosk.reports.naming import Naming
from kiosk.shapes.audit import AUDIT_KINDS
from kiosk.store.dayrecords import SqliteDayRecords
from kiosk.wire import FAMILIES, family_of
from tests.day.dayscript import LI, WANG, live_through_it
from tests.day.handwritten import GROUPS, OVERALL, lengths
from tests.day.wholeday import WholeDay, whole_day
from tests.domain.day import MONDAY

# Li with somebody: 120 + 60 + 210 + 120 + 120 + 60 + 180 + 150 + 60; Wang: 120 + 90 + 330 + 120 +
# 30 + 120. Present 90 minutes each.
TELLERS = (
    TellerTime(
        LI,
        present=5400,
        ready=5220,
        serving=1080,
        statuses=(StatusTime("not_ready", 1, 180, 180, 0, None, None),),
    ),
    TellerTime(
        WANG,
        present=5400,
        ready=4980,
        serving=810,
        statuses=(StatusTime("short_break", 1, 420, 420, 1, 300, None),),
    ),
)
# A001: 3 told, 4 waited, of 2 to 5; B003: 1 told, 3 waited, of 0 to 2.
ESTIMATES = Accuracy(2, mean_absolute_error=90, bias=-90, coverage=0.5)

ROWS = """\
all,*,issued,13,tickets
all,*,abandoned,4,tickets
all,*,recalls,4,times
all,*,service_level,0.8,share
all,*,wait_count,6,times
all,*,wait_mean,315.0,s
all,*,wait_p90,1260.0,s
all,*,service_mean,126.2,s
service,account,service_level,1.0,share
queue,A,no_show,1,tickets
queue,B,service_mean,128.6,s
queue,V,walk_max,30.0,s
class,regular,service_level,0.6667,share
segment,-,issued,12,tickets
hour,10,wait_p50,30.0,s
hour,10,service_level,,share
counter,1,service_mean,122.1,s
counter,2,wait_mean,720.0,s
teller,wang,served,2,tickets
line,*,most,2,people
line,V,most,1,people
quarter,* 09:00,mean,1.32,people
quarter,B 10:15,mean,0.67,people
quarter,B 10:15,most,1,people
teller,li,utilisation,0.2069,share
teller,wang,utilisation,0.1627,share
status,li not_ready,total,180.0,s
status,li not_ready,limit,,s
status,wang short_break,overruns,1,times
status,wang short_break,limit,300.0,s
estimates,*,mean_absolute_error,90.0,s
estimates,*,bias,-90.0,s
estimates,*,coverage,0.5,share
"""


@pytest.mark.timeout(120)
async def test_a_day_with_every_verb_has_the_report_that_was_written_by_hand(
    tmp_path: Path,
) -> None:
    async with whole_day(tmp_path) as day:
        await live_through_it(day)
        every_verb_was_in_it(day)
        records = SqliteDayRecords(day.log.path)
        report = make_report(records, day.plan, Period(MONDAY, MONDAY), day.clock.now())
        records.close()
        as_written_by_hand(report, day)
        as_csv(report, day)


def every_verb_was_in_it(day: WholeDay) -> None:
    """Every command that a person can give, and every kind of event that a good day has."""
    people = {*get_args(TicketCommand), *get_args(CounterCommand), ClearHall, IssueTicket}
    assert people - day.given == set()
    seen = {type(fact.event) for fact in day.log.read(0, 10_000)}
    rare = {SeriesGrew, LastTickets, PrintFailed, PrintUnknown}
    families = {family_of(fact.event) for fact in day.log.read(0, 10_000)}
    audited = {name.partition(".")[0] for name in AUDIT_KINDS}
    assert families >= set(FAMILIES) - {"device", "queue", "service"} - audited
    assert not seen & rare


def as_written_by_hand(report: Report, day: WholeDay) -> None:
    assert report.overall == OVERALL
    for scope, groups in GROUPS.items():
        told = report.groups[scope]
        assert list(told) == list(groups), scope
        for key, figures in groups.items():
            assert told[key] == figures, (scope, key)
    assert report.lengths == lengths(day)
    assert report.tellers == TELLERS
    assert report.estimates == ESTIMATES
    assert (report.days, report.until) == ((MONDAY,), None)


def as_csv(report: Report, day: WholeDay) -> None:
    """Each of the rows written by hand stands in the file, once."""
    text = csv_bytes(Naming(day.plan, "en", {}).shape(report)).decode("utf-8-sig")
    lines = [",".join(line) for line in csv.reader(io.StringIO(text, newline=""))]
    assert lines[0] == "scope,key,figure,value,unit"
    for row in ROWS.splitlines():
        assert lines.count(row) == 1, row
