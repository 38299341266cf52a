"""A process that loads only what it works with has every table that its rows refer to"""

import subprocess
import sys

import pytest

ORDER = "from storage.models.base import Base; print(*[t.name for t in Base.metadata.sorted_tables])"


@pytest.mark.parametrize("module", ["workers.clean.job", "workers.dedup.job"])
def test_foreign_keys_find_their_tables(module):
    code = f"import {module}; {ORDER}"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"portal", "page", "fetch", "story", "article", "revision"} <= set(found.stdout.split())
