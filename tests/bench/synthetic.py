"""What does a tariff of 1.2 million measures look like?

Ten territories of 15,000 declarable codes with eight measures each. Nothing in it is anybody's
law: it is drawn from a seed, in the proportions of a European tariff. Six of eight rows stand at the
declarable code, the rest at its subheading, so that every look-up has something to inherit.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.snapshot import ScheduleContents, ScheduleVersion, SnapshotContents

TERRITORIES = ("QA", "QB", "QC", "QD", "QE", "QF", "QG", "QH", "QI", "QJ")
AS_OF = date(2026, 1, 1)
ON = date(2026, 11, 20)
LAW = Law("BENCH", "An invented tariff", "https://example.org/tariff")
ORIGINS = ("CN", "VN", "TR", "IN", "KR", "JP", "MX", "CH")
AREAS = {f"{1000 + n}": tuple(ORIGINS[n % 8 : n % 8 + 3]) for n in range(30)}
CODES_PER_SUBHEADING = 4


@dataclass(frozen=True, slots=True)
class Size:
    """How many declarable codes each of the ten territories has; eight measures each."""

    codes: int

    @property
    def measures(self) -> int:
        """Rows in all territories."""
        return self.codes * 8 * len(TERRITORIES)


SMALL, LARGE = Size(1_250 // 4 * 4), Size(15_000)


def codes_of(size: Size) -> list[str]:
    """The declarable codes, the same in every territory: four beneath each subheading."""
    subheadings = size.codes // CODES_PER_SUBHEADING
    return [
        f"{10_00_00 + n * 200:06}{m:02}00"
        for n in range(subheadings)
        for m in range(10, 10 + CODES_PER_SUBHEADING)
    ]


def rows_of(territory: str, size: Size) -> Iterator[ScheduleRow]:
    """Every row of a territory: the same ones whenever they are asked for."""
    draw = random.Random(f"{territory}-{size.codes}")
    ad_valorem = [f"{n / 10:g}%" for n in range(0, 300, 5)]
    days = [date(2012, 1, 1) + timedelta(days=90 * n) for n in range(50)]
    areas = list(AREAS)

    def row(code: str, programme: str, expression: str, **more: object) -> ScheduleRow:
        return ScheduleRow(
            code, programme, expression, expression, draw.choice(days), LAW.id, **more
        )  # type: ignore[arg-type]

    def rate() -> str:
        if draw.random() < 0.8:
            return draw.choice(ad_valorem)
        return f"{draw.choice(ad_valorem)} + {draw.randrange(1, 200)} EUR / 100 kg"

    for number, code in enumerate(codes_of(size)):
        if number % CODES_PER_SUBHEADING == 0:
            subheading = code[:6]
            yield row(subheading, "vat", "20%")
            for _ in range(2 * CODES_PER_SUBHEADING - 1):
                area = draw.choice(areas)
                yield row(subheading, "preference", "0%", origins=(area,))
        yield row(code, "third_country", rate(), until=date(2024, 1, 1))
        yield row(code, "third_country", rate())
        for area in draw.sample(areas, 2):
            yield row(code, "preference", rate(), origins=(area,))
        yield row(code, "quota", rate(), order_number=f"09.{draw.randrange(10_000):04}")
        yield row(code, "anti_dumping", rate(), origins=(draw.choice(ORIGINS),))


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
                versions=[ScheduleVersion(AS_OF, True, _rows(territory, size), {LAW.id: LAW})],
            )
            for territory in TERRITORIES
        ]
    )


def _rows(territory: str, size: Size) -> Callable[[], Iterator[ScheduleRow]]:
    return lambda: rows_of(territory, size)


def questions(size: Size, seed: int = 1) -> list[tuple[str, str, str]]:
    """Territory, code and origin of every declarable code once, in an order without any pattern.

    Asked in turn, none is asked again before thousands of others: no cache of a few thousand
    answers is of use.
    """
    draw = random.Random(seed)
    asked = [(t, code, draw.choice(ORIGINS)) for t in TERRITORIES for code in codes_of(size)]
    draw.shuffle(asked)
    return asked
