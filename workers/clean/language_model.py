"""The tables of py3langid's general language model, read piece by piece into a quarter of the memory"""

import lzma
import struct
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 64  # rows of a table that share one row of what most of them say
_EVERY = 8  # rows of a block; so many of them tell what most of it say
_PIECE = 1 << 20  # bytes
_LOCAL_HEADER = struct.Struct("<4sHHHHHLLLHH")  # of a member of a zip file
_HEADER_MARK = b"PK\x03\x04"
_SMALL = frozenset({"pc", "classes", "nextmove_row", "out_feat"})


@dataclass(frozen=True)
class Rows:
    """A table whose rows differ in few columns from the row that stands for their block, as unsigned integers."""

    width: int  # columns, 256 at most
    blocks: "array[int]"  # the usual rows, one behind the other
    starts: "array[int]"  # where the differences of each row start, one more than there are rows
    columns: bytearray  # of the differences
    values: "array[int]"  # of the differences

    def at(self, row: int, column: int) -> int:
        """One number."""
        at = self.columns.find(column, self.starts[row], self.starts[row + 1])
        return self.values[at] if at >= 0 else self.blocks[row // _BLOCK * self.width + column]

    def row(self, row: int) -> NDArray[Any]:
        """One row as an array."""
        usual = row // _BLOCK * self.width
        found = np.array(self.blocks[usual : usual + self.width])
        start, end = self.starts[row], self.starts[row + 1]
        found[np.frombuffer(self.columns[start:end], np.uint8)] = self.values[start:end]
        return found


@dataclass(frozen=True)
class LanguageModel:
    """A naive Bayes model over pieces of bytes, which an automaton finds."""

    next_states: Rows  # by row of a state, and byte
    row_of: "array[int]"  # by state
    piece_of: "array[int]"  # by state; -1 for those that end no piece
    weights: Rows  # by piece and language
    prior: NDArray[np.float32]
    languages: list[str]

    def classify(self, text: str) -> str:
        """The likeliest language, as py3langid names it."""
        plain = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        found = Counter(self._pieces(plain.encode("utf-8", "surrogatepass")))
        if not found:
            return self.languages[0]
        counts = np.fromiter(found.values(), np.float32, len(found))
        weights = np.array([self.weights.row(piece) for piece in found], np.uint16).view(np.float16)
        return self.languages[int((np.log1p(counts) @ weights + self.prior).argmax())]

    def _pieces(self, text: bytes) -> Iterator[int]:
        state = 0
        for letter in text:
            state = self.next_states.at(self.row_of[state], letter)
            if (piece := self.piece_of[state]) >= 0:
                yield piece


def read(path: Path) -> LanguageModel:
    """The model in a file of py3langid's. Raises ValueError if it is laid out otherwise, OSError if it can't be read.

    The tables stand there one behind the other. No more than a block is held beside what is kept: as they are they take
    70 MB, and 40 more while they are copied.
    """
    found: dict[str, Any] = {}
    with lzma.open(path) as source:
        while (member := _member(source)) is not None:
            name, dtype, shape = member
            found[name] = _array(source, dtype, shape) if name in _SMALL else _rows(source, dtype, shape)
    try:
        row_of, piece_of = (array("i", found[name].astype(np.int32).tobytes()) for name in ("nextmove_row", "out_feat"))
        languages = found["classes"].tolist()
        return LanguageModel(found["nextmove"], row_of, piece_of, found["ptc"], found["pc"], languages)
    except KeyError as error:
        raise ValueError(f"{path} lacks the table {error}") from error


@cache
def shipped() -> LanguageModel:
    """The model that the installed py3langid brings along."""
    with as_file(files("py3langid") / "data" / "model.npz.xz") as path:
        return read(path)


def _member(source: Any) -> tuple[str, np.dtype[Any], tuple[int, ...]] | None:
    """Name, type and shape of the array that starts here; None behind the last."""
    head = source.read(_LOCAL_HEADER.size)
    if head[:4] != _HEADER_MARK:
        return None
    _, _, _, compression, *_, name_length, extra_length = _LOCAL_HEADER.unpack(head)
    name = source.read(name_length).decode().removesuffix(".npy")
    source.read(extra_length)
    if compression or np.lib.format.read_magic(source) != (1, 0):
        raise ValueError(f"{name} is stored in another way")
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(source)
    if is_fortran or dtype.hasobject:
        raise ValueError(f"{name} is laid out in another way")
    return name, dtype, shape


def _array(source: Any, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    found = np.empty(shape, dtype)
    view = found.reshape(-1).view(np.uint8).data
    at = 0
    while at < len(view):
        got = source.readinto(view[at : at + _PIECE])
        if not got:
            raise ValueError("the file ends within a table")
        at += got
    return found


def _rows(source: Any, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Rows:
    """A large table, which stands as rows, or as rows of 256 in one line."""
    width = shape[1] if len(shape) == 2 else 256
    if width > 256:
        raise ValueError(f"a table has {width} columns")
    code, bits = ("H", np.uint16) if dtype.itemsize == 2 else ("I", np.uint32)
    found = Rows(width, array(code), array("I"), bytearray(), array(code))
    count = shape[0] if len(shape) == 2 else shape[0] // width
    counts: list[NDArray[np.intp]] = [np.zeros(1, np.intp)]  # of the differences in rows
    for first in range(0, count, _BLOCK):
        block = _array(source, dtype, (min(_BLOCK, count - first), width)).view(bits)
        told = np.sort(block[::_EVERY], axis=0)
        usual = told[len(told) // 2]  # what most rows say, where most say one thing
        is_other = block != usual
        places = np.flatnonzero(is_other)
        found.blocks.frombytes(usual.tobytes())
        found.values.frombytes(block.ravel()[places].tobytes())
        found.columns.extend((places % width).astype(np.uint8).tobytes())
        counts.append(np.count_nonzero(is_other, axis=1))
    found.starts.frombytes(np.concatenate(counts).cumsum().astype(np.uint32).tobytes())
    return found
