"""Headline, first text, labels and repeats: what tells of the leaves that stand near or behind them, as numbers"""

import numpy as np
from numpy.typing import NDArray

from workers.clean import phrases
from workers.clean.outline import Ints
from workers.clean.places import Doubles, Places

_LABEL_CHARS = 80  # what is no longer can be a label or heading of what follows
_CAP = 60  # leaves; further off is all the same
_FAR_BACK, _FAR_ON = -50, 200
_BESIDE_CAP = 20
_MIN_REPEAT, _MAX_REPEAT = 25, 400  # characters of a leaf that is looked for elsewhere in the page
_MOST_REPEATS = 3
_ALL_LINK = 0.95
_HEADLINE, _PART_OF_HEADLINE, _IS_DEK = 0.7, 0.3, 0.6  # shares of words in common
_H1 = 4  # code of the tag
_KIND = {name: at for at, name in enumerate(phrases.KINDS)}
_BEFORE = [_KIND[name] for name in ("more", "sign_up", "share", "ad", "byline", "time", "topic", "bio")]
_BEHIND = [_KIND[name] for name in ("byline", "time")]
_OPENING = [_KIND[name] for name in ("more", "sign_up", "share", "topic", "bio")]
_BESIDE = [_KIND[name] for name in ("more", "sign_up", "ad", "byline", "time")]
_COUNTED = [_KIND[name] for name in ("time", "byline", "share")]
Bools = NDArray[np.bool_]
LANDMARKS = 57  # columns


class Landmarks:
    """The leaves of a page with what each says: shape (leaves, phrases.KINDS), at its start and anywhere."""

    def __init__(self, places: Places, begins: Doubles, holds: Doubles, dek: Doubles) -> None:
        self.places, self.dek = places, dek
        self.count = places.count
        self.index = np.arange(self.count)
        is_short = places.chars <= _LABEL_CHARS
        self.begins, self.holds = begins.T, holds.T  # a row a kind
        self.labels = (self.begins > 0) & is_short
        self.mentions = (self.holds > 0) & is_short
        self.long = (places.chars * (1 - places.linked) >= _LABEL_CHARS).nonzero()[0]
        self.head = self._headline()

    def _headline(self) -> int:
        """The leaf that shows the headline, or -1."""
        is_h1, titles = self.places.code == _H1, self.places.titles
        for found in (is_h1 & (titles > _PART_OF_HEADLINE), titles >= _HEADLINE, is_h1):
            if found.any():
                return int(np.argmax(found))
        return -1

    def columns(self) -> list[Doubles]:
        """All of it, a column each."""
        return [
            self._repeats(),
            *_since(self.labels[_BEFORE]),
            *_since(self.mentions[_BEHIND, ::-1])[:, ::-1],
            *self._openings(),
            *(column for by in (-1, 1) for column in self._beside(by)),
            *self._deks(),
            *self._like_long(),
            *self._from_landmarks(),
            *self._counts(),
        ]

    def _repeats(self) -> Doubles:
        """How often the leaf's words stand elsewhere in the page: pull quotes do, and teasers of the page itself."""
        texts = ["" if leaf.is_embed else leaf.text for leaf in self.places.outline.leaves]
        page = "\n".join(texts)
        found = [
            min(_MOST_REPEATS, page.count(text) - 1)
            if _MIN_REPEAT <= len(text) <= _MAX_REPEAT and linked < _ALL_LINK
            else -1
            for text, linked in zip(texts, self.places.linked.tolist(), strict=True)
        ]
        return np.array(found, np.float64)

    def _openings(self) -> list[Doubles]:
        """What the first leaf of the container says, and of the container round that."""
        columns: list[Doubles] = []
        begins = self.begins[_OPENING]
        first = np.zeros(len(self.places.parent), np.int64)
        for container in self.places.chain[1:3]:
            first[container[::-1]] = self.index[::-1]  # of several the last written stays
            opening = first[container]
            columns += [*begins[:, opening], self.places.chars[opening], self.places.code[opening]]
            columns.append((self.index - opening).astype(np.float64))
        return columns

    def _beside(self, by: int) -> Doubles:
        moved = np.zeros((len(_BESIDE), self.count))
        chosen = self.holds[_BESIDE]
        if by > 0:
            moved[:, :-by] = chosen[:, by:]
        else:
            moved[:, -by:] = chosen[:, :by]
        return moved

    def _deks(self) -> list[Doubles]:
        """Leaves like the description before and behind: some pages show it twice, as dek and as first paragraph."""
        is_dek = self.dek >= _IS_DEK
        so_far = is_dek.cumsum()
        return [(so_far - is_dek).astype(np.float64), (so_far[-1] - so_far).astype(np.float64)]

    def _like_long(self) -> list[Doubles]:
        """Whether the next and the last long leaf stand in the same kind of element, and how far off they are."""
        if not len(self.long):
            return [*[np.full(self.count, -1.0)] * 2, *[np.full(self.count, _BESIDE_CAP + 1.0)] * 2]
        last = len(self.long) - 1
        after = self.long.searchsorted(self.index, side="right")
        before = self.long.searchsorted(self.index, side="left") - 1
        kinds, distances = [], []
        for at, is_there in ((after, after <= last), (before, before >= 0)):
            other = self.long[np.minimum(np.maximum(at, 0), last)]
            is_same = self.places.kind[other] == self.places.kind
            kinds.append(np.where(is_there, is_same, -1.0))
            far = np.minimum(np.abs(other - self.index), _BESIDE_CAP)
            distances.append(np.where(is_there, far, _BESIDE_CAP + 1.0))
        return [*kinds, *distances]

    def _from_landmarks(self) -> list[Doubles]:
        """Elements and leaves between here and the headline, the first text, and the first two texts side by side."""
        nothing = np.full(self.count, -1.0)
        columns = self.places.apart(self.head) if self.head >= 0 else [nothing, nothing]
        texts = self.long[self.long > self.head] if (self.long > self.head).any() else self.long
        if not len(texts):
            return columns + [nothing] * 6
        containers = self.places.chain[1][texts]
        side_by_side = (containers[1:] == containers[:-1]).nonzero()[0]
        for start in (int(texts[0]), int(texts[side_by_side[0]] if len(side_by_side) else texts[0])):
            columns = columns + self.places.apart(start)
            steps = np.minimum(np.maximum(self.index - start, _FAR_BACK), _FAR_ON)
            columns.append(steps.astype(np.float64))
        return columns

    def _counts(self) -> list[Doubles]:
        """Times, bylines and invitations to share since the headline and still to come: comments bring many."""
        columns: list[Doubles] = []
        for marks in self.mentions[_COUNTED] & (self.index > self.head):
            so_far = marks.cumsum().astype(np.float64)
            columns += [so_far - marks, so_far[-1] - so_far]
        return columns


def _since(marks: Bools) -> Doubles:
    """Leaves since the last mark before each, for each row of marks."""
    index: Ints = np.arange(marks.shape[1])
    before = np.full(marks.shape, -1)
    np.maximum.accumulate(np.where(marks, index, -1)[:, :-1], axis=1, out=before[:, 1:])
    return np.where(before >= 0, np.minimum(index - before, _CAP), _CAP + 1.0)
