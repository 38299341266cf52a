"""Where the likely text runs longest and what stands in elements like its own, as numbers for the second forest"""

import numpy as np

from workers.clean.outline import Ints, Outline
from workers.clean.places import Doubles, apart, path_to

_LIKELY = 0.5
_GAP = 4  # leaves from one likely leaf to the next within a stretch
_FAR_BACK, _FAR_ON = -60, 200
_NONE = 99.0
_TINY = 1e-9


class Stretches:
    """What the first forest thinks of the leaves of a page; `chance` and `chars` have a number a leaf.

    Alike are leaves whose elements have the same tag and classes, and the
    same classes above them: what a portal does with one of them it mostly does with all.
    """

    def __init__(self, outline: Outline, chance: Doubles, chars: Doubles) -> None:
        self.outline = outline
        shape = self.shape = outline.shape
        self.chance, self.chars, self.element = chance, chars, shape.element
        self.index = np.arange(len(chance))
        self.likely = np.flatnonzero(chance > _LIKELY)
        parent = shape.parents[self.element]
        self.keys = [shape.kind, shape.wide_kind, shape.tag, parent, shape.parents[parent]]

    def columns(self) -> list[Doubles]:
        """All of it, a column each, a number a leaf."""
        return [*self._longest(), *self._alike()]

    def _longest(self) -> list[Doubles]:
        """How far each leaf is from the longest stretch of likely leaves, and whether that holds leaves like it."""
        if not len(self.likely):
            return [np.full(len(self.index), -1.0)] * 14
        at = self.likely
        breaks = np.flatnonzero(at[1:] - at[:-1] > _GAP) + 1
        starts = np.concatenate([[0], breaks])
        weights = self.chance[at] * self.chars[at]
        mass = np.add.reduceat(weights, starts)
        stops = np.concatenate([breaks, [len(at)]])
        longest = int(mass.argmax())
        inside = slice(int(starts[longest]), int(stops[longest]))
        return [
            *self._from_holder(self.element[at[inside]]),
            np.full(len(self.index), mass[longest] / max(_TINY, mass.sum())),
            *self._nearest(at[starts], at[stops - 1], mass / max(_TINY, mass.sum()), stops - starts),
            *self._beyond(int(at[inside][0]), int(at[inside][-1])),
            *self._shares(at[inside], weights[inside]),
            np.full(len(self.index), float(len(starts))),
        ]

    def _from_holder(self, elements: Ints) -> list[Doubles]:
        """Elements up to the smallest that holds the whole stretch, and from there."""
        outline, low, high = self.outline, int(elements.min()), int(elements.max())
        holder = int(elements[0])
        while holder > 0 and not (holder <= low and high < outline.ends[holder]):
            holder = outline.parents[holder]
        return apart(self.element, path_to(outline, holder), self.shape.depth, self.shape.behind)

    def _nearest(self, first: Ints, last: Ints, share: Doubles, count: Ints) -> list[Doubles]:
        """Of the nearest stretch: its share of the likely text, leaves to it, and likely leaves in it."""
        before = np.maximum(first.searchsorted(self.index, side="right") - 1, 0)
        after = np.minimum(before + 1, len(first) - 1)
        gaps = [np.maximum(first[each] - self.index, self.index - last[each]).clip(0) for each in (before, after)]
        nearest = np.where(gaps[0] <= gaps[1], before, after)
        return [share[nearest], np.minimum(*gaps).astype(np.float64), count[nearest].astype(np.float64)]

    def _beyond(self, first: int, last: int) -> list[Doubles]:
        """Leaves to the longest stretch, less than none before it, and how much unlikely text stands between."""
        index = self.index
        steps = np.where(index < first, index - first, np.maximum(index - last, 0))
        unlikely = np.concatenate([[0.0], np.where(self.chance < _LIKELY, self.chars, 0.0).cumsum()])
        before = unlikely[first] - unlikely[np.minimum(index + 1, first)]
        behind = unlikely[np.maximum(index, last + 1)] - unlikely[last + 1]
        return [steps.clip(_FAR_BACK, _FAR_ON).astype(np.float64), np.log1p(before + behind)]

    def _shares(self, inside: Ints, weights: Doubles) -> list[Doubles]:
        """Share of the longest stretch's other text that stands in elements like the leaf's."""
        own = np.zeros(len(self.index))
        own[inside] = weights
        rest = np.maximum(_TINY, weights.sum() - own)
        held = [np.bincount(key[inside], weights, int(key.max()) + 1)[key] for key in self.keys]
        return [(each - own) / rest for each in held]

    def _alike(self) -> list[Doubles]:
        """Of the other leaves like it: mean chance, by leaf and by text, and how much likely text; the nearest ones."""
        weight = np.log1p(self.chars)
        columns: list[Doubles] = []
        for key in self.keys[:2]:
            columns += _of_others(key, self.chance, weight)
        for key in (self.keys[3], self.keys[0]):
            columns += self._next_of(key)
        return columns

    def _next_of(self, key: Ints) -> list[Doubles]:
        """Chances of the last and the next leaf of the same key, and leaves to them."""
        order = key.argsort(kind="stable")
        is_same = key[order[1:]] == key[order[:-1]]
        earlier, later = order[:-1][is_same], order[1:][is_same]
        last, following = np.full(len(key), -1.0), np.full(len(key), -1.0)
        back, on = np.full(len(key), _NONE), np.full(len(key), _NONE)
        last[later], following[earlier] = self.chance[earlier], self.chance[later]
        back[later] = on[earlier] = later - earlier
        return [last, following, back, on]


def _of_others(key: Ints, chance: Doubles, weight: Doubles) -> list[Doubles]:
    count = np.bincount(key)[key].astype(np.float64)

    def others(values: Doubles) -> Doubles:
        total: Doubles = np.bincount(key, values)[key] - values
        return total

    mean = others(chance) / np.maximum(1, count - 1)
    by_text = others(chance * weight) / np.maximum(_TINY, others(weight))
    return [mean, by_text, count, others(np.where(chance > _LIKELY, weight, 0.0))]
