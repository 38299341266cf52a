"""Patterns that dates and times are written in"""

import re

_NAME = r"(?P<name>[^\W\d_](?:[^\s\d,،、/|·•–—()\[\]:-]){1,20})"
_GAP = r"[\s.,،/\-–']{0,3}"
_OF = r"(?:(?:de[ln]?|d'|of|di|da|den|the|a|de l[ao])\s{1,2})?"
_ORDINAL = r"(?:st|nd|rd|th|er|re|º|ª|°|-?го|-?е|η|ης)?"

ISO = re.compile(
    r"(?<![\d./-])(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)(?!\d|-\d)(?P<clock>[T_ ]{1,2}"
    r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?)?"
)
COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?P<clock>T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?)?(?!\d)"
)
EPOCH = re.compile(r"(?P<seconds>\d{10})(?:\d{3})?(?:\.\d+)?")
DATES = (
    ISO,
    re.compile(  # 3 November 2026, 3. listopadu 2026, 3 de noviembre de 2026, 3 พ.ย. 2569
        rf"(?<![\d:.])(?P<day>\d\d?){_ORDINAL}{_GAP}{_OF}{_NAME}{_GAP}"
        r"(?:(?:de[l ]?|of|พ\.ศ\.|ค\.ศ\.|г\.?)\s{0,2})?(?P<year>\d{4}|\d\d(?![\d:.h]))(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(  # November 3, 2026
        rf"(?<![^\W\d_]){_NAME}[\s.]{{0,2}}(?P<day>\d\d?){_ORDINAL}(?![\d:])[\s,.]{{1,3}}(?:(?:de|del|of)\s)?(?P<year>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(  # 2026. november 3., 2026 m. lapkričio 3 d., 2026ko azaroaren 3a
        rf"(?<!\d)(?P<year>\d{{4}})(?:[\s.,\-/]{{1,3}}|\s?(?:m\.|ko|eko|gada|г\.)\s?){{1,2}}"
        rf"(?:(?P<first>\d\d?)\.?\s)?{_NAME}[\s.\-]{{0,3}}(?P<day>\d\d?)?(?![\d:])",
        re.IGNORECASE,
    ),
    re.compile(  # Tue Nov 03 14:05:00 EST 2026, as the C library prints it
        rf"(?<![^\W\d_]){_NAME}\s{{1,2}}(?P<day>\d\d?)\s(?P<clock>(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d))"
        r"\s(?:(?P<zone>[A-Z]{1,5}|[+-]\d{4})\s)?(?P<year>\d{4})(?!\d)"
    ),
    re.compile(  # 2026/11/3, 2026年11月3日, 2026년 11월 3일, 2026. 11. 3.
        r"(?<!\d)(?P<year>\d{4})\s?[年년./\-]\s?(?P<month>\d\d?)\s?[月월./\-]\s?(?P<day>\d\d?)(?!\d|[./-]\d{2})"
    ),
    re.compile(  # 3.11.2026, 11/3/2026, 3 tháng 11, 2026
        r"(?<![\d./\-:,])(?P<first>\d\d?)(?P<mark>\s?[./\-]\s?|\s(?:tháng|เดือน)\s)(?P<second_part>\d\d?)"
        r"(?:\s?[./\-]\s?|[,\s]{1,2}(?:năm\s)?)(?P<year>\d{4}|\d\d)(?![\d/]|[.:]\d|-\d)"
    ),
)

TIME = re.compile(
    r"(?P<before>上午|下午|午前|午後|오전|오후|凌晨|晚上)?\s?(?<![\d.:/])(?P<hour>[01]?\d|2[0-4])"
    r"(?:\s?(?::|h|時|时|点|點|시|u)\s?(?P<minute>[0-5]\d|\d(?=\s?[分분]))|\.(?P<dotted>[0-5]\d)(?![.\d])"
    r"|(?=\s?(?:h\b|uhr\b|時|时|시|[ap]\.?m\b)))"
    r"(?:[:分분]\s?(?P<second>[0-5]\d)(?:\.\d+)?(?!\d))?\s?[分분秒초]?"
    r"(?:\s?(?P<after>[ap]\.?\s?m\b\.?|[πμ]\.?μ\.?|ص(?!\w)|م(?!\w)|ch\b|sa\b)|\s?(?:uhr|h|ч\.?)(?!\w))?",
    re.IGNORECASE,
)
AFTERNOON = re.compile(r"p|下午|午後|오후|晚上|μ\.?μ|م|ch", re.IGNORECASE)
MORNING = re.compile(r"a|上午|午前|오전|凌晨|π|ص|sa", re.IGNORECASE)
