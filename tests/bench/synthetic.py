"""What does a tariff of 1.2 million measures look like?

Ten territories of 15,000 declarable codes with eight measures each. Nothing in it is anybody's
law: it is drawn from a seed, in the proportions of a European tariff. Seven of eight rows stand at
the declarable code, the rest at its subheading, so that every look-up has something to inherit.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.snapshot import ScheduleContents, ScheduleVersion, SnapshotContents

TERRITORIES = ("QA", "QB", "QC", "QD", "QE", "QF", "QG", "QH", "QI", "QJ")
AS_OF = date(2026, 1, 1)
ON = date(2026, 11, 20)
ORIGINS = ("CN", "VN", "TR", "IN", "KR", "JP", "MX", "CH")
AREAS = {f"{1000 + n}": tuple(ORIGINS[n % 8 : n % 8 + 3]) for n in range(30)}
CODES_PER_SUBHEADING = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How many declarable codes each of the ten territories has; eight measures each."""

    codes: int

    @property
    def measures(self) -> int:
        """Rows in all territories."""
        return self.codes * 8 * len(TERRITORIES)


SMALL, LARGE = Size(1_250), Size(15_000)


def law_of(territory: str) -> Law:
    """The law that a territory's rows cite."""
    return Law(f"BENCH-{territory}", "An invented tariff", "https://example.org/tariff")


def codes_of(size: Size) -> list[str]:
    """The declarable codes, the same in every territory: two beneath each subheading."""
    subheadings = size.codes // CODES_PER_SUBHEADING
    return [
        f"{100_000 + n * 100:06}{m:02}00"
        for n in range(subheadings)
        for m in range(10, 10 + CODES_PER_SUBHEADING)
    ]


def rows_of(territory: str, size: Size) -> Iterator[ScheduleRow]:
    """Every row of a territory: the same ones whenever they are asked for."""
    book = _Book(territory, random.Random(f"{territory}-{size.codes}"))
    for number, code in enumerate(codes_of(size)):
        if number % CODES_PER_SUBHEADING == 0:
            yield book.row(code[:6], "vat", "20%", AS_OF)
            yield book.preference(code[:6])
        yield book.row(code, "third_country", book.duty(), date(2012, 1, 1), until=AS_OF)
        yield book.row(code, "third_country", book.duty(), AS_OF)
        for _ in range(3):
            yield book.preference(code)
        yield book.quota(code)
        yield book.trade_remedy(code)


class _Book:
    """What a territory's rows are drawn from.

    As in real tariffs the same line stands at many codes: most duties are one of some dozens,
    a preference begins with its agreement or a step of it, a quota or a remedy covers many codes.
    About one line in twenty is unlike every other; in the United States' tariff, one in 24.
    """

    def __init__(self, territory: str, draw: random.Random) -> None:
        self._draw = draw
        self._law = law_of(territory).id
        self._duties = [f"{n / 10:g}%" for n in range(0, 250, 5)]
        self._weights = [1 / (n + 1) for n in range(len(self._duties))]
        self._areas = {
            area: [date(draw.randrange(2012, 2026), month, 1) for month in (1, 4, 7)]
            for area in AREAS
        }
        self._quotas = [
            (f"09.{draw.randrange(10_000):04}", draw.choice(self._duties)) for _ in range(500)
        ]
        self._remedies = [
            (origin, f"{draw.randrange(1, 900) / 10}%", date(draw.randrange(2021, 2026), 3, 1))
            for origin in ORIGINS * 12
        ]

    def row(
        self,
        code: str,
        programme: str,
        expression: str,
        since: date,
        *,
        until: date | None = None,
        origins: tuple[str, ...] = (),
        order_number: str | None = None,
    ) -> ScheduleRow:
        return ScheduleRow(
            code,
            programme,
            expression,
            expression,
            since,
            self._law,
            until=until,
            origins=origins,
            order_number=order_number,
        )

    def duty(self) -> str:
        (percent,) = self._draw.choices(self._duties, self._weights)
        if self._draw.random() < 0.92:
            return percent
        return f"{percent} + {self._draw.randrange(1, 2000) / 10} EUR / 100 kg"

    def preference(self, code: str) -> ScheduleRow:
        area = self._draw.choice(list(self._areas))
        expression = "0%" if self._draw.random() < 0.8 else self.duty()
        since = self._draw.choice(self._areas[area])
        return self.row(code, "preference", expression, since, origins=(area,))

    def quota(self, code: str) -> ScheduleRow:
        number, expression = self._draw.choice(self._quotas)
        return self.row(code, "quota", expression, AS_OF, order_number=number)

    def trade_remedy(self, code: str) -> ScheduleRow:
        origin, expression, since = self._draw.choice(self._remedies)
        return self.row(code, "anti_dumping", expression, since, origins=(origin,))


def contents(size: Size) -> SnapshotContents:
    """All of it, ready to be compiled."""
    return SnapshotContents(
        [
            ScheduleContents(
                territory=territory,
                source="BENCH",
                publisher="Nobody",
                licence="CC0-1.0",
                checked_on=ON,
                completeness="full",
                versions=[_version(territory, size)],
            )
            for territory in TERRITORIES
        ]
    )


def _version(territory: str, size: Size) -> ScheduleVersion:
    law = law_of(territory)
    return ScheduleVersion(AS_OF, True, lambda: rows_of(territory, size), {law.id: law})


def questions(size: Size, seed: int = 1, count: int = 50_000) -> list[tuple[str, str, str]]:
    """Territory, code and origin of look-ups as traffic has them: by Zipf's law.

    The code asked for most often is asked for twice as often as the second, and so on.
    """
    draw = random.Random(seed)
    asked = [(t, code, draw.choice(ORIGINS)) for t in TERRITORIES for code in codes_of(size)]
    draw.shuffle(asked)
    weights = list(accumulate(1 / rank for rank in range(1, len(asked) + 1)))
    return draw.choices(asked, cum_weights=weights, k=count)
