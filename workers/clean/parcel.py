"""What goes to the cleaning child and what comes back, as bytes

No pickles: the child reads hostile pages, and what it answers must be able to do nothing but be wrong.
"""

import re
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from storage.domain import CleanedArticle, PageContext, Rejection, RejectionReason

# The first byte of a message says what it wants.
READ = b"R"  # an order: read this page
REMEMBER = b"S"  # portal, NUL, habits: know these from now on
HABITS = b"G"  # portal: tell its habits
KNOWN = b"K"  # portal: tell how many they are

LARGEST_ANSWER = 16_000_000
_NUL = b"\\u0000"
_LENGTH_BYTES = 4
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Order:
    """One page to read: what is known about it and its bytes as the archive keeps them."""

    context: PageContext
    record: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an order: one of the two."""

    article: CleanedArticle | None = None
    rejection: Rejection | None = None

    @property
    def result(self) -> CleanedArticle | Rejection:
        """Whichever there is."""
        found = self.article or self.rejection
        assert found is not None
        return found


_CONTEXT = TypeAdapter(PageContext)
_ANSWER = TypeAdapter(Answer)


def pack_order(order: Order) -> bytes:
    """An order as bytes."""
    head = _dumped(_CONTEXT, order.context)
    return len(head).to_bytes(_LENGTH_BYTES, "big") + head + order.record


def unpack_order(data: bytes) -> Order:
    """The order that was packed."""
    end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "big")
    return Order(_CONTEXT.validate_json(data[_LENGTH_BYTES:end]), data[end:])


def pack_answer(result: CleanedArticle | Rejection) -> bytes:
    """A result as bytes, without characters that no database keeps; one beyond all size becomes a rejection."""
    answer = Answer(article=result) if isinstance(result, CleanedArticle) else Answer(rejection=result)
    data = _dumped(_ANSWER, answer)
    if len(data) > LARGEST_ANSWER:
        return pack_answer(Rejection(RejectionReason.TOO_LARGE, f"its text takes {len(data):,} bytes"))
    return data


def unpack_answer(data: bytes) -> CleanedArticle | Rejection:
    """The result that was packed. Raises ValueError for anything else."""
    try:
        answer = _ANSWER.validate_json(data)
    except ValidationError as error:
        raise ValueError(f"the child gave no answer: {error.errors()[0]['msg']}") from error
    if (answer.article is None) == (answer.rejection is None):
        raise ValueError("the child gave no answer, or two")
    return answer.result


def storable(text: str) -> str:
    """`text` without what no database keeps: NUL goes, a lone surrogate becomes U+FFFD."""
    return _UNSTORABLE.sub(lambda match: "" if match[0] == "\0" else "\ufffd", text)


def _dumped(adapter: TypeAdapter[Any], value: Any) -> bytes:
    """`value` as JSON, storable; most is so as it stands."""
    try:
        data = adapter.dump_json(value)
    except PydanticSerializationError:  # a lone surrogate
        data = _NUL
    return data if _NUL not in data else adapter.dump_json(_storable(value))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value) if type(value) is str else value  # members of enums stay what they are
    if isinstance(value, tuple | list):
        return type(value)(_storable(item) for item in value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{f.name: _storable(getattr(value, f.name)) for f in fields(value)})
    return value
