"""What stands on a slip."""

from dataclasses import replace
from datetime import timedelta

from kiosk.domain.client import Client
from kiosk.domain.commands import (
    RecogniseTicket,
)
from kiosk.domain.ids import ClientRef, JobId, TicketId, VisitId
from kiosk.domain.queue import APPOINTMENT
from kiosk.domain.slip import Slip
from kiosk.flow.reactions import compose
from tests.domain.day import GOLD, Day, issue
from tests.flow.slipjobs import with_slip
from tests.support.branch import EN


class TestCompose:
    def test_a_regular_ticket(self) -> None:
        day = Day()
        day.do(issue("t0"), with_slip("t1"))
        slip = compose(day.branch, day.branch.slips[JobId("j-t1")], day.now, lambda ticket: None)
        assert (slip.number, slip.people_ahead, slip.priority) == ("A002", 1, False)
        assert (slip.branch, slip.service, slip.language) == ("科技园支行", "现金业务", "zh")
        assert slip.issued_at.strftime("%H:%M") == "09:00"
        assert (slip.follow_url, slip.copy) == (None, False)

    def test_a_preferred_clients_in_their_language_with_a_code_to_follow(self) -> None:
        day = Day()
        day.do(replace(with_slip("t1"), language=EN, recognition=GOLD))
        slip = compose(
            day.branch,
            day.branch.slips[JobId("j-t1")],
            day.now,
            lambda ticket: f"https://q/{ticket}",
        )
        assert (slip.number, slip.priority) == ("V001", True)
        assert (slip.branch, slip.service) == ("Science Park", "Cash")
        assert slip.follow_url == "https://q/t1"

    def test_an_appointment_that_is_yet_to_come_has_its_time(self) -> None:
        for minutes, told in ((25, "09:25"), (-10, None)):
            day = Day()
            day.do(replace(with_slip("t1"), booked=day.now + timedelta(minutes=minutes)))
            job = day.branch.slips[JobId("j-t1")]
            slip = compose(day.branch, job, day.now, lambda ticket: None)
            assert slip.priority_class == APPOINTMENT
            assert (slip.booked_for and f"{slip.booked_for:%H:%M}") == told

    def test_recognised_meanwhile(self) -> None:
        day = Day()
        day.do(with_slip("t1"), RecogniseTicket(TicketId("t1"), GOLD))
        day.now += timedelta(minutes=1)
        slip = compose(day.branch, day.branch.slips[JobId("j-t1")], day.now, lambda ticket: None)
        assert (slip.number, slip.priority) == ("A001", True)


class TestNames:
    """Greeted by name is who is known when the slip is printed, where the site wants it."""

    MS = Client(ClientRef("c-1"), "Jane Sample", "Sample", sex="f")

    def composed(self, client: Client | None, *, copy: bool = False) -> Slip:
        day = Day()
        day.do(replace(with_slip("t1"), language=EN))
        prepared = replace(day.branch.slips[JobId("j-t1")], copy=copy)
        return compose(
            day.branch, prepared, day.now, lambda ticket: None, client_of=lambda visit: client
        )

    def test_by_form_of_address_and_surname_and_by_the_time_of_day(self) -> None:
        """OPR-33, OPR-34."""
        slip = self.composed(self.MS)
        assert slip.greeting == "Good morning"
        assert slip.named_greeting == "Good morning, Ms Sample"

    def test_a_full_name_is_on_no_slip(self) -> None:
        """OPR-35 would greet with it; a slip is left lying about."""
        assert self.composed(replace(self.MS, sex="")).named_greeting is None

    def test_who_isnt_known_yet_is_greeted_all_the_same(self) -> None:
        """OPR-36."""
        slip = self.composed(None)
        assert (slip.greeting, slip.named_greeting) == ("Good morning", None)

    def test_a_copy_names_nobody_for_it_is_handed_over_by_staff(self) -> None:
        copy = self.composed(self.MS, copy=True)
        assert (copy.named_greeting, copy.copy) == (None, True)

    def test_unless_the_site_wants_names_nobody_is_asked_for(self) -> None:
        day = Day()
        day.do(with_slip("t1"))
        job = day.branch.slips[JobId("j-t1")]
        slip = compose(day.branch, job, day.now, lambda ticket: None)
        assert slip.named_greeting is None

    def test_the_client_is_that_of_the_tickets_own_visit(self) -> None:
        day = Day()
        day.do(with_slip("t1"))
        asked: list[VisitId] = []
        job = day.branch.slips[JobId("j-t1")]

        def client_of(visit: VisitId) -> None:
            asked.append(visit)

        compose(day.branch, job, day.now, lambda ticket: None, client_of=client_of)
        assert asked == [day.branch.tickets[TicketId("t1")].visit]
