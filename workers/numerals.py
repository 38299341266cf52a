"""Numbers written in Chinese characters or Korean words, in a run of either script"""

import re
from collections.abc import Iterator

_DIGITS = {
    c: n for n, same in enumerate(["〇零", "一", "二两兩", "三", "四", "五", "六", "七", "八", "九"]) for c in same
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HAN = re.compile("[〇零一二三四五六七八九两兩十][〇零一二三四五六七八九两兩十百千万萬亿億]+")
LONGEST = 24  # characters of one number
_PLAIN = re.compile("[〇零一二三四五六七八九]{3,}")  # digit by digit: 二〇二六

_TENS = {
    word: 10 * n for n, word in enumerate(["열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"], 1)
} | {"스무": 20}
_ONES = {"한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4}
_MORE_ONES = {"다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}
_KOREAN_DIGITS = {c: n for n, c in enumerate("일이삼사오육칠팔구", 1)}
_KOREAN_UNITS = {"십": 10, "백": 100, "천": 1000}
_KOREAN_MYRIADS = {"만": 10**4, "억": 10**8}
_COUNTERS = (
    "명 개 척 살 시 곳 대 건 마리 채 권 차례 번 군데 가구 달 배 여 원 미터 킬로 년 톤 가지 층 분 일 퍼센트 사람 주"
)
_COUNTED = f"(?=$|{'|'.join(_COUNTERS.split())})"
_NATIVE = re.compile(f"(?:({'|'.join(_TENS)})({'|'.join([*_ONES, *_MORE_ONES])})?|({'|'.join(_MORE_ONES)})){_COUNTED}")
_SINO = re.compile(f"(?=..)[일이삼사오육칠팔구]?[십백천만억][일이삼사오육칠팔구십백천만억]*{_COUNTED}")


def split(piece: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of an unspaced run of letters in order, numbers among them as digits.

    The second value tells a number. Words that merely hold such a character, such as 十分 and 万一, stay.
    """
    if "가" <= piece[0] <= "힣":
        yield from _korean(piece)
        return
    last = 0
    for match in _HAN.finditer(piece):
        number = _han(match.group())
        if number is not None:
            if match.start() > last:
                yield piece[last : match.start()], False
            yield str(number), True
            last = match.end()
    if last < len(piece):
        yield piece[last:], False


def _han(run: str) -> int | None:
    if len(run) > LONGEST:
        return None
    if _PLAIN.fullmatch(run):
        return int("".join(str(_DIGITS[c]) for c in run))
    if not any(c in _UNITS or c in _MYRIADS for c in run):
        return None
    return _sum(run, _DIGITS, _UNITS, _MYRIADS)


def _korean(piece: str) -> Iterator[tuple[str, bool]]:
    """Yield a Korean word, its number first where it begins with one: 열네 척, 쉰여덟, 이백 미터."""
    native = _NATIVE.match(piece)
    match = native or _SINO.match(piece)
    if match is None:
        yield piece, False
        return
    if native is not None:
        tens, ones, alone = native.groups()
        number = _TENS.get(tens or "", 0) + {**_ONES, **_MORE_ONES}.get(ones or alone or "", 0)
    else:
        number = _sum(match.group(), _KOREAN_DIGITS, _KOREAN_UNITS, _KOREAN_MYRIADS)
    yield str(number), True
    if match.end() < len(piece):
        yield piece[match.end() :], False


def _sum(run: str, digits: dict[str, int], units: dict[str, int], myriads: dict[str, int]) -> int:
    total, part, digit = 0, 0, 0
    for c in run:
        if c in digits:
            digit = digits[c]
        elif c in units:
            part, digit = part + max(digit, 1) * units[c], 0
        else:
            total, part, digit = total + max(part + digit, 1) * myriads[c], 0, 0
    return total + part + digit
