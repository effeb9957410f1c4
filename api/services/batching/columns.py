"""Which column of a file means what?

Told by whoever sends the file, remembered from a file with the same header, or known by its name:
in English, German, French or Spanish, or as Shopify and WooCommerce export it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from api.services.batching.sheets import FileRefusedError, letter

LINE_FIELDS = (
    "sku description quantity unit_price line_discount line_total currency hs_code "
    "country_of_origin unit_weight unit_weight_unit manufacturer_id gtin composition"
).split()
"""What each row says of its goods."""

ORDER_FIELDS = (
    "reference on invoice_number invoice_day terms terms_place purpose comments freight insurance "
    "order_discount goods_total order_total tax_total gross_weight gross_weight_unit "
    "packaging_weight length width height dimension_unit consignee_name consignee_first_name "
    "consignee_last_name consignee_company street1 street2 street3 city postal_code region country "
    "phone email vat eori buyer_type item_number"
).split()
"""What is said once for an order, in its first row or in each."""

FIELDS = (*ORDER_FIELDS, *LINE_FIELDS)
NEEDED = ("reference", "quantity", "unit_price", "currency", "description", "country")
"""Without these nothing can be made of a row: a column or a default for each."""
NAMES = ("consignee_name", "consignee_last_name", "consignee_company")
UNITS = {
    "unit_weight": "unit_weight_unit",
    "gross_weight": "gross_weight_unit",
    "packaging_weight": "gross_weight_unit",
    "length": "dimension_unit",
    "width": "dimension_unit",
    "height": "dimension_unit",
}
"""Fields whose unit may stand in their own header: ``Weight (kg)``."""

_KNOWN = {
    "reference": "order reference|order number|order id|order no|order|reference|bestellnummer|"
    "auftragsnummer|bestellung|auftrag|referenz|numero de commande|commande|n commande|"
    "reference commande|numero de pedido|pedido|n pedido|referencia",
    "on": "ship date|shipping date|date of shipment|versanddatum|versandtag|date d expedition|"
    "fecha de envio",
    "invoice_number": "invoice number|invoice no|invoice|rechnungsnummer|rechnung|"
    "numero de facture|facture|numero de factura|factura",
    "invoice_day": "invoice date|rechnungsdatum|date de facture|fecha de factura",
    "terms": "incoterm|incoterms|terms|lieferbedingung|lieferbedingungen",
    "terms_place": "incoterm place|terms place|lieferort|lieu incoterm|lugar incoterm",
    "purpose": "purpose|reason for export|zweck|motif|motivo",
    "comments": "comments|customer note|bemerkung|bemerkungen|commentaire|comentarios",
    "freight": "freight|shipping cost|shipping costs|shipping price|order shipping amount|"
    "shipping total|versandkosten|fracht|frais de port|frais de livraison|gastos de envio|flete",
    "insurance": "insurance|versicherung|assurance|seguro",
    "order_discount": "order discount|cart discount amount|bestellrabatt|remise commande|"
    "descuento pedido",
    "goods_total": "goods total|value of goods|warenwert|valeur des marchandises|"
    "valor de la mercancia",
    "gross_weight": "gross weight|parcel weight|package weight|bruttogewicht|paketgewicht|"
    "poids brut|poids du colis|peso bruto|peso del paquete",
    "gross_weight_unit": "gross weight unit|parcel weight unit|einheit bruttogewicht|"
    "unite poids brut|unidad peso bruto",
    "packaging_weight": "packaging weight|tare|verpackungsgewicht|poids emballage|peso embalaje",
    "length": "length|parcel length|lange|laenge|longueur|largo|longitud",
    "width": "width|parcel width|breite|largeur|ancho",
    "height": "height|parcel height|hohe|hoehe|hauteur|alto|altura",
    "dimension_unit": "dimension unit|dimensions unit|masseinheit|unite dimensions|"
    "unidad dimensiones",
    "consignee_name": "recipient|recipient name|ship to name|shipping name|consignee|"
    "consignee name|name|empfanger|empfaenger|empfangername|destinataire|nom du destinataire|"
    "destinatario|nombre del destinatario|nombre",
    "consignee_first_name": "first name shipping|shipping first name|first name|vorname|prenom",
    "consignee_last_name": "last name shipping|shipping last name|last name|nachname|"
    "nom de famille|apellidos|apellido",
    "consignee_company": "company|shipping company|company shipping|consignee company|firma|"
    "societe|entreprise|empresa",
    "street1": "street|street 1|address|address 1|address line 1|shipping address1|"
    "shipping address 1|address 1 shipping|address 1 2 shipping|strasse|adresse|adresszeile 1|"
    "strasse und hausnummer|rue|adresse 1|ligne d adresse 1|calle|direccion|direccion 1",
    "street2": "street 2|address 2|address line 2|shipping address2|shipping address 2|"
    "address 2 shipping|adresszusatz|adresszeile 2|adresse 2|complement d adresse|direccion 2",
    "street3": "street 3|address 3|address line 3|adresszeile 3|adresse 3|direccion 3",
    "city": "city|town|shipping city|city shipping|ort|stadt|ville|ciudad|localidad|poblacion",
    "postal_code": "postal code|postcode|zip|zip code|shipping zip|postcode shipping|"
    "shipping postcode|plz|postleitzahl|code postal|codigo postal|cp",
    "region": "region|state|province|shipping province|state code shipping|shipping state|"
    "bundesland|provincia|departement",
    "country": "country|country code|shipping country|country code shipping|ship to country|"
    "destination country|land|zielland|empfangsland|pays|pays de destination|pais|"
    "pais de destino",
    "phone": "phone|telephone|shipping phone|phone billing|billing phone|telefon|"
    "telefonnummer|telefono",
    "email": "email|e mail|email billing|billing email|customer email|courriel|correo electronico",
    "vat": "vat number|vat id|consignee vat|ust idnr|ustidnr|umsatzsteuernummer|numero de tva|nif",
    "eori": "eori|eori number|consignee eori|eori nummer|numero eori",
    "buyer_type": "buyer type|customer type|kundentyp|type de client|tipo de cliente",
    "item_number": "s10|postal item number|item barcode|sendungsnummer der post",
    "sku": "sku|item sku|lineitem sku|product code|artikelnummer|artikel nr|code article|"
    "reference article|codigo de producto",
    "description": "description|goods description|description of goods|item name|lineitem name|"
    "product name|customs description|warenbeschreibung|warenbezeichnung|artikelbezeichnung|"
    "beschreibung|bezeichnung|designation|description des marchandises|libelle|descripcion|"
    "descripcion de la mercancia",
    "quantity": "quantity|qty|pieces|lineitem quantity|item quantity|quantity refund|menge|anzahl|"
    "stuckzahl|stueckzahl|quantite|qte|cantidad|unidades",
    "unit_price": "unit price|price|item price|lineitem price|item cost|unit value|stuckpreis|"
    "stueckpreis|einzelpreis|preis|prix unitaire|prix|precio unitario|precio",
    "line_discount": "line discount|lineitem discount|positionsrabatt|rabatt|remise|descuento",
    "line_total": "line total|total price|positionssumme|zeilensumme|gesamtpreis|total ligne|"
    "prix total|total linea|precio total",
    "currency": "currency|order currency|currency code|wahrung|waehrung|devise|monnaie|moneda|"
    "divisa",
    "hs_code": "hs code|hs|hs tariff number|commodity code|tariff number|tariff code|"
    "harmonized code|zolltarifnummer|warennummer|hs nummer|code sh|code hs|code douanier|"
    "nomenclature|codigo hs|codigo sa|partida arancelaria|codigo arancelario",
    "country_of_origin": "country of origin|origin|origin country|made in|ursprungsland|"
    "ursprung|herkunftsland|pays d origine|origine|pais de origen|origen",
    "unit_weight": "unit weight|weight|item weight|net weight per piece|net unit weight|"
    "grams|variant grams|"
    "stuckgewicht|stueckgewicht|nettogewicht pro stuck|gewicht|poids unitaire|poids|"
    "peso unitario|peso",
    "unit_weight_unit": "unit weight unit|weight unit|gewichtseinheit|unite de poids|"
    "unidad de peso",
    "manufacturer_id": "manufacturer id|mid|manufacturer product id|herstellernummer|"
    "identifiant fabricant|id del fabricante",
    "gtin": "gtin|ean|upc|barcode|gtin ean",
    "composition": "composition|material|materials|zusammensetzung|composicion|matiere",
}
_SHOPIFY = {
    "name": "reference",
    "shipping": "freight",
    "subtotal": "goods_total",
    "discount amount": "order_discount",
    "notes": "comments",
}
"""Names that mean something of their own in an export of Shopify."""

_UNIT = re.compile(r"^(.*?)[\s_]*[\[(]?\b(kg|g|lbs?|oz|cm|mm|in)\b[\])]?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Field → column, units that stand in headers, and where each of it was known from."""

    columns: Mapping[str, int]
    units: Mapping[str, str]
    known_from: Mapping[str, str]


