import io
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from py3langid import langid

from storage.domain import Provenance
from tests.workers.clean.test_language import sentences
from workers.clean import language, language_model

# Two states: behind an "a", which ends piece 0, and behind anything else.
ROW = [1 if byte == ord("a") else 0 for byte in range(256)]
SMALL: dict[str, Any] = {
    "ptc": np.array([[-9.0, -1.5]], np.float16),
    "pc": np.array([-0.5, -0.7], np.float32),
    "classes": np.array(["xx", "yy"]),
    "nextmove": np.array(ROW, np.uint32),
    "nextmove_row": np.array([0, 0], np.uint16),
    "out_feat": np.array([-1, 0], np.int32),
}


def written(path: Path, **tables: Any) -> Path:
    inner = io.BytesIO()
    np.savez(inner, **{**SMALL, **tables})
    path.write_bytes(lzma.compress(inner.getvalue()))
    return path


def test_a_model_tells_by_the_pieces_it_finds(tmp_path: Path) -> None:
    model = language_model.read(written(tmp_path / "m"))
    assert model.classify("banana") == "yy"
    assert model.classify("bbb") == "xx"  # no piece: the first
    assert model.classify("BANANA") == "yy"  # a shouted text is read as if it were not


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    tables = np.random.default_rng(1)
    weights = np.where(tables.random((1_000, 7)) < 0.8, -9.0, tables.random((1_000, 7))).astype(np.float16)
    moves = tables.integers(0, 5, (300, 256)).astype(np.uint32)
    model = language_model.read(written(tmp_path / "m", ptc=weights, nextmove=moves.ravel()))
    assert all((model.weights.row(at).view(np.float16) == weights[at]).all() for at in range(1_000))
    assert all(model.next_states.at(row, byte) == moves[row, byte] for row in range(0, 300, 7) for byte in range(256))


def test_the_shipped_tables_tell_what_py3langid_tells() -> None:
    texts = [text for _, text in sentences()] + ["", "A", "12345", "ПРИВЕТ МИР"]
    model = language_model.shipped()
    assert [model.classify(text) for text in texts] == [langid.classify(text)[0] for text in texts]


@pytest.mark.parametrize("damage", ["missing", "wide", "cut", "packed"])
def test_another_layout_is_refused(damage: str, tmp_path: Path) -> None:
    path = written(tmp_path / "m", ptc=np.zeros((1, 300 if damage == "wide" else 2), np.float16))
    inner = lzma.decompress(path.read_bytes())
    if damage == "missing":
        inner = inner.replace(b"out_feat", b"out_form")
    elif damage == "cut":
        inner = inner[: inner.index(b"nextmove") + 300]
    elif damage == "packed":
        out = io.BytesIO()
        np.savez_compressed(out, **SMALL)
        inner = out.getvalue()
    path.write_bytes(lzma.compress(inner))
    with pytest.raises(ValueError, match=r"table|stored|lacks"):
        language_model.read(path)


def test_a_release_with_another_layout_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise ValueError("laid out in another way")

    monkeypatch.setattr(language_model, "shipped", refuse)
    zulu = "Umngcele phakathi kwezindawo ezimbili uvuliwe namhlanje ekuseni ngemva kwezingxoxo ezinde zabaholi. " * 9
    assert language.choose(zulu, []) == ("zu", Provenance("model", 0.5))
