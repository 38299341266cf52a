"""What a page declares about its article in JSON-LD: one object, with people and addresses resolved"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from workers.clean.normal import clean_line

_ARTICLE_ENDINGS = ("article", "posting", "report", "review", "newsarticle", "recipe", "satiricalarticle")
_LESSER_TYPES = frozenset({"webpage", "itempage", "creativework", "videoobject", "imagegallery", "mediagallery"})
_MAX_PEOPLE = 40
_NAME_PARTS = ("givenName", "additionalName", "familyName")


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody named as author: `kind` is the JSON-LD type in lower case, empty where none is given."""

    name: str
    kind: str = ""


@dataclass(frozen=True)
class Declared:
    """The object that describes the page's own article, and lesser ones about the same page."""

    article: Mapping[str, Any]
    lesser: tuple[Mapping[str, Any], ...]
    by_id: Mapping[str, Mapping[str, Any]]

    def text(self, name: str) -> str | None:
        """A property of the article as one line; the first of several."""
        return next(iter(_texts(self.article.get(name))), None)

    def texts(self, name: str) -> list[str]:
        """All values of a property of the article, each as one line."""
        return list(_texts(self.article.get(name)))

    def people(self, name: str) -> list[Credit]:
        """Everybody whom a property such as `author` names, in order."""
        return list(self._credits(self.article.get(name), 0))[:_MAX_PEOPLE]

    def publisher(self) -> str | None:
        """The name of the publisher."""
        for each in (self.article, *self.lesser):
            for key in ("publisher", "sourceOrganization"):
                if found := next(self._credits(each.get(key), 0), None):
                    return found.name
        return None

    def _credits(self, value: Any, depth: int) -> Iterator[Credit]:
        if depth > 3:
            return
        if isinstance(value, str):
            if name := _not_address(value):
                yield Credit(name)
        elif isinstance(value, list):
            for item in value[:_MAX_PEOPLE]:
                yield from self._credits(item, depth + 1)
        elif isinstance(value, Mapping):
            yield from self._of_object(value, depth)

    def _of_object(self, value: Mapping[str, Any], depth: int) -> Iterator[Credit]:
        known = self.by_id.get(str(value.get("@id")), {})
        kind = " ".join(_types(value) or _types(known))
        for each in (value, known):
            names = list(_texts(each.get("name")))
            if not names:
                whole = " ".join(part for key in _NAME_PARTS for part in _texts(each.get(key)))
                names = [whole] if whole else []
            for name in names[:_MAX_PEOPLE]:
                if kept := _not_address(name):
                    yield Credit(kept, kind)
            if names:
                return
        if "@value" in value:
            yield from self._credits(value["@value"], depth + 1)


def of_page(objects: Sequence[Mapping[str, Any]], url: str, canonical: str | None) -> Declared:
    """The article object of a page at `url`; empty where the page declares none."""
    addresses = {_address(url), _address(canonical or "")} - {""}
    ranked = sorted(objects, key=lambda each: _rank(each, addresses), reverse=True)
    articles = [each for each in ranked if _is_article(each)]
    lesser = [each for each in ranked if not _is_article(each) and _LESSER_TYPES.intersection(_types(each))]
    by_id = {str(each["@id"]): each for each in objects if "@id" in each and "name" in each}
    return Declared(articles[0] if articles else {}, (*articles[1:], *lesser), by_id)


def _rank(each: Mapping[str, Any], addresses: set[str]) -> tuple[bool, int]:
    own = {_address(text) for key in ("url", "mainEntityOfPage", "@id") for text in _addresses(each.get(key))}
    told = sum(
        key in each for key in ("headline", "datePublished", "author", "articleBody", "dateModified", "publisher")
    )
    return bool(own & addresses) or not own, told


def _is_article(each: Mapping[str, Any]) -> bool:
    return any(name.endswith(_ARTICLE_ENDINGS) for name in _types(each))


def _types(each: Mapping[str, Any]) -> list[str]:
    return [text.rsplit("/", 1)[-1].lower() for text in _texts(each.get("@type"))]


def _texts(value: Any) -> Iterator[str]:
    """The strings in a property that may be a string, a list or an object."""
    if isinstance(value, str):
        if text := clean_line(value):
            yield text
    elif isinstance(value, list):
        for item in value[:_MAX_PEOPLE]:
            if not isinstance(item, list):
                yield from _texts(item)
    elif isinstance(value, Mapping):
        inner = next((value[key] for key in ("@value", "name", "url", "@id") if isinstance(value.get(key), str)), None)
        yield from _texts(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


def _addresses(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (value[key] for key in ("@id", "url") if isinstance(value.get(key), str))
    elif isinstance(value, str):
        yield value


def _address(url: str) -> str:
    """An address for comparing: host without www, path without a slash at its end."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.netloc.lower().removeprefix("www.") + unquote(parts.path).rstrip("/")) if parts.netloc else ""


def _not_address(text: str) -> str | None:
    text = clean_line(text)
    return None if not text or "://" in text or text.startswith(("www.", "#", "/")) else text
