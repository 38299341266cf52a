from workers.clean.markup import parse
from workers.clean.outline import Outline
from workers.clean.segment import segment

PAGE = b"""<body><div class="text"><p>One</p><p>Two</p><p class="note">Three</p></div>
<div class="box"><div class="text"><p>Four</p></div></div><ul><li>Five</li></ul></body>"""


def outline_of(page: bytes) -> Outline:
    return segment(parse(page, "https://portal.example/a").tree.body)


def test_a_shape_tells_where_each_leaf_and_element_stands() -> None:
    outline = outline_of(PAGE)
    shape = outline.shape
    assert [outline.tags[at] for at in shape.element] == ["p", "p", "p", "p", "li"]
    assert shape.parents[0] == 0, "the top is its own parent"
    assert shape.parents[1:].tolist() == list(outline.parents[1:])
    assert (shape.depth.tolist(), shape.behind.tolist()) == (list(outline.depths), list(outline.ends))
    assert shape.behind[0] == len(outline.tags)


def test_leaves_are_of_a_kind_by_tag_and_classes_of_two_elements_and_in_the_wide_sense_of_three() -> None:
    shape = outline_of(PAGE).shape
    one, two, three, four, five = shape.kind.tolist()
    assert one == two == four
    assert len({one, three, five}) == 3
    one, two, _, four, _ = shape.wide_kind.tolist()
    assert one == two != four, "the box round the fourth tells them apart"
    assert len(set(shape.tag.tolist())) == 2


def test_kinds_are_numbered_without_a_gap() -> None:
    for numbers in (outline_of(PAGE).shape.kind, outline_of(PAGE).shape.wide_kind):
        assert set(numbers.tolist()) == set(range(int(numbers.max()) + 1))


def test_an_empty_page_has_an_empty_shape() -> None:
    shape = Outline().shape
    assert [len(each) for each in (shape.element, shape.parents, shape.kind, shape.wide_kind)] == [0] * 4
