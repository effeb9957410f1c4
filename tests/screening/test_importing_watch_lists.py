"""Every publisher's form is read strictly. All names here are invented."""

# ruff: noqa: E501  the files of others have long lines
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.importing.sanctions import ListRefusedError, read_list
from data.importing.sanctions.ofac_remarks import read_remarks
from data.importing.sanctions.wording import country_code, read_births, script_of
from data.loading.documents import FactsError
from data.loading.screening import load_legal_forms, load_screening
from data.model.listed_parties import BirthDays, Identifier, ListedName, read_party, write_party

LISTS = {key: replace(each, expect={}) for key, each in load_screening().lists.items()}
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "sanctions"
DAY = date(2026, 11, 20)
END = "\x1a\r\n"

PRIM = (
    '7,"QUERTYUIOP, Zorblax Ivanovich","individual","DEMO] [OTHER",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '-0- ,"DOB 05 Dec 1970; alt. DOB 1971; POB Freedonia; nationality Russia; Passport ZZ123456 '
    "(Iran) issued 01 Jan 2010; a.k.a. 'ZORBO'; Linked To: SOMEBODY.\"\r\n"
    '8,"SYLVANIAN WIDGETS LLC",-0- ,"DEMO",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Tax ID No. 99887766 (Ru"\r\n'
    '9,"UNSEEN TERN","vessel","DEMO",-0- ,"QX12",-0- ,-0- ,-0- ,"Panama",-0- ,'
    '"Vessel Registration Identification IMO 1234567."\r\n'
)
ALT = '7,1,"aka","QWERTYUIOP, Sorblaks",-0- \r\n8,2,"fka","SYLVAN WIDGETS",-0- \r\n'
ADD = '8,1,"1 Duck Soup Street","Freedonia City 12345","Iran",-0- \r\n'
COMMENTS = '8,"ssia); Registration Number 5566778 (Russia)."\r\n'
HEADER = "ID,Name,Type,Country,Title,Col_F,Col_G,Col_H,Col_I,Col_J,Col_K,Details\r\n"


