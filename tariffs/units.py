"""In which units do tariffs count goods, and what is one unit in base units?

Schedules write the same unit in many ways (``100 kg``, ``DTN``, ``kg/net``; ``doz.``, ``pr.``).
Each spelling here leads to a `Unit`: so many of one `Measure`, which names the quantities it
multiplies. Quantities are given in base units under short keys: ``kg``, ``l``, ``m``, ``m2``,
``m3``, ``item``, ``pair``, ``carat``, ``kwh``… A hectolitre per cent of alcohol multiplies two of
them: litres and per cent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: its canonical spelling, the quantities it multiplies, and a divisor.

    `name` is what one of it is called, `plural` what several are. The proof litre is litres × per
    cent of alcohol ÷ 50.
    """

    name: str
    factors: tuple[str, ...]
    divisor: Decimal = _ONE
    plural: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """So many of a measure: the ``100 kg`` of "35.10 EUR / 100 kg"."""

    count: Decimal
    measure: Measure

    @property
    def divisor(self) -> Decimal:
        """By what the product of the quantities, in base units, is divided."""
        return self.count * self.measure.divisor

    @property
    def name(self) -> str:
        """The canonical spelling.

        >>> read_unit("DTN G").name, read_unit("doz.").name
        ('100 kg gross', '12 items')
        """
        if self.count == 1:
            return self.measure.name
        return f"{self.count.normalize():f} {self.measure.plural or self.measure.name}"


def _single(name: str, key: str | None = None, *, plural: str | None = None) -> Measure:
    return Measure(name, (key or name,), plural=plural)


