import gzip

import pytest

from dateline.lab import poison


@pytest.mark.parametrize("kind", sorted(poison.KINDS))
def test_poison_is_big_on_the_wire_or_off_it(kind: str) -> None:
    body, headers = poison.page(kind)
    text = gzip.decompress(body) if headers.get("Content-Encoding") else body
    assert len(text) > 250_000
    assert len(body) < 40_000_000