def plain(name: str) -> str:
    """A header as it is compared: small letters and digits, no accents.

    >>> plain("Währung "), plain("Quantity (- Refund)"), plain("shipping_first_name")
    ('wahrung', 'quantity refund', 'shipping first name')
    """
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss").casefold())
    kept = "".join(each if each.isalnum() else " " for each in letters if not _is_accent(each))
    return " ".join(kept.split())


def _is_accent(letter_: str) -> bool:
    return unicodedata.combining(letter_) != 0


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for field, names in _KNOWN.items():
        for name in (*names.split("|"), field.replace("_", " ")):
            found.setdefault(name, field)
    for field in FIELDS:
        found.setdefault(field.replace("_", " "), field)
    return found


def fingerprint(header: Sequence[str]) -> str:
    """What makes two headers the same."""
    said = "\n".join(plain(name) for name in header)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def mapped(
    header: Sequence[str], given: Mapping[str, str] | None, remembered: Mapping[str, str] | None
) -> ColumnMap:
    """What the columns mean: known names, over them what was remembered, over that what is given.

    An empty name takes a field's column away. Raises `FileRefusedError` for a column that there is
    not.
    """
    columns: dict[str, int] = {}
    units: dict[str, str] = {}
    known_from: dict[str, str] = {}
    for field, at in _known(header).items():
        columns[field], known_from[field] = at, "known"
    for told, source in ((remembered, "remembered"), (given, "given")):
        for field, name in (told or {}).items():
            if name:
                columns[field], known_from[field] = _column(header, field, name), source
            elif columns.pop(field, None) is not None:
                del known_from[field]
    for field, at in columns.items():
        if field in UNITS and (unit := _unit_of(header[at])):
            units[field] = unit
    return ColumnMap(columns, units, known_from)