@pytest.fixture
def write(tmp_path):
    def written(text, name="list.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def read(list_id, *paths, as_of=DAY):
    return read_list(LISTS[list_id], paths, as_of=as_of)


def ofac(write, prim=PRIM + END, alt=ALT + END, add=ADD + END, comments=COMMENTS + END):
    texts = (prim, alt, add, comments)
    return [write(text, f"{number}.csv") for number, text in enumerate(texts) if text]


def test_the_treasurys_files_become_one_entry_each(write):
    found = read("OFAC-SDN", *ofac(write))
    person, company, vessel = found.entries
    assert person.kind == "person"
    assert person.names == (
        ListedName("QUERTYUIOP, Zorblax Ivanovich"),
        ListedName("QWERTYUIOP, Sorblaks", "alias"),
        ListedName("ZORBO", "weak"),
    )
    assert person.births[0] == BirthDays(date(1970, 12, 5), date(1970, 12, 5))
    assert person.births[1] == BirthDays(date(1971, 1, 1), date(1971, 12, 31))
    assert person.countries == ("RU",)
    assert person.identifiers == (Identifier("Passport", "ZZ123456", "IR"),)
    assert person.programmes == ("DEMO", "OTHER")
    assert company.addresses == ("1 Duck Soup Street, Freedonia City 12345, Iran",)
    # The remark was too long for its cell and goes on in another file.
    assert company.identifiers == (
        Identifier("Tax ID No", "99887766", "RU"),
        Identifier("Registration Number", "5566778", "RU"),
    )
    assert vessel.kind == "vessel"
    assert Identifier("Vessel Registration Identification", "1234567") in vessel.identifiers
    assert found.report.kinds == {"person": 1, "entity": 1, "vessel": 1}
    assert found.report.lines == 7


def test_renamed_columns_change_nothing(write):
    plain = read("OFAC-SDN", *ofac(write)).entries
    renamed = read("OFAC-SDN", *ofac(write, prim=HEADER + PRIM + END)).entries
    assert renamed == plain


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"prim": PRIM}, "cut off"),
        ({"alt": ALT}, "cut off"),
        ({"alt": ALT + '77,3,"aka","NOBODY",-0- \r\n' + END}, "names entry 77"),
        ({"prim": PRIM + "12,too few\r\n" + END}, "2 columns in a file of 12"),
        ({"prim": PRIM + PRIM.splitlines()[0] + "\r\n" + END}, "two entries have the number 7"),
        ({"prim": PRIM.replace("DOB 1971", "DOB once") + END}, "cannot be read: 'DOB once'"),
        ({"prim": PRIM.replace("vessel", "submarine") + END}, "unknown kind 'submarine'"),
        ({"prim": None}, "none of the files has entries"),
        ({"add": ADD + END + ADD}, "behind the end"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_as_a_whole(write, changed, why):
    with pytest.raises(ListRefusedError, match=why):
        read("OFAC-SDN", *ofac(write, **changed))


def test_counts_outside_the_expected_are_refused(write):
    with pytest.raises(ListRefusedError, match="aliases: 1 is not within 8000 to 80000"):
        read_list(load_screening().lists["OFAC-SDN"], ofac(write, alt=None), as_of=DAY)


def test_a_list_without_a_day_needs_one(write):
    with pytest.raises(ListRefusedError, match="does not say its day"):
        read("OFAC-SDN", *ofac(write), as_of=None)


OFAC_XML = """<?xml version="1.0"?>
<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML">
<publshInformation><Publish_Date>11/20/2026</Publish_Date><Record_Count>{count}</Record_Count></publshInformation>
<sdnEntry><uid>7</uid><firstName>Zorblax</firstName><lastName>QUERTYUIOP</lastName>
<sdnType>Individual</sdnType><programList><program>DEMO</program></programList>
<idList><id><uid>1</uid><idType>Passport</idType><idNumber>ZZ123456</idNumber><idCountry>Iran</idCountry></id>
<id><uid>2</uid><idType>Gender</idType><idNumber>Male</idNumber></id></idList>
<akaList><aka><uid>3</uid><type>a.k.a.</type><category>weak</category><lastName>ZORBO</lastName></aka></akaList>
<addressList><address><uid>4</uid><city>Freedonia City</city><country>Cuba</country></address></addressList>
<dateOfBirthList><dateOfBirthItem><uid>5</uid><dateOfBirth>circa 1970</dateOfBirth><mainEntry>true</mainEntry>
</dateOfBirthItem></dateOfBirthList></sdnEntry></sdnList>"""


def test_the_treasurys_xml_says_its_day_and_its_count(write):
    found = read("OFAC-SDN", write(OFAC_XML.format(count=1)), as_of=None)
    (entry,) = found.entries
    assert found.as_of == DAY
    assert entry.names == (ListedName("QUERTYUIOP, Zorblax"), ListedName("ZORBO", "weak"))
    assert entry.identifiers == (Identifier("Passport", "ZZ123456", "IR"),)
    assert entry.births == (BirthDays(date(1969, 1, 1), date(1971, 12, 31)),)
    assert entry.countries == ("CU",)
    with pytest.raises(ListRefusedError, match="says 2 entries and has 1"):
        read("OFAC-SDN", write(OFAC_XML.format(count=2)))
    with pytest.raises(ListRefusedError, match="is of 2026-11-20, not of 2026-11-21"):
        read("OFAC-SDN", write(OFAC_XML.format(count=1)), as_of=date(2026, 11, 21))


UN_XML = """<CONSOLIDATED_LIST dateGenerated="2026-11-20T00:00:09.554Z"><INDIVIDUALS><INDIVIDUAL>
<DATAID>1</DATAID><FIRST_NAME>ZORBLAX</FIRST_NAME><SECOND_NAME>QUERTYUIOP</SECOND_NAME>
<UN_LIST_TYPE>Demo</UN_LIST_TYPE><REFERENCE_NUMBER>DEi.001</REFERENCE_NUMBER><LISTED_ON>2015-04-07-04:00</LISTED_ON>
<NAME_ORIGINAL_SCRIPT>Зорблакс Квертиуйоп</NAME_ORIGINAL_SCRIPT><NATIONALITY><VALUE>Russian Federation</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Zorbo; Zorba</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1972</TO_YEAR>
</INDIVIDUAL_DATE_OF_BIRTH><INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>ZZ123456</NUMBER>
<ISSUING_COUNTRY>Iran</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT></INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><DATAID>2</DATAID>
<FIRST_NAME>SYLVANIAN WIDGETS</FIRST_NAME><UN_LIST_TYPE>Demo</UN_LIST_TYPE><REFERENCE_NUMBER>DEe.002</REFERENCE_NUMBER>
<LISTED_ON>2020-01-02</LISTED_ON><ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>SYLVAN WIDGETS</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ADDRESS><CITY>Freedonia</CITY><COUNTRY>Iran (Islamic Republic of)</COUNTRY></ENTITY_ADDRESS></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>"""


def test_the_united_nations_list_is_people_and_entities(write):
    person, entity = read("UN", write(UN_XML), as_of=None).entries
    assert person.id == "DEi.001"
    assert person.listed_on == date(2015, 4, 7)
    assert person.names == (
        ListedName("ZORBLAX QUERTYUIOP"),
        ListedName("Зорблакс Квертиуйоп", "alias", "Cyrl"),
        ListedName("Zorbo", "weak"),
        ListedName("Zorba", "weak"),
    )
    assert person.births == (BirthDays(date(1970, 1, 1), date(1972, 12, 31)),)
    assert entity.countries == ("IR",)
    assert entity.addresses == ("Freedonia, Iran (Islamic Republic of)",)


EU_XML = """<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-20T10:00:00.000+01:00">
<sanctionEntity designationDate="2022-02-25" euReferenceNumber="EU.1.1" logicalId="13"><regulation programme="DEMO"
 publicationDate="2022-02-26"/><subjectType code="person" classificationCode="P"/>
<nameAlias firstName="Zorblax" lastName="Quertyuiop" wholeName="Zorblax Quertyuiop" strong="true"/>
<nameAlias wholeName="Зорблакс" strong="true"/><nameAlias wholeName="Zorbo" strong="false"/>
<citizenship countryIso2Code="RU" countryDescription="RUSSIAN FEDERATION"/>
<birthdate circa="false" calendarType="GREGORIAN" birthdate="1970-12-05" year="1970" countryIso2Code="00" countryDescription="UNKNOWN"/>
<birthdate circa="false" calendarType="ISLAMIC" year="1390" countryIso2Code="00" countryDescription="UNKNOWN"/>
<identification number="ZZ123456" identificationTypeDescription="National passport" countryIso2Code="IR" knownFalse="false"/>
<identification number="FALSE1" identificationTypeDescription="National passport" countryIso2Code="IR" knownFalse="true"/>
</sanctionEntity></export>"""


def test_the_european_unions_list_has_strong_and_weak_names(write):
    (entry,) = read("EU-FSF", write(EU_XML), as_of=None).entries
    assert entry.names == (
        ListedName("Zorblax Quertyuiop"),
        ListedName("Зорблакс", "alias", "Cyrl"),
        ListedName("Zorbo", "weak"),
    )
    # A year of another calendar is not compared with ours.
    assert entry.births == (BirthDays(date(1970, 12, 5), date(1970, 12, 5)),)
    assert entry.identifiers == (Identifier("National passport", "ZZ123456", "IR"),)
    assert (entry.programmes, entry.countries) == (("DEMO",), ("RU",))


UK_HEADER = (
    "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,"
    "Name 5,Name type,Alias strength,Title,Name non-latin script,Regime Name,Designation Type,"
    "Address Line 1,Address Country,Date Designated,D.O.B,Nationality(/ies),Passport number,IMO number"
)
UK_CSV = f"""Report Date: 20-Nov-2026
{UK_HEADER}
01/11/2026,DEM0001,1,,QUERTYUIOP,Zorblax,,,,,Primary Name,,,Зорблакс,Demo,Individual,,,16/03/2022,dd/mm/1970,Russia,ZZ123456,
01/11/2026,DEM0001,1,,ZORBO,,,,,,Alias,Low quality a.k.a,,,Demo,Individual,1 Duck St,Iran,16/03/2022,05/12/1970,Russia,,
01/11/2026,DEM0002,2,,UNSEEN TERN,,,,,,Primary Name,,,,Demo,Ship,,,05/05/2023,,,,1234567
"""


def test_the_united_kingdoms_lines_of_one_id_are_one_entry(write):
    person, ship = read("UK-UKSL", write(UK_CSV), as_of=None).entries
    assert person.names == (
        ListedName("Zorblax QUERTYUIOP"),
        ListedName("Зорблакс", "alias", "Cyrl"),
        ListedName("ZORBO", "weak"),
    )
    assert person.births == (
        BirthDays(date(1970, 1, 1), date(1970, 12, 31)),
        BirthDays(date(1970, 12, 5), date(1970, 12, 5)),
    )
    assert person.countries == ("RU", "IR")
    assert person.listed_on == date(2022, 3, 16)
    assert (ship.kind, ship.identifiers) == ("vessel", (Identifier("IMO", "1234567"),))


def test_a_table_without_its_columns_is_refused(write):
    with pytest.raises(ListRefusedError, match="columns Unique ID are missing"):
        read("UK-UKSL", write(UK_CSV.replace("Unique ID", "Number")), as_of=None)


CSL_CSV = (
    "_id,source,type,programs,name,addresses,alt_names,start_date,end_date,dates_of_birth,citizenships,ids\n"
    'a1,"Demo List (DL) - Some Department",Individual,DEMO,"QUERTYUIOP, Zorblax","Freedonia, IR; Nowhere, KP",'
    '"ZORBO; and Zorba",2020-01-02,,1970-12-05,RU,"Passport, ZZ123456, IR; Gender, Male"\n'
    'a2,"Demo List (DL) - Some Department",,,"Sylvanian Widgets; and any successor, sub-unit, or subsidiary thereof",'
    ",,,,,,\n"
)


def test_the_consolidated_screening_list_names_its_sources(write):
    person, company = read("US-CSL", write(CSL_CSV)).entries
    assert [name.text for name in person.names] == ["QUERTYUIOP, Zorblax", "ZORBO", "Zorba"]
    assert person.countries == ("RU", "IR", "KP")
    assert person.programmes == ("Demo List (DL) - Some Department", "DEMO")
    assert person.identifiers == (Identifier("Passport", "ZZ123456", "IR"),)
    assert [name.text for name in company.names] == ["Sylvanian Widgets"]


DPL_HEAD = (
    "Name",
    "Street_Address",
    "City",
    "State",
    "Country",
    "Postal_Code",
    "Effective_Date",
    "Expiration_Date",
)
DPL_ROWS = (
    ("ZORBLAX QUERTYUIOP", "1 DUCK ST", "FREEDONIA", "TX", "", "75159", "06/19/2003", "06/29/2056"),
    ("ZORBLAX QUERTYUIOP", "2 DUCK ST", "NOWHERE", "", "IR", "", "06/19/2003", "06/29/2056"),
)


def dpl(rows):
    return "\n".join("\t".join(f'"{cell}"' for cell in row) for row in (DPL_HEAD, *rows)) + "\n"


def test_denied_persons_have_an_end_and_one_entry_for_all_addresses(write):
    (entry,) = read("US-DPL", write(dpl(DPL_ROWS))).entries
    assert (entry.listed_on, entry.until) == (date(2003, 6, 19), date(2056, 6, 29))
    assert entry.countries == ("US", "IR")
    assert len(entry.addresses) == 2


def test_a_line_that_cannot_be_read_is_named(write):
    with pytest.raises(ListRefusedError, match="line 3: 7 columns in a table of 8"):
        read("US-DPL", write(dpl([DPL_ROWS[0], DPL_ROWS[1][:7]])))


LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>
<CONSOLIDATED_LIST dateGenerated="2026-11-20">&f;&f;&f;&f;</CONSOLIDATED_LIST>"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LAUGHS, "document type"),
        (LAUGHS.encode("utf-16"), "document type"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><CONSOLIDATED_LIST/>', "document type"),
        (UN_XML[:-60], "not well-formed"),
        (EU_XML, "not a CONSOLIDATED_LIST"),
        ("<a>" * 100_000, "not well-formed|not a CONSOLIDATED_LIST"),
    ],
)
def test_xml_that_wants_something_is_refused(write, text, why):
    with pytest.raises(ListRefusedError, match=why):
        read("UN", write(text), as_of=None)


