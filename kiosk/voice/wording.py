"""The wording: what a call is in words, and as the names of recorded clips."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kiosk.domain.counter import CounterPlan
from kiosk.domain.ids import Language
from kiosk.locale import voice_words
from kiosk.ports import Announcement

LANGUAGES = tuple(Language(language) for language in ("zh", "en", "ru", "cs", "kk"))
"""What can be spoken."""

BEGIN = "begin"
"""The clip before the number."""


@dataclass(frozen=True, slots=True)
class Cardinals:
    """Numbers of counters, 1 to 99; ordinals in a language that counts windows so."""

    units: tuple[str, ...]
    """1 to 19."""
    tens: tuple[str, ...]
    """20, 30 to 90."""
    joined: str
    tens_before_units: tuple[str, ...] = ()
    """Where they are other words than ``tens``."""

    def name(self, number: int) -> str:
        """The number in words."""
        if number < 20:
            return self.units[number - 1]
        tens, unit = divmod(number, 10)
        if not unit:
            return self.tens[tens - 2]
        return (self.tens_before_units or self.tens)[tens - 2] + self.joined + self.units[unit - 1]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A call in one language."""

    text: str
    clips: tuple[str, ...]
    """The recordings that say the same, in order, by their names without ending: one for each letter
    and digit of the number, and one for everything behind it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language says calls: its ``voice.toml``."""

    synthesizer: str
    """The voice of espeak-ng."""
    begin: str
    to_counter: str
    to_place: str
    after_letter: str
    between: str
    """What stands between begin, letters and digits."""
    digits: tuple[str, ...]
    counters: Cardinals
    letters: Mapping[str, str] = field(default_factory=dict)

    def number(self, number: str) -> str:
        """A ticket's number: digits singly, letters by their names, each with a rest behind it."""
        return self.between.join(map(self._sign, number))

    def counter(self, counter: CounterPlan, language: Language) -> str:
        """Where to go: the counter's name in this language, else its number, else its id spelled."""
        if name := counter.names.get(language):
            return self.to_place.format(counter=name)
        return self.to_counter.format(counter=self._counter_number(counter.id))

    def _sign(self, sign: str) -> str:
        if sign.isdecimal():
            return self.digits[int(sign)]
        return self.letters.get(sign, sign) + self.after_letter

    def _counter_number(self, counter: str) -> str:
        if counter.isdecimal() and 1 <= int(counter) <= 99:
            return self.counters.name(int(counter))
        return self.number(counter.upper()).removesuffix(self.after_letter)


def wording(language: Language) -> Wording:
    """The wording of a language. KeyError when it can't be spoken."""
    words = voice_words(language)
    counters = words["counters"]
    return Wording(
        synthesizer=words["synthesizer"],
        begin=words["begin"],
        to_counter=words["to_counter"],
        to_place=words["to_place"],
        after_letter=words["after_letter"],
        between=words["between"],
        digits=tuple(words["digits"]),
        letters=words.get("letters", {}),
        counters=Cardinals(
            tuple(counters["units"]),
            tuple(counters["tens"]),
            counters["joined"],
            tuple(counters.get("tens_before_units", ())),
        ),
    )


def sentence(wording: Wording, call: Announcement, language: Language) -> Sentence:
    """The call in the language of the wording."""
    number = wording.number(call.number).removesuffix(wording.after_letter)
    where = wording.counter(call.counter, language)
    clips = (BEGIN, *call.number, counter_clip(call.counter))
    return Sentence(f"{wording.begin}{wording.between}{number}{where}", clips)


def counter_clip(counter: CounterPlan) -> str:
    """The clip of everything behind the number."""
    return f"counter-{counter.id}"


def needed_clips(letters: Iterable[str], counters: Iterable[CounterPlan]) -> frozenset[str]:
    """What has to be recorded in each language of a branch with these series and counters."""
    signs = {*"0123456789", *"".join(letters)}
    return frozenset({BEGIN, *signs, *map(counter_clip, counters)})


def in_turn(own: Language, languages: Iterable[Language]) -> list[Language]:
    """The languages of an announcement: the customer's own first, if it can be spoken."""
    return list(dict.fromkeys(one for one in (own, *languages) if one in LANGUAGES))
