"""Frames on a bus, as makers' sheets tell of them: words with spaces between.

====================  =====================================================================
``02``                a byte, hexadecimal
``'!#'``              characters (ASCII)
``[`` ... ``]``       what ``length`` counts, in bytes
``(`` ... ``)``       what the check is made of
``length``            a byte
``xor`` ``sum`` ...   a check: see :class:`~kiosk.checksum.Check`
``text``              what is to be shown
``any``               a byte that doesn't matter; in answers only
``address`` ...       a value of one byte; which there are is told where a frame is asked for
====================  =====================================================================

With ``.dec2`` behind it a length, check or value is two decimal digits instead of a byte, with
``.hex2`` two hexadecimal ones; ``.dec3`` and ``.hex4`` likewise.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.checksum import Check, checked

Values = Mapping[str, int]

LENGTH, TEXT, ANY = "length", "text", "any"


@dataclass(frozen=True, slots=True)
class Form:
    """How a number is written: ``digits`` of ``base``, or one byte when there are none."""

    base: str = ""
    digits: int = 0

    @property
    def size(self) -> int:
        """In bytes."""
        return self.digits or 1

    @property
    def most(self) -> int:
        """The largest number that it holds."""
        return (10 if self.base == "dec" else 16) ** self.digits - 1 if self.digits else 255

    def write(self, number: int) -> bytes:
        """The number; ValueError when it is too large."""
        if not 0 <= number <= self.most:
            raise ValueError(f"{number} is more than {self.most}")
        if not self.digits:
            return bytes([number])
        return f"{number:0{self.digits}{'d' if self.base == 'dec' else 'X'}}".encode()

    def read(self, data: bytes) -> int:
        """What :meth:`write` wrote."""
        return int(data, 10 if self.base == "dec" else 16) if self.digits else data[0]

    @property
    def pattern(self) -> bytes:
        """A regular expression for what :meth:`write` writes."""
        if not self.digits:
            return b"."
        return (b"[0-9]" if self.base == "dec" else b"[0-9A-F]") + b"{%d}" % self.digits


@dataclass(frozen=True, slots=True)
class Fixed:
    """Bytes that are always the same."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Value:
    """A number that differs: a value by its name, the length, the text (no number), the check."""

    name: str
    form: Form = Form()
    check: Check | None = None

    @property
    def size(self) -> int:
        """In bytes; of a text none, because it varies."""
        if self.name == TEXT:
            return 0
        return self.form.digits or (self.check.size if self.check else 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a span begins or ends."""

    sign: str


Part = Fixed | Value | Mark


@dataclass(frozen=True, slots=True)
class Found:
    """A frame that was recognised: its values, its text, and where it ends in the data."""

    values: Values
    text: bytes
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A form of frame: values go in and bytes come out, and the other way round."""

    parts: tuple[Part, ...]

    @classmethod
    def parse(cls, template: str, names: frozenset[str]) -> "Frame":
        """A template that uses these names. Raises ValueError telling what is wrong with it."""
        parts = tuple(_part(word, names, n) for n, word in enumerate(_words(template)))
        _check_spans(parts)
        return cls(parts)

    @property
    def names(self) -> frozenset[str]:
        """The names that occur in it."""
        return frozenset(part.name for part in self.parts if isinstance(part, Value))

    @property
    def size(self) -> int:
        """In bytes, without its text."""
        sizes = (len(one.data) if isinstance(one, Fixed) else one.size for one in self._solid())
        return sum(sizes)

    def most(self, name: str) -> int:
        """The largest number that fits where this name stands."""
        forms = [one.form for one in self._solid() if isinstance(one, Value) and one.name == name]
        return min((form.most for form in forms), default=255)

    def build(self, values: Values, text: bytes = b"") -> bytes:
        """The bytes. Raises ValueError when a value doesn't fit, KeyError when one is missing."""
        data = bytearray()
        marks: dict[str, int] = {}
        late: list[tuple[int, Value]] = []
        for part in self.parts:
            match part:
                case Fixed(data=fixed):
                    data += fixed
                case Mark(sign=sign):
                    marks[sign] = len(data)
                case Value(name=name) if name == TEXT:
                    data += text
                case Value(name=name) if name == LENGTH or part.check:
                    late.append((len(data), part))
                    data += bytes(part.size)
                case Value(name=name, form=form):
                    data += form.write(values[name])
        # A check may be made of the length, never the other way round.
        for at, part in sorted(late, key=lambda one: one[1].check is not None):
            data[at : at + part.size] = _late(part, bytes(data), marks)
        return bytes(data)

    def _solid(self) -> Iterator[Fixed | Value]:
        return (part for part in self.parts if not isinstance(part, Mark))


class Expected:
    """A frame that is waited for. What is known of it must stand in it; the rest is learnt from it."""

    def __init__(self, frame: Frame, known: Values, most_text: int = 0) -> None:
        self.size = frame.size
        """In bytes, without its text."""
        self._frame = frame
        self._known = known
        names = [part.name if isinstance(part, Value) else "" for part in frame.parts]
        textual = TEXT in names
        before = frame.parts[: names.index(TEXT)] if textual else frame.parts
        # Without what stands before the text there is no need to try every size of one.
        self._head = _pattern(before, known, 0)
        sizes = range(most_text + 1) if textual else range(0)
        self._whole = [_pattern(frame.parts, known, size) for size in sizes] or [self._head]
        self._latest: tuple[bytes, Found] | None = None
        """A device that has nothing to tell says the same again and again."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._head.pattern!r}>"

    def search(self, data: bytes) -> Found | None:
        """The first such frame in the data that is sound in length and check; else None."""
        if self._latest and self._latest[0] == data:
            return self._latest[1]
        if found := self._search(data):
            self._latest = data, found
        return found

    def _search(self, data: bytes) -> Found | None:
        if not self._head.search(data):
            return None
        for pattern in self._whole:
            match = pattern.search(data)
            while match:
                if found := self._sound(match):
                    return found
                match = pattern.search(data, match.start() + 1)
        return None

    def _sound(self, match: re.Match[bytes]) -> Found | None:
        values, text = dict(self._known), b""
        for group, written in match.groupdict().items():
            part = self._frame.parts[int(group[1:])]
            assert isinstance(part, Value)  # only they are groups
            if part.name == TEXT:
                text = written
            else:
                values[part.name] = part.form.read(written)
        if self._frame.build(values, text) != match[0]:
            return None
        return Found(values, text, match.end())


def _words(template: str) -> list[str]:
    words = re.findall(r"'[^']*'|\S+", template)
    if not words:
        raise ValueError("is no frame: it is empty")
    return words


def _part(word: str, names: frozenset[str], number: int) -> Part:
    if word in ("[", "]", "(", ")"):
        return Mark(word)
    if re.fullmatch(r"'[ -&(-~]+'", word):
        return Fixed(word[1:-1].encode("ascii"))
    if re.fullmatch(r"[0-9A-Fa-f]{2}", word):
        return Fixed(bytes.fromhex(word))
    if word == ANY and ANY in names:
        return Value(f"{ANY}{number}")  # each of them is another byte
    shape = re.fullmatch(r"([a-z][a-z0-9-]*)(?:\.(dec|hex)([1-4]))?", word)
    name = shape[1] if shape else ""
    checks = {check.value: check for check in Check}
    if shape is None or name not in {*names, *checks, LENGTH}:
        known = ", ".join(sorted({*names, LENGTH}) + list(checks))
        raise ValueError(f"has {word!r}, which is neither a byte such as 02, nor one of {known}")
    form = Form(shape[2] or "", int(shape[3] or 0))
    return Value(name, form, checks.get(name))


def _check_spans(parts: tuple[Part, ...]) -> None:
    signs = [part.sign for part in parts if isinstance(part, Mark)]
    counted = [part for part in parts if isinstance(part, Value) and part.name == LENGTH]
    checks = [part for part in parts if isinstance(part, Value) and part.check]
    for first, last, of, what in (("[", "]", counted, LENGTH), ("(", ")", checks, "a check")):
        there = [sign for sign in signs if sign in (first, last)]
        if there not in ([], [first, last]) or len(of) > 1:
            raise ValueError(f"can have {first} ... {last} and {what} once")
        if bool(there) != bool(of):
            raise ValueError(f"needs both {first} ... {last} and {what}, or neither")
    texts = [part for part in parts if isinstance(part, Value) and part.name == TEXT]
    if len(texts) > 1:
        raise ValueError("can have text once")


def _late(part: Value, data: bytes, marks: Mapping[str, int]) -> bytes:
    """The length or the check, now that the rest is known."""
    if part.check is None:
        return part.form.write(marks["]"] - marks["["])
    check = checked(part.check, data[marks["("] : marks[")"]])
    if not part.form.digits:
        return check
    return part.form.write(int.from_bytes(check, "big") % (part.form.most + 1))


def _pattern(parts: tuple[Part, ...], known: Values, text: int) -> re.Pattern[bytes]:
    pieces = [_piece(n, part, known, text) for n, part in enumerate(parts)]
    return re.compile(b"".join(pieces), re.DOTALL)


def _piece(number: int, part: Part, known: Values, text: int) -> bytes:
    match part:
        case Fixed(data=data):
            return re.escape(data)
        case Mark():
            return b""
        case Value(name=name) if name == TEXT:
            return b"(?P<v%d>.{%d})" % (number, text)
        case Value(name=name) if name == LENGTH or part.check:
            return b".{%d}" % part.size
        case Value(name=name, form=form) if name in known:
            return re.escape(form.write(known[name]))
        case Value(form=form):
            return b"(?P<v%d>%s)" % (number, form.pattern)
