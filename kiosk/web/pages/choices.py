"""What a teller is asked before some verbs: a reason, a target, a number, a break."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.domain.branch import Branch, BranchPlan
from kiosk.domain.counter import Counter
from kiosk.domain.ids import CounterId, Language
from kiosk.domain.rules import NOT_READY, READY, ReasonFor
from kiosk.flow.state import named
from kiosk.locale import say, say_count
from kiosk.shapes import instant


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its digit, what is shown, and the body that goes with the verb."""

    digit: str
    label: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a verb; without answers it is a number that is typed."""

    verb: str
    text: str
    answers: tuple[Choice, ...] = ()


def questions(plan: BranchPlan, counter: CounterId, language: str) -> list[Question]:
    """The questions of a counter's console."""
    return [
        Question("park", say(language, "Why is it parked?"), _numbered(_parks(plan, language))),
        Question(
            "transfer", say(language, "Where to?"), _numbered(_targets(plan, counter, language))
        ),
        Question("paper", say(language, "Number of the paper roll")),
        Question("status", say(language, "Which break?"), _numbered(_breaks(plan, language))),
    ]


def rest(branch: Branch, counter: Counter, language: str) -> dict[str, object] | None:
    """The teller's break: which, since when, how long it may last, and whether it is too long."""
    rule = branch.plan.breaks.get(counter.status or "")
    if rule is None:
        return None
    return {
        "name": named(rule.names, language),
        "since": instant(counter.since) if counter.since and not counter.pausing else None,
        "limit": _limit(rule.limit.total_seconds() if rule.limit else None, language),
        "overrun": counter.overrun,
    }


def _numbered(answers: Iterator[tuple[str, Mapping[str, Any]]]) -> tuple[Choice, ...]:
    """Digits for the first nine; the others are clicked."""
    return tuple(
        Choice(str(number) if number < 10 else "", label, body)
        for number, (label, body) in enumerate(answers, 1)
    )


def _parks(plan: BranchPlan, language: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for code, names in plan.reasons.get(ReasonFor.PARK, {}).items():
        yield named(names, language), {"reason": code}


def _targets(
    plan: BranchPlan, counter: CounterId, language: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for queue in plan.queues.values():
        yield f"{queue.id} {named(queue.names, language)}", {"queue": queue.id}
    for other in plan.counters.values():
        if other.id != counter:
            yield _counter_name(other.names, other.id, language), {"counter": other.id}


def _counter_name(names: Mapping[Language, str], counter: CounterId, language: str) -> str:
    return named(names, language) or say(language, "Counter {number}", number=counter)


def _breaks(plan: BranchPlan, language: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield say(language, "Ready"), {"status": READY}
    yield say(language, "Not ready"), {"status": NOT_READY}
    for one in plan.breaks.values():
        limit = _limit(one.limit.total_seconds() if one.limit else None, language)
        yield (
            " · ".join(part for part in (named(one.names, language), limit) if part),
            {"status": one.code},
        )


def _limit(seconds: float | None, language: str) -> str:
    if seconds is None:
        return ""
    minutes = int(seconds // 60)
    return say_count(language, "{count} minute", "{count} minutes", minutes)
