"""Text that every database takes"""

import re
from typing import Any

# PostgreSQL refuses NUL, drivers refuse half of a surrogate pair; the rest would end or forge lines in logs.
REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without the characters that some database, driver or log can't hold."""
    return REFUSED.sub("", text)


def storable_json(value: Any) -> Any:
    """The same for each text of a JSON value, keys included."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_json(k): storable_json(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(v) for v in value]
    return value