# A measure, then every spelling of it; a number before a spelling is how many of the measure it is.
_KG = "kg kgm kgnet kilogram kilograms kilogramme 0.001g 0.001grm 0.001gram 0.001grams"
_TABLE: tuple[tuple[Measure, str], ...] = (
    (_single("kg"), f"{_KG} 100dtn 100dtnnet 1000t 1000tne 1000tonne 1000tonnes 1000mt"),
    (_single("kg gross", "gross_kg"), "kggross kgbr kgmg gkg 100dtng 1000tneg"),
    (
        _single("kg drained", "drained_kg"),
        "kgdrained kgondrainedweight kgnetdrainedwt kgdrainednetweight kgeda kgneteda kgme 100dtne "
        "1000tnee kilogramdrainednetweight",
    ),
    (_single("kg dry matter", "dry_matter_kg"),
     "kgdrymatter kgnetdry kgmas kgnetmas kgmm 100dtnm 1000tnem"),
    (_single("kg standard quality", "standard_quality_kg"),
     "kgstandardquality kgstdqual kgmr 100dtnr 1000tner"),
    (_single("kg raw sugar", "raw_sugar_kg"), "kgrawsugar kgms 100dtns 1000tnes"),
    (_single("kg live weight", "live_kg"), "kgliveweight 100dtnl"),
    (_single("kg common wheat", "common_wheat_kg"), "kgcommonwheat 100dtnf"),
    (_single("kg lactic matter", "lactic_matter_kg"), "kglacticmatter kgmp"),
    (_single("kg dry lactic matter", "dry_lactic_matter_kg"), "kgdrylacticmatter kgmt"),
    (_single("kg total alcohol", "total_alcohol_kg"), "kgtotalalcohol kgtotalc kgma"),
    (_single("kg biodiesel", "biodiesel_kg"), "kgbiodiesel 1000tnei"),
    (_single("kg bioethanol", "bioethanol_kg"), "kgbioethanol 1000tnek"),
    (_single("kg fuel content", "fuel_content_kg"), "kgfuelcontent 1000tnej"),
    (Measure("kg % sucrose", ("kg", "sucrose_percent")),
     "kg%sucrose kgnet%sacchar kgnet%saccha kg%sacchar 100dtnz 1000tnez"),
    (_single("kg clean", "clean_kg"), "kgclean cleankg cykg"),
    (_single("kg with container", "with_container_kg"),
     "kgwithcontainer kgoncontentsandcontainer kgincludingweightofcontainer "
     "1000tincludingweightofcontainer"),
    (_single("kg entire contents", "entire_contents_kg"),
     "kgentirecontents kgonentirecontentsofcontainer"),
    (_single("kg total sugars", "total_sugars_kg"), "kgtotalsugars kgoftotalsugars kgttlsug"),
    (_single("kg anhydrous morphine", "anhydrous_morphine_kg"),
     "kganhydrousmorphine kgofanhydrousmorphinecontent kgamc"),
    *(
        (_single(f"kg {metal} content", f"{metal}_content_kg"),
         f"kg{metal}content kgon{metal}content {symbol}kg")
        for metal, symbol in {
            "copper": "cu", "lead": "pb", "zinc": "zn", "tungsten": "w", "molybdenum": "mo",
            "magnesium": "mg", "manganese": "mn", "silicon": "si", "nickel": "ni",
            "chromium": "cr", "cobalt": "co", "vanadium": "v", "antimony": "sb",
        }.items()
    ),
    *(
        (_single(f"kg {substance.replace('_', ' ')}", f"{substance}_kg"), spellings)
        for substance, spellings in {
            "nitrogen": "kgnitrogen kni kgn kilogramofnitrogen",
            "potassium_oxide": "kgpotassiumoxide kpo kgk2o",
            "phosphorus_pentoxide": "kgphosphoruspentoxide kpp kgp2o5",
            "potassium_hydroxide": "kgpotassiumhydroxide kph kgkoh",
            "sodium_hydroxide": "kgsodiumhydroxide ksh kgnaoh naohkg",
            "hydrogen_peroxide": "kghydrogenperoxide kns kgh2o2",
            "methylamines": "kgmethylamines kma",
            "choline_chloride": "kgcholinechloride kcc",
            "uranium": "kguranium kur kgu kilogramofuranium",
            "dry_substance": "kgdrysubstance ksd kg90%sdt kilogramofsubstance90%dry",
            "fissile_isotopes": "kgfissileisotopes 0.001gfi 0.001gramoffissileisotopes",
        }.items()
    ),
    (_single("l"), "l ltr liter liters litre litres 100hl 100hlt hectolitre 1000klt"),
    (Measure("bbl", ("l",), Decimal("158.987294928")), "bbl barrel barrels"),
    (_single("LPA", "lpa"), "lpa lalc100% litrepure100%alcohol litrepurealcohol "
     "litreofpurealcohol"),
    (Measure("LPA / SPR", ("lpa", "small_producer_relief")), "lpaspr sprlpa spqlpa"),
    (Measure("LTR / SPR", ("l", "alcohol_percent", "small_producer_relief"), Decimal(100)),
     "ltrspr sprltr spqltr sprasvhlt"),
    (_single("proof litre", "proof_litres", plural="proof litres"),
     "prooflitre prooflitres pfliter pfliters pfliteronethylalcoholcontent"),
    (Measure("% vol / hl", ("l", "alcohol_percent"), Decimal(100)), "%volhl asvx"),
    (_single("m"), "m mtr metre metres meter linm 100hmt 1000kmt 1000km fiberm"),
    (_single("m2"), "m2 m² mtk squaremetre squaremetres 0.0001cm2"),
    (_single("m2 recording surface", "recording_surface_m2"),
     "m2recordingsurface m2ofrecordingsurface"),
    (_single("m3"), "m3 m³ mtq cubicmetre cubicmetres 1000mtqc"),
    (
        _single("item", plural="items"),
        "item items each no nos number pcs pc piece pieces article articles head nar pst pins pin "
        "unit units numberofitems doses 12doz 12dozen 12dzpcs 144gross 100cen 100hundreds 1000mil "
        "1000thousand 1000thousands",
    ),
    (Measure("button line", ("button_lines", "item"), plural="button lines"),
     "buttonline buttonlines 144linegross 144grlines"),
    (_single("immediate container", "immediate_containers", plural="immediate containers"),
     "immediatecontainer immediatecontainers 144grossofimmediatecontainers"),
    (_single("pack", "packs", plural="packs"), "pack packs"),
    (Measure("jewel", ("item", "jewels"), plural="jewels"), "jewel jewels jwls"),
    (_single("pair", plural="pairs"),
     "pair pairs pr prs pa npr numberofpairs 1000mpr 12dozprs 12dozpairs"),
    (_single("carat", plural="carats"), "carat carats ctm ck"),
    (_single("cell", plural="cells"), "cell cells ncl numberofcells"),
    (_single("kWh", "kwh"), "kwh 1000mwh"),
    (_single("TJ", "tj"), "tj tjo terajoule"),
    (_single("W", "watt"), "wat watt watts"),
    (_single("GT", "gross_tonnage"), "grt grosstonnage"),
    (_single("tonne carrying capacity", "carrying_capacity_t"),
     "tonnecarryingcapacity cct ctl carryingcapacityintonnes"),
)  # fmt: skip

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PADDING = re.compile(r"[\s/.,()*-]+")
_JEWELS_OVER = re.compile(r"jewels?over([0-9]{1,3})")


