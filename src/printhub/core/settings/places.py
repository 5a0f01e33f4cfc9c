"""Words for places and tongues: which language tags and which countries there are."""

import re

_LANGUAGE = re.compile(
    r"""
    (?P<language>[a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})
    (-(?P<script>[a-z]{4}))?
    (-(?P<region>[a-z]{2}|[0-9]{3}))?
    (-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*     # variants
    (-[a-wy-z0-9](-[a-z0-9]{2,8})+)*         # extensions
    (-x(-[a-z0-9]{1,8})+)?                   # private use
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A well-formed tag, RFC 5646 section 2.1, without those that were grandfathered."""

REGIONS = frozenset(
    (
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
        "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH "
        "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT "
        "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS "
        "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI "
        "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG "
        "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
        "UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
    ).split()
)
"""ISO 3166-1 alpha-2, as the time zone database lists them."""


def language_tag(value: str) -> str:
    """A language tag in its usual letters, such as `zh-Hant-TW`; raises ValueError for what is none."""
    found = _LANGUAGE.fullmatch(value)
    if found is None:
        raise ValueError("expected a language as in BCP 47, such as `de` or `en-GB`")
    script, country = found["script"], found["region"]
    tag = value.lower()
    if script:
        tag = tag.replace(f"-{script.lower()}", f"-{script.title()}", 1)
    return re.sub(rf"-{country}(?=-|$)", f"-{country.upper()}", tag, count=1, flags=re.IGNORECASE) if country else tag


def country_code(value: str) -> str:
    """A country by its two letters; raises ValueError for what is none."""
    if value not in REGIONS:
        raise ValueError("expected a country by its two letters, as in ISO 3166-1, such as `DE` or `GB`")
    return value
