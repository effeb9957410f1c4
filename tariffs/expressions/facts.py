"""Which facts about goods can a duty expression ask for?

A specific duty needs a quantity, a rate on a part needs the value of that part, the Meursing
table needs a code. Each has one name here, under which a request states it and a question asks
for it. Facts speak of the whole line unless they say "each"; money is in the currency of the
customs value unless they say otherwise.
"""

from dataclasses import dataclass
from typing import Literal

FactType = Literal["decimal", "code", "yes/no"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by name. `quantity` is the key under which quantities may carry it instead."""

    name: str
    type: FactType
    unit: str | None
    description: str
    quantity: str | None = None


# Quantities in base units: key, the fact that can state it, unit, what it is.
_QUANTITIES = """
kg|net_weight_kg|kg|net weight, without any packing
gross_kg|gross_weight_kg|kg|weight with all packing
drained_kg|drained_kg|kg|net weight after draining the liquid
dry_matter_kg|dry_matter_kg|kg|net weight of the dry matter
standard_quality_kg|standard_quality_kg|kg|weight of sugar converted to the standard quality
raw_sugar_kg|raw_sugar_kg|kg|weight of sugar expressed as raw sugar
live_kg|live_kg|kg|live weight of the animals
common_wheat_kg|common_wheat_kg|kg|weight of common wheat
lactic_matter_kg|lactic_matter_kg|kg|weight of the lactic matter contained
dry_lactic_matter_kg|dry_lactic_matter_kg|kg|weight of the dry lactic matter contained
total_alcohol_kg|total_alcohol_kg|kg|weight of all alcohols contained
biodiesel_kg|biodiesel_kg|kg|weight of the biodiesel contained
bioethanol_kg|bioethanol_kg|kg|weight of the bioethanol contained
fuel_content_kg|fuel_content_kg|kg|weight of the fuel contained
clean_kg|clean_kg|kg|weight of the clean fibre that the wool yields
with_container_kg|with_container_kg|kg|weight of the contents and their container
entire_contents_kg|entire_contents_kg|kg|weight of all that the container holds, liquid included
total_sugars_kg|total_sugars_kg|kg|weight of all sugars contained
anhydrous_morphine_kg|anhydrous_morphine_kg|kg|weight of the anhydrous morphine contained
copper_content_kg|copper_content_kg|kg|weight of the copper contained
lead_content_kg|lead_content_kg|kg|weight of the lead contained
zinc_content_kg|zinc_content_kg|kg|weight of the zinc contained
tungsten_content_kg|tungsten_content_kg|kg|weight of the tungsten contained
molybdenum_content_kg|molybdenum_content_kg|kg|weight of the molybdenum contained
magnesium_content_kg|magnesium_content_kg|kg|weight of the magnesium contained
manganese_content_kg|manganese_content_kg|kg|weight of the manganese contained
silicon_content_kg|silicon_content_kg|kg|weight of the silicon contained
nickel_content_kg|nickel_content_kg|kg|weight of the nickel contained
chromium_content_kg|chromium_content_kg|kg|weight of the chromium contained
cobalt_content_kg|cobalt_content_kg|kg|weight of the cobalt contained
vanadium_content_kg|vanadium_content_kg|kg|weight of the vanadium contained
antimony_content_kg|antimony_content_kg|kg|weight of the antimony contained
nitrogen_kg|nitrogen_kg|kg|weight of the nitrogen contained
potassium_oxide_kg|potassium_oxide_kg|kg|weight as potassium oxide
phosphorus_pentoxide_kg|phosphorus_pentoxide_kg|kg|weight as phosphorus pentoxide
potassium_hydroxide_kg|potassium_hydroxide_kg|kg|weight as potassium hydroxide
sodium_hydroxide_kg|sodium_hydroxide_kg|kg|weight as sodium hydroxide
hydrogen_peroxide_kg|hydrogen_peroxide_kg|kg|weight as hydrogen peroxide
methylamines_kg|methylamines_kg|kg|weight as methylamines
choline_chloride_kg|choline_chloride_kg|kg|weight as choline chloride
uranium_kg|uranium_kg|kg|weight of the uranium contained
dry_substance_kg|dry_substance_kg|kg|weight as a substance that is 90 % dry
fissile_isotopes_kg|fissile_isotopes_kg|kg|weight of the fissile isotopes contained
l|volume_litres|l|volume
lpa|pure_alcohol_litres|l|volume as pure (100 %) alcohol
proof_litres|proof_litres|l|volume as litres that are half alcohol
m|length_metres|m|length
m2|area_m2|m2|area
recording_surface_m2|recording_surface_m2|m2|area of the recording surface
m3|volume_m3|m3|volume in cubic metres
item|item_count|items|how many items there are
pair|pair_count|pairs|how many pairs there are
immediate_containers|immediate_containers|containers|how many immediate containers there are
packs|packs|packs|how many packs there are
cell|cell_count|cells|how many cells there are
carat|carats|carats|weight in metric carats
kwh|energy_kwh|kWh|electrical energy
tj|energy_tj|TJ|gross calorific value
watt|power_watts|W|power
gross_tonnage|gross_tonnage|GT|gross tonnage of the vessel
carrying_capacity_t|carrying_capacity_t|t|carrying capacity of the vessel
"""

# Content, price and money facts, which have no unit of goods: name, unit, what it is.
_OTHERS = """
alcohol_percent|%|alcohol by volume
sucrose_percent|%|sucrose by weight, other sugars expressed as sucrose
polarisation_degrees|degrees|polarisation of the sugar
jewels|jewels|how many jewels each movement has
button_lines|lines|size of each button in button lines
small_producer_relief|currency of the duty|discount of a small producer for each litre
case_value|money|value of the watch or clock case
strap_value|money|value of the strap, band or bracelet
battery_value|money|value of the battery
movement_value|money|value of the movement
apparatus_value|money|value of the apparatus without its battery
rifle_value|money|value of the rifle without its sight
telescopic_sight_value|money|value of the telescopic sight, 0 for none
lead_content_value|money|value of the lead contained
copper_content_value|money|value of the copper contained
steel_content_value|money|value of the steel contained
aluminum_content_value|money|value of the aluminium contained
non_us_content_value|money|value of the content that is not of the United States
us_content_value|money|cost or value of the products of the United States in the article
repair_value|money|value of the repairs or alterations abroad
processing_value|money|value of the processing abroad
repair_cost|money|cost of the goods bought or the repairs made abroad
parts_cost|money|cost of the parts or materials
fair_retail_value|money|fair retail value in the country where the goods were acquired
retail_price|money|price at which the goods are sold by retail
base_duty|money|duty under the goods' own subheading
referenced_duty|money|duty under the rate that the schedule refers to
entry_price_duty|money|duty by the entry-price table at the price declared
entry_price|currency of the threshold / 100 kg|entry price of the lot
cif_price|currency of the threshold / 100 kg|price with insurance and freight to the border
meursing_ea|EUR / 100 kg|agricultural component of the Meursing code
meursing_ear|EUR / 100 kg|reduced agricultural component of the Meursing code
meursing_adsz|EUR / 100 kg|additional sugar duty of the Meursing code
meursing_adszr|EUR / 100 kg|reduced additional sugar duty of the Meursing code
meursing_adfm|EUR / 100 kg|additional flour duty of the Meursing code
meursing_adfmr|EUR / 100 kg|reduced additional flour duty of the Meursing code
"""


def _table() -> dict[str, Fact]:
    facts = [
        Fact(name, "decimal", unit, description, key)
        for key, name, unit, description in (
            line.split("|") for line in _QUANTITIES.strip().splitlines()
        )
    ]
    facts += [
        Fact(name, "decimal", unit, description)
        for name, unit, description in (line.split("|") for line in _OTHERS.strip().splitlines())
    ]
    facts += [
        Fact("meursing_code", "code", None, "additional code 7000 to 7999 of the composition"),
        Fact("free_terms_met", "yes/no", None, "whether the terms of the free entry are met"),
    ]
    return {fact.name: fact for fact in facts}


FACTS: dict[str, Fact] = _table()
"""Every fact that an expression may ask for, by name."""

_STATED_BY = {fact.quantity: fact.name for fact in FACTS.values() if fact.quantity}


def fact_for(key: str) -> str:
    """The fact that states a quantity: ``kg`` is stated by ``net_weight_kg``."""
    return _STATED_BY.get(key, key)