def _spellings() -> Iterator[tuple[str, Unit]]:
    for measure, words in _TABLE:
        for word in words.split():
            number = _NUMBER.match(word)
            count = Decimal(number.group()) if number else _ONE
            yield word[number.end() :] if number else word, Unit(count, measure)


_UNITS: dict[str, Unit] = {
    **{
        _PADDING.sub("", name).casefold(): Unit(_ONE, measure)
        for measure, _ in _TABLE
        for name in (measure.name, measure.plural or measure.name)
    },
    **dict(_spellings()),
}


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit | None:
    """The unit that a schedule means by its spelling, None for one that is not known.

    >>> read_unit("100 kg / net/ % sacchar.").measure.factors
    ('kg', 'sucrose_percent')
    >>> read_unit("1,000 items").divisor
    Decimal('1000')
    >>> read_unit("firkin") is None
    True
    """
    if re.search(r"[0-9][\s/]+[0-9]", text):
        return None
    leading = re.match(r"\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9}(?:\.[0-9]{1,9})?)(?![0-9])", text)
    number = Decimal(leading.group(1).replace(",", "")) if leading else _ONE
    word = _PADDING.sub("", text[leading.end() :] if leading else text).casefold()
    if not word:
        word = "item" if leading else ""
    found = _UNITS.get(word) or _jewels_over(word)
    return Unit(number * found.count, found.measure) if found and number else None


def _jewels_over(word: str) -> Unit | None:
    """Watch movements count only the jewels beyond a number: "15¢/jewel over 7"."""
    if not (over := _JEWELS_OVER.fullmatch(word)):
        return None
    return Unit(_ONE, Measure(f"jewel over {int(over.group(1))}", ("item", "jewels")))


def jewels_beyond(measure: Measure) -> Decimal:
    """How many jewels of each movement are not counted (0 for every other measure)."""
    over = _JEWELS_OVER.fullmatch(_PADDING.sub("", measure.name))
    return Decimal(over.group(1)) if over else Decimal(0)


def in_base_units(quantities: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Quantities as people name them, under base keys: ``{"DTN": 2}`` → ``{"kg": 200}``.

    A name that is no unit of one quantity is kept as it is. Raises `ValueError` when two names
    mean the same quantity and disagree.

    >>> in_base_units({"dozen": Decimal(2), "clean_kg": Decimal("1.5")})
    {'item': Decimal('24'), 'clean_kg': Decimal('1.5')}
    """
    found: dict[str, Decimal] = {}
    for name, amount in quantities.items():
        unit = read_unit(name)
        key, base = name, amount
        if unit and len(unit.measure.factors) == 1:
            key, base = unit.measure.factors[0], amount * unit.divisor
        if found.setdefault(key, base) != base:
            raise ValueError(f"{name} says {base} {key}, another name says {found[key]}")
    return found