def test_a_form_that_the_list_does_not_have_is_said(write):
    with pytest.raises(ValueError, match="published as un_xml"):
        read("UN", write("a,b\n"))
    with pytest.raises(ValueError, match="is one file, not 2"):
        read("UN", write(UN_XML, "1"), write(UN_XML, "2"))


def test_the_same_file_has_the_same_digest_and_entries_survive_being_written(write):
    first, second = (read("OFAC-SDN", *ofac(write)) for _ in range(2))
    assert first.report.sha256 == second.report.sha256
    turned = read("OFAC-SDN", *reversed(ofac(write)))
    assert turned.report.sha256 == first.report.sha256
    assert [read_party(write_party(each)) for each in first.entries] == list(first.entries)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1962", (1962, 1, 1), (1962, 12, 31)),
        ("Feb 1964", (1964, 2, 1), (1964, 2, 29)),
        ("05 Dec 1978", (1978, 12, 5), (1978, 12, 5)),
        ("1979-1982", (1979, 1, 1), (1982, 12, 31)),
        ("1961 to 1963", (1961, 1, 1), (1963, 12, 31)),
        ("circa 1979", (1978, 1, 1), (1980, 12, 31)),
    ],
)
def test_births_are_ranges_of_days(text, first, last):
    assert read_births(text) == BirthDays(date(*first), date(*last))