def _column(header: Sequence[str], field: str, name: str) -> int:
    """A column by its header, or else by its letter."""
    if name in header:
        return header.index(name)
    wanted = plain(name)
    for at, each in enumerate(header):
        if each and plain(each) == wanted:
            return at
    for at in range(len(header)):
        if letter(at) == name.upper():
            return at
    raise FileRefusedError(
        "no-such-column",
        f"There is no column {name!r} for {field}.",
        f"The columns are: {', '.join(each for each in header[:40] if each)}.",
    )


def _known(header: Sequence[str]) -> dict[str, int]:
    names = _by_name()
    seen = {plain(name) for name in header}
    if {"lineitem name", "lineitem quantity"} <= seen:
        names = {**names, **_SHOPIFY}
    found: dict[str, int] = {}
    for at, name in enumerate(header):
        field = names.get(plain(name)) if name else None
        if field is None and name and (match := _UNIT.match(name)):
            field = names.get(plain(match[1]))
            field = field if field in UNITS else None
        if field is not None:
            found.setdefault(field, at)
    return found


def _unit_of(name: str) -> str | None:
    if plain(name).endswith("grams"):
        return "g"
    match = _UNIT.match(name)
    return match[2].lower() if match and plain(match[1]) else None


def missing(columns: Mapping[str, int], defaults: Mapping[str, str]) -> list[str]:
    """Fields that neither a column nor a default says, and that no order can be without."""
    known = {*columns, *defaults}
    lacking = [field for field in NEEDED if field not in known]
    if not known.intersection(NAMES):
        lacking.append("consignee_name")
    return lacking
