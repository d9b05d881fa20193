"""Where boxes go: none on another, lines from left to right, writing that nothing covers; on examples and at random."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.views.layout import Layout, Link, arranged

SIZE = (100.0, 40.0)


def lay(
    links: list[Link], more: tuple[str, ...] = (), widest: float = 1_200.0
) -> tuple[Layout, dict[str, tuple[float, float]]]:
    keys = dict.fromkeys([*(end for link in links for end in (link.source, link.target)), *more])
    sizes = dict.fromkeys(keys, SIZE)
    return arranged(sizes, links, widest), sizes


def overlaps(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def frames(layout: Layout, sizes: dict[str, tuple[float, float]]) -> list[tuple[float, float, float, float]]:
    return [(x, y, x + sizes[key][0], y + sizes[key][1]) for key, (x, y) in layout.boxes.items()]


def test_a_line_goes_from_left_to_right() -> None:
    layout, _ = lay([Link("a", "b"), Link("b", "c"), Link("a", "c")])
    x = {key: place[0] for key, place in layout.boxes.items()}
    assert x["a"] < x["b"] < x["c"]


def test_a_weak_line_goes_back_where_lines_go_round() -> None:
    for links in (
        [Link("a", "b"), Link("b", "a", is_weak=True)],
        [Link("b", "a", is_weak=True), Link("a", "b")],
        [Link("c", "b"), Link("b", "a", is_weak=True), Link("a", "b")],
    ):
        layout, _ = lay(links)
        assert layout.boxes["a"][0] < layout.boxes["b"][0]


def test_what_nothing_leads_to_stands_beside_what_it_leads_to() -> None:
    layout, _ = lay([Link("a", "b"), Link("b", "c"), Link("late", "c")])
    assert layout.boxes["late"][0] == layout.boxes["b"][0]


def test_lines_that_need_not_cross_do_not() -> None:
    layout, _ = lay([Link("a", "z"), Link("b", "y"), Link("a", "x"), Link("b", "w")])
    y = {key: place[1] for key, place in layout.boxes.items()}
    assert (y["a"] < y["b"]) == (max(y["z"], y["x"]) < min(y["y"], y["w"]))


def test_what_does_not_hang_together_stands_beside_or_below() -> None:
    links = [Link(f"a{number}", f"b{number}") for number in range(6)]
    layout, _ = lay(links, widest=700.0)
    assert layout.width <= 700
    assert len({y for _, y in layout.boxes.values()}) == 3


def test_boxes_without_lines_come_last_in_rows() -> None:
    layout, _ = lay([Link("a", "b")], more=tuple(f"q{number}" for number in range(20)), widest=500.0)
    assert layout.boxes["q0"][1] > layout.boxes["a"][1]
    assert layout.width <= 500


def test_nothing_takes_no_room() -> None:
    assert arranged({}, []) == Layout(0.0, 0.0, {}, ())


names = st.sampled_from("abcdefghij")
links_at_random = st.lists(
    st.builds(Link, names, names, st.sampled_from([0.0, 60.0]), st.just(18.0), st.booleans()), max_size=25
).map(lambda links: [link if link.width else Link(link.source, link.target, is_weak=link.is_weak) for link in links])


@given(links_at_random)
def test_nothing_ever_covers_a_box_or_a_label(links: list[Link]) -> None:
    layout, sizes = lay(links)
    written = [
        (x - link.width / 2, y - 9, x + link.width / 2, y + 9)
        for link, route in zip(links, layout.routes, strict=True)
        for x, y in [route.label]
        if link.height and link.source != link.target
    ]
    taken = frames(layout, sizes) + written
    for number, one in enumerate(taken):
        assert not any(overlaps(one, other) for other in taken[number + 1 :])
        assert one[0] >= -0.01
        assert one[1] >= -0.01
        assert one[2] <= layout.width + 0.01
        assert one[3] <= layout.height + 0.01


@given(links_at_random)
def test_every_line_begins_and_ends_at_its_boxes(links: list[Link]) -> None:
    layout, _ = lay(links)
    for link, route in zip(links, layout.routes, strict=True):
        for key, (x, y) in ((link.source, route.points[0]), (link.target, route.points[-1])):
            left, top = layout.boxes[key]
            assert x in (left, left + SIZE[0])
            assert top <= y <= top + SIZE[1]


@given(links_at_random)
def test_the_same_comes_out_the_same(links: list[Link]) -> None:
    assert lay(links) == lay(list(links))
