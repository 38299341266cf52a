"""The daemon says at its start whom it follows"""

import pytest

from dateline.cli.service import followed

ENTRY = '[[portal]]\nid = "p{0}"\nhome = "https://p{0}.example/"\nenabled = {1}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.format(1, "true") + ENTRY.format(2, "false"), "following p1"),
        ("".join(ENTRY.format(n, "true") for n in range(7)), "following p0, p1, p2, p3, p4 and 2 more"),
        (ENTRY.format(1, "false"), "none of the 1 portals"),
        ("[[portal]\n", "followed until the file is right"),
    ],
)
def test_followed(tmp_path, text, said):
    path = tmp_path / "portals.toml"
    path.write_text(text)
    assert said in followed(path)