@pytest.mark.parametrize(
    "text", ["", "once", "31 Feb 1970", "1990 to 1980", "12345", "00 Xyz 1970"]
)
def test_words_that_are_no_day_are_none(text):
    assert read_births(text) is None


def test_countries_scripts_and_remarks_are_understood_or_left_as_they_are():
    assert [country_code(each) for each in ("Korea, North", "XX-Land", "DE")] == [
        "KP",
        "XX-Land",
        "DE",
    ]
    assert [script_of(each) for each in ("Ivan", "Иван", "علي", "李", "")] == [
        None,
        "Cyrl",
        "Arab",
        "Hani",
        None,
    ]
    found = read_remarks(
        "Gender Male; Secondary sanctions risk: something; SWIFT/BIC ABCDRUMM; DOB soon."
    )
    assert found.identifiers == [Identifier("SWIFT/BIC", "ABCDRUMM")]
    assert found.unread == ["DOB soon"]


def test_a_legal_form_may_not_stand_for_two(tmp_path):
    path = tmp_path / "forms.csv"
    path.write_text("form,written,countries,confidence\nlimited,ltd,GB,\nother,ltd,FR,\n")
    with pytest.raises(FactsError, match="'ltd' stands for two forms"):
        load_legal_forms(path)


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official lists are not at hand")
@pytest.mark.parametrize(
    ("list_id", "files", "as_of", "entries", "names"),
    [
        ("OFAC-SDN", ["ofac/sdn_2021-07-07.csv"], date(2021, 7, 7), 8976, 11414),
        ("OFAC-SDN", ["ofac/sdn_2023-01_sancbook.csv"], date(2023, 1, 21), 11443, 14213),
        (
            "OFAC-CONS",
            [f"ofac/cons_{part}_2025-12-19.csv" for part in ("prim", "alt", "add")],
            date(2025, 12, 19),
            442,
            1583,
        ),
        ("UN", ["un/UN_consolidated_2026-02.xml"], None, 1003, 4193),
        ("US-CSL", ["us_bis/csl_consolidated_sample_2025-06.csv"], date(2025, 6, 1), 13, 28),
        ("US-DPL", ["us_bis/dpl_2022-09-07.txt"], date(2022, 9, 7), 461, 461),
    ],
)
def test_the_official_lists_are_read_whole(list_id, files, as_of, entries, names):
    report = read(list_id, *(OFFICIAL / file for file in files), as_of=as_of).report
    assert (report.entries, report.names, report.refused) == (entries, names, ())
