"""Where boxes and the lines between them go: in layers from left to right, as few lines crossing as is easily had.

A line that has something written at it goes through a place of its own for that, in a layer between those of the boxes;
so writing never covers writing, however many lines leave a box.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import attrs

Point = tuple[float, float]

BESIDE = 36.0
"""Free space between two layers, in pixels."""
BELOW = 14.0
"""Free space between two boxes of a layer, in pixels."""
_BELOW_LINE = 7.0
_BETWEEN_PARTS = 36.0
_SWEEPS = 12


@attrs.frozen
class Link:
    """A line to be drawn. source, target: keys of boxes. width, height: of what is written at it; 0 is nothing.

    is_weak: True if it is rather this one that goes back to the left, where lines go round in a circle.
    """

    source: str
    target: str
    width: float = 0.0
    height: float = 0.0
    is_weak: bool = False


@attrs.frozen
class Route:
    """points: where the line goes, from its source to its target. label: the middle of what is written at it."""

    points: tuple[Point, ...]
    label: Point


@attrs.frozen
class Layout:
    """width, height: of all of it. boxes: the upper left corner of each, by key. routes: of the links, in order."""

    width: float
    height: float
    boxes: Mapping[str, Point]
    routes: tuple[Route, ...]


def arranged(sizes: Mapping[str, tuple[float, float]], links: Sequence[Link], widest: float = 1_200.0) -> Layout:
    """Place boxes and links. sizes: width and height of each box; all in pixels.

    widest: about how wide it may become; parts that hang together stand side by side as long as they fit.
    """
    parts = [_Part(part, sizes, [link for link in links if link.source in part]) for part in _parts(sizes, links)]
    loose = [part for part in parts if len(part.boxes) == 1 and not part.routes]
    tied = [part for part in parts if part not in loose]
    places: list[tuple[_Part, float, float]] = []
    width, y = _pack(tied, widest, 0.0, places)
    loose_width, y = _pack(loose, max(widest, width), y, places, gap=BELOW)
    return _joined(places, links, max(width, loose_width), max(0.0, y - _BETWEEN_PARTS))


def _parts(keys: Iterable[str], links: Iterable[Link]) -> list[dict[str, None]]:
    """What hangs together, each in the order of the keys."""
    around: dict[str, list[str]] = {key: [] for key in keys}
    for link in links:
        around[link.source].append(link.target)
        around[link.target].append(link.source)
    part_of: dict[str, int] = {}
    count = 0
    for key in around:
        if key in part_of:
            continue
        found = [key]
        while found:
            here = found.pop()
            if here not in part_of:
                part_of[here] = count
                found += around[here]
        count += 1
    parts: list[dict[str, None]] = [{} for _ in range(count)]
    for key in around:
        parts[part_of[key]][key] = None
    return parts


def _pack(
    parts: list[_Part], widest: float, y: float, places: list[tuple[_Part, float, float]], gap: float = _BETWEEN_PARTS
) -> tuple[float, float]:
    """Put parts in rows; how wide that came out, and where what follows begins."""
    x = row = width = 0.0
    for part in parts:
        if x and x + part.width > widest:
            x, y, row = 0.0, y + row + gap, 0.0
        places.append((part, x, y))
        x += part.width
        width, row, x = max(width, x), max(row, part.height), x + gap
    return width, y + row + _BETWEEN_PARTS if parts else y


def _joined(places: list[tuple[_Part, float, float]], links: Sequence[Link], width: float, height: float) -> Layout:
    boxes: dict[str, Point] = {}
    routes: dict[int, Route] = {}
    for part, right, down in places:
        boxes |= {key: (x + right, y + down) for key, (x, y) in part.boxes.items()}
        for link, route in part.routes:
            points = tuple((x + right, y + down) for x, y in route.points)
            routes[id(link)] = Route(points, (route.label[0] + right, route.label[1] + down))
    return Layout(width, height, boxes, tuple(routes[id(link)] for link in links))


@attrs.define(eq=False)
class _Slot:
    """A place in a layer: of a box, of what is written at a line, or where a line only passes.

    y: of its middle. before, after: the slots that it is tied to in the layers beside it.
    """

    layer: int
    width: float
    height: float
    is_box: bool = False
    y: float = 0.0
    place: int = 0
    before: list[_Slot] = attrs.field(factory=list)
    after: list[_Slot] = attrs.field(factory=list)


class _Part:
    """Boxes that hang together, with the lines between them, laid out from (0, 0)."""

    def __init__(self, keys: Iterable[str], sizes: Mapping[str, tuple[float, float]], links: Sequence[Link]) -> None:
        self._keys = list(keys)
        self._turned = _turned(self._keys, links)
        ranks = self._ranks(links)
        self._slots = {key: _Slot(2 * ranks[key], *sizes[key], is_box=True) for key in self._keys}
        self._chains = [self._chain(link) for link in links]
        self._layers = self._in_layers()
        self._order()
        self._stack()
        self._place(links)

    # --- which layer

    def _ends(self, link: Link) -> tuple[str, str]:
        """From left to right: a line that closes a circle is turned round."""
        return (link.target, link.source) if link in self._turned else (link.source, link.target)

    def _ranks(self, links: Sequence[Link]) -> dict[str, int]:
        """How many steps each box is from the left: as many as the longest way to it has."""
        after: dict[str, list[str]] = {key: [] for key in self._keys}
        waits = dict.fromkeys(self._keys, 0)
        for left, right in map(self._ends, links):
            if left != right:
                after[left].append(right)
                waits[right] += 1
        firsts = [key for key in self._keys if not waits[key]]
        ranks = dict.fromkeys(self._keys, 0)
        free = list(firsts)
        for key in free:
            for other in after[key]:
                ranks[other] = max(ranks[other], ranks[key] + 1)
                waits[other] -= 1
                if not waits[other]:
                    free.append(other)
        for key in firsts:  # what nothing leads to stands beside what it leads to
            if after[key]:
                ranks[key] = min(ranks[other] for other in after[key]) - 1
        return ranks

    def _chain(self, link: Link) -> list[_Slot]:
        """The slots of a line, from the left; one of them has room for what is written at it. Empty for a loop."""
        left, right = (self._slots[key] for key in self._ends(link))
        if left is right:
            return []
        between = [_Slot(layer, 0.0, 0.0) for layer in range(left.layer + 1, right.layer)]
        # Where fewer lines meet there is more room.
        label = between[-1] if len(left.after) > len(right.before) else between[0]
        label.width, label.height = link.width, link.height
        chain = [left, *between, right]
        for one, other in pairwise(chain):
            one.after.append(other)
            other.before.append(one)
        return chain

    def _in_layers(self) -> list[list[_Slot]]:
        slots = [*self._slots.values(), *(slot for chain in self._chains for slot in chain[1:-1])]
        layers: list[list[_Slot]] = [[] for _ in range(1 + max(slot.layer for slot in slots))]
        for slot in slots:
            layers[slot.layer].append(slot)
        return layers

    # --- which order

    def _order(self) -> None:
        """Order each layer by the middle of what its slots are tied to, to and fro; the best of what came out stays."""
        _number(self._layers)
        best, crossings = [list(layer) for layer in self._layers], self._crossings()
        for sweep in range(_SWEEPS):
            if not crossings:
                break
            forth = sweep % 2 == 0
            for layer in self._layers if forth else reversed(self._layers):
                middles = {id(slot): _middle(slot.before if forth else slot.after, slot.place) for slot in layer}
                layer.sort(key=lambda slot: middles[id(slot)])
                _number([layer])
            found = self._crossings()
            if found < crossings:
                best, crossings = [list(layer) for layer in self._layers], found
        self._layers = best
        _number(best)

    def _crossings(self) -> int:
        count = 0
        for layer in self._layers:
            passed: list[int] = []
            for slot in layer:
                ends = sorted(other.place for other in slot.after)
                count += sum(len(passed) - bisect_right(passed, end) for end in ends)
                for end in ends:
                    insort(passed, end)
        return count

    # --- where exactly

    def _stack(self) -> None:
        """How far down: as near to the middle of what each slot is tied to as its neighbours leave room."""
        for layer in self._layers:
            y = 0.0
            for slot, gap in zip(layer, [0.0, *_gaps(layer)], strict=True):
                y += gap
                slot.y = y
        for sweep in range(_SWEEPS):
            forth = sweep % 2 == 0
            for layer in self._layers if forth else reversed(self._layers):
                wanted = [_wanted(slot, forth, sweep) for slot in layer]
                for slot, y in zip(layer, _apart(wanted, _gaps(layer)), strict=True):
                    slot.y = y
        top = min(slot.y - slot.height / 2 for layer in self._layers for slot in layer)
        for layer in self._layers:
            for slot in layer:
                slot.y -= top
        self.height = max(slot.y + slot.height / 2 for layer in self._layers for slot in layer)

    def _place(self, links: Sequence[Link]) -> None:
        lefts, x = [], 0.0
        widths = [max(slot.width for slot in layer) if layer else 0.0 for layer in self._layers]
        for width in widths:
            lefts.append(x)
            x += width + BESIDE
        has_loop = any(not chain for chain in self._chains)
        self.width = x - BESIDE + (BESIDE if has_loop else 0.0)
        self.boxes = {key: (lefts[slot.layer], slot.y - slot.height / 2) for key, slot in self._slots.items()}
        ports = self._ports()
        self.routes = [
            (link, self._route(link, chain, lefts, widths, ports))
            for link, chain in zip(links, self._chains, strict=True)
        ]

    def _ports(self) -> dict[tuple[int, int], float]:
        """Where each line leaves or enters a box, by the slots of the box and beside it: spread over its side."""
        ports = {}
        for slot in self._slots.values():
            for side in (slot.before, slot.after):
                for number, other in enumerate(sorted(side, key=lambda each: each.place), 1):
                    share = number / (len(side) + 1)
                    ports[id(slot), id(other)] = slot.y + (share - 0.5) * slot.height * 0.8
        return ports

    def _route(
        self,
        link: Link,
        chain: list[_Slot],
        lefts: list[float],
        widths: list[float],
        ports: Mapping[tuple[int, int], float],
    ) -> Route:
        if not chain:
            slot = self._slots[link.source]
            x, dy = lefts[slot.layer] + slot.width, slot.height / 4
            return Route(((x, slot.y - dy), (x + BESIDE * 0.6, slot.y), (x, slot.y + dy)), (x, slot.y))
        first, last = chain[0], chain[-1]
        points = [(lefts[first.layer] + first.width, ports[id(first), id(chain[1])])]
        for slot in chain[1:-1]:
            points += [(lefts[slot.layer], slot.y), (lefts[slot.layer] + widths[slot.layer], slot.y)]
        points.append((lefts[last.layer], ports[id(last), id(chain[-2])]))
        written = next((slot for slot in chain[1:-1] if slot.height), chain[1])
        label = (lefts[written.layer] + widths[written.layer] / 2, written.y)
        return Route(tuple(points[::-1] if link in self._turned else points), label)


def _turned(keys: list[str], links: Sequence[Link]) -> set[Link]:
    """The links that close a circle: of strong ones for one who walks from the boxes that nothing leads to; then each
    weak one that would close one with those before it.
    """
    after: dict[str, list[Link]] = {key: [] for key in keys}
    for link in links:
        if link.source != link.target and not link.is_weak:
            after[link.source].append(link)
    turned = _closing(after)
    onward = {key: [link.target for link in after[key] if link not in turned] for key in keys}
    for link in turned:
        onward[link.target].append(link.source)
    for link in links:
        if link.is_weak and link.source != link.target:
            if _leads(onward, link.target, link.source):
                turned.add(link)
                onward[link.target].append(link.source)
            else:
                onward[link.source].append(link.target)
    return turned


def _closing(after: Mapping[str, list[Link]]) -> set[Link]:
    led_to = {link.target for each in after.values() for link in each}
    turned, seen, open_ = set(), set(), set()
    for start in [*(key for key in after if key not in led_to), *after]:
        if start in seen:
            continue
        walk = [(start, iter(after[start]))]
        seen.add(start)
        open_.add(start)
        while walk:
            key, rest = walk[-1]
            onward = next(rest, None)
            if onward is None:
                open_.discard(key)
                walk.pop()
            elif onward.target in open_:
                turned.add(onward)
            elif onward.target not in seen:
                seen.add(onward.target)
                open_.add(onward.target)
                walk.append((onward.target, iter(after[onward.target])))
    return turned


def _leads(onward: Mapping[str, list[str]], start: str, end: str) -> bool:
    seen, found = {start}, [start]
    while found:
        here = found.pop()
        if here == end:
            return True
        for other in onward[here]:
            if other not in seen:
                seen.add(other)
                found.append(other)
    return False


def _number(layers: list[list[_Slot]]) -> None:
    for layer in layers:
        for place, slot in enumerate(layer):
            slot.place = place


def _middle(tied: list[_Slot], otherwise: float) -> float:
    return sum(slot.place for slot in tied) / len(tied) if tied else otherwise


def _gaps(layer: list[_Slot]) -> list[float]:
    """How far the middles of neighbours have to be apart."""
    return [
        (one.height + other.height) / 2 + (BELOW if one.is_box or other.is_box else _BELOW_LINE)
        for one, other in pairwise(layer)
    ]


def _wanted(slot: _Slot, forth: bool, sweep: int) -> float:
    """Where a slot would like to be: in the last rounds it looks to both sides."""
    tied = slot.before + slot.after if sweep >= _SWEEPS - 4 else slot.before if forth else slot.after
    return sum(other.y for other in tied) / len(tied) if tied else slot.y


def _apart(wanted: list[float], gaps: list[float]) -> list[float]:
    """As near to what is wanted as can be, by least squares, with these gaps at least: neighbours that would come too
    near move as one.
    """
    shift, shifts = 0.0, []
    blocks: list[tuple[float, int]] = []  # the mean of several, and how many
    for want, gap in zip(wanted, [0.0, *gaps], strict=True):
        shift += gap
        shifts.append(shift)
        mean, count = want - shift, 1
        while blocks and blocks[-1][0] > mean:
            other, more = blocks.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return [mean + shift for mean, shift in zip(means, shifts, strict=True)]
