"""Where is it, as people write it, and as customs sees it?"""

from dataclasses import dataclass

from data.model.records import quick


@quick
@dataclass(frozen=True, slots=True)
class Place:
    """An address as far as a border and a carrier need it.

    `country` is ISO 3166-1 alpha-2 (``GB`` for Northern Ireland too), `region` the part of
    ISO 3166-2 after the hyphen (``CA``, ``NIR``).
    """

    country: str
    region: str | None = None
    postal_code: str | None = None
    city: str | None = None

    @property
    def territory(self) -> str:
        """The code of this place's tax territory: the country, but Northern Ireland is ``XI``.

        >>> Place("GB", postal_code="BT1 5GS").territory
        'XI'
        """
        if self.country == "GB":
            postal_code = (self.postal_code or "").lstrip().upper()
            if self.region == "NIR" or (postal_code[:2] == "BT" and postal_code[2:3].isdigit()):
                return "XI"
        return self.country
