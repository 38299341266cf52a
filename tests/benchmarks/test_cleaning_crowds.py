import gzip
import json
from pathlib import Path

import pytest

from benchmarks.cleaning_crowds import crowded
from benchmarks.cleaning_pack import Page, labelled, texts_of

TEXTS = {
    "harbour": [
        "The ferry left on time, said the harbour master.",
        "Nobody was waiting for it.",
        "It was full anyway.",
    ],
    "bakery": [
        "Flour has become dear again this year, bakers say.",
        "Two of them closed in May.",
        "One will open soon.",
    ],
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    lines = []
    for name, texts in TEXTS.items():
        paragraphs = "".join(f"<p>{text}</p>" for text in texts)
        html = f"<html lang=en><body><main><div class=text>{paragraphs}</div></main></body>"
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(html.encode()))
        url = f"https://{name}.example/a"
        lines.append(
            {"id": name, "html": f"{name}.gz", "url": url, "site": f"{name}.example", "body": "\n".join(texts)}
        )
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return tmp_path


def variants(pack: Path, seed: int) -> dict[str, Page]:
    pages = [page for page, _ in labelled(pack)]
    return {str(page.gold["id"]): page for page in crowded(pack, pages, seed)}


@pytest.mark.parametrize("seed", range(8))
def test_a_crowd_stands_round_the_text_and_is_none(pack: Path, seed: int) -> None:
    for name, page in variants(pack, seed).items():
        texts = texts_of(page.outline)
        kept = [text for text, is_text in zip(texts, page.labels, strict=True) if is_text]
        assert kept == TEXTS[name]
        assert len(texts) > len(kept) + 1
        crowd = [float(weight) for weight, is_text in zip(page.weights, page.labels, strict=True) if not is_text]
        assert 0 < sum(crowd) <= 8.01  # however long it is, it counts no more than a few leaves


def test_the_same_seed_makes_the_same_crowd(pack: Path) -> None:
    one, other = variants(pack, 3), variants(pack, 3)
    assert {name: texts_of(page.outline) for name, page in one.items()} == {
        name: texts_of(page.outline) for name, page in other.items()
    }
    assert {name: texts_of(page.outline) for name, page in variants(pack, 4).items()} != {
        name: texts_of(page.outline) for name, page in one.items()
    }
