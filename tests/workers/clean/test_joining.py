"""The pages of a paginated article become one text"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.domain import Block, BlockKind, Moment, Precision
from tests.factories import NOW, cleaned
from workers.clean.joining import SHORTEST_REPEAT, is_same_text, join


def part(*lines, **words):
    blocks = tuple(Block(BlockKind.PARAGRAPH, line) for line in lines)
    body = "\n\n".join(lines)
    return replace(cleaned("The title", body), blocks=blocks, word_count=len(body.split()), **words)


def test_pages_follow_each_other_without_repeats():
    box = "A box that the portal shows on every page of it"
    whole = join(part("First.", box), [part("The title", "Second.", box), part("Third.", box, "Third.")])
    assert whole.body == f"First.\n\n{box}\n\nSecond.\n\nThird.\n\nThird."
    assert whole.word_count == len(whole.body.split())


def test_facts_are_united():
    later = Moment(NOW + timedelta(hours=1), Precision.SECOND, "meta", "offset")
    whole = join(
        part("First.", credits=("(AP)",), part_urls=("https://a.example/2",)),
        [part("Second.", credits=("(AP)", "dpa"), modified=later, is_paywalled=True, contributors=("Bo",))],
    )
    assert (whole.credits, whole.modified, whole.is_paywalled) == (("(AP)", "dpa"), later, True)
    assert (whole.contributors, whole.part_urls) == (("Bo",), ())


def test_captions_stay_beside_the_text():
    caption = Block(BlockKind.CAPTION, "A picture of the harbour, seen from the hill")
    second = replace(part("Second."), blocks=(caption, Block(BlockKind.PARAGRAPH, "Second.")))
    whole = join(part("First."), [second])
    assert whole.body == "First.\n\nSecond."
    assert caption in whole.blocks


LINES = st.lists(st.text("ab ", min_size=1, max_size=40).map(str.strip).filter(bool), max_size=5)


@given(LINES, st.lists(LINES, max_size=3))
def test_nothing_is_lost_and_no_long_line_stands_twice_over_pages(first, rest):
    whole = join(part(*first), [part(*lines) for lines in rest])
    kept = [block.text for block in whole.blocks]
    assert set(kept) == {line for lines in (first, *rest) for line in lines}
    assert kept[: len(first)] == first
    assert whole.word_count == len(whole.body.split())
    for line in {line for line in kept if len(line) >= SHORTEST_REPEAT}:
        pages_with = [lines for lines in (first, *rest) if line in lines]
        assert kept.count(line) == pages_with[0].count(line)


def test_a_beginning_that_was_cut_off_yields_to_the_whole_text():
    begun = "The harbour chiefs asked for a pause of a day"
    whole = join(part(f"{begun} […]"), [part(f"{begun} or two in the talks.", "Second.")])
    assert whole.body == f"{begun} or two in the talks.\n\nSecond."
    assert whole.word_count == len(whole.body.split())
    alone = join(part(f"{begun} …"), [part("Second.")])
    assert alone.body == f"{begun} …\n\nSecond."


def test_pages_tell_the_same_under_one_headline_or_with_one_beginning():
    begun = "The harbour chiefs asked for a pause of a day"
    first = part(f"{begun} …")
    assert is_same_text(first, part("Anything."))
    assert is_same_text(first, replace(part(f"{begun} or two."), title="Ferry"))
    assert not is_same_text(first, replace(part("Storm closes the bridge for a third night."), title="Storm"))
