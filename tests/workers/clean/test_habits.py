from hypothesis import given, settings
from hypothesis import strategies as st

from workers.clean.habits import MAX_LINES, MIN_ARTICLES, Habits, PageBlock, hold_any, learn, merge, strip

BOX = PageBlock("Get the evening briefing in your inbox")


def page(number: int, *more: PageBlock) -> list[PageBlock]:
    own = [PageBlock(f"Report {number} paragraph {part} with words of its own, told at length.") for part in range(4)]
    return [*own, *more]


def learned(*pages: list[PageBlock]) -> Habits:
    habits = Habits()
    for each in pages:
        habits = learn(habits, each)
    return habits


def companies(habits: Habits) -> dict[str, list[str]]:
    return {key: habits.company(key) for key in habits.lines}


def stripped(habits: Habits, blocks: list[PageBlock]) -> list[PageBlock]:
    return [blocks[at] for at in strip(habits, blocks)]


def test_a_line_that_stands_under_different_articles_is_taken_out() -> None:
    habits = learned(*(page(number, BOX) for number in range(MIN_ARTICLES)))
    assert stripped(habits, page(99, BOX)) == page(99)


def test_a_line_on_fewer_articles_stays() -> None:
    habits = learned(*(page(number, BOX) for number in range(MIN_ARTICLES - 1)))
    assert stripped(habits, page(99, BOX)) == page(99, BOX)


def test_one_article_at_many_addresses_is_one_article() -> None:
    habits = learned(*(page(1, BOX) for _ in range(20)))
    assert stripped(habits, page(1, BOX)) == page(1, BOX)
    assert habits.articles == 1


def test_linked_promos_are_known_by_the_words_before_the_colon() -> None:
    promos = [PageBlock(f"Read also: Headline number {number}", is_linked=True) for number in range(MIN_ARTICLES)]
    habits = learned(*(page(number, promo) for number, promo in enumerate(promos)))
    new = PageBlock("Read also: Something unseen", is_linked=True)
    assert stripped(habits, page(99, new)) == page(99)
    speech = PageBlock("Read also: said by a person in an interview")
    assert stripped(habits, page(99, speech)) == page(99, speech)


def test_lines_kept_earlier_are_known_for_habits_whether_they_were_links_or_not() -> None:
    promos = [PageBlock(f"Read also: Headline number {number}", is_linked=True) for number in range(MIN_ARTICLES)]
    habits = learned(*(page(number, promo, BOX) for number, promo in enumerate(promos)))
    known = habits.known()
    assert hold_any(["Text", BOX.text], known)
    assert hold_any(["Read also: Something else"], known)
    assert not hold_any(["Text", "Read on: Something else"], known)


def test_two_that_went_on_from_the_same_know_together_what_one_would() -> None:
    common = learned(page(0, BOX))
    ours, theirs, both = common, common, common
    for number in range(1, 7):
        ours = learn(ours, page(number, BOX)) if number % 2 else ours
        theirs = theirs if number % 2 else learn(theirs, page(number, BOX))
        both = learn(both, page(number, BOX))
    found = merge(ours, theirs, common.articles)
    assert found.articles == both.articles
    assert companies(found) == companies(both)
    assert merge(Habits(), theirs, 0) == theirs
    assert merge(theirs, theirs, theirs.articles) == theirs


def test_which_lines_are_new_habits() -> None:
    before = learned(*(page(number, BOX) for number in range(MIN_ARTICLES)))
    line = PageBlock("Our evening letter, free of charge")
    habits = before
    for number in range(10, 10 + MIN_ARTICLES):
        habits = learn(habits, page(number, BOX, line))
    fresh = habits.known() - before.known()
    assert hold_any([line.text], fresh)
    assert not hold_any([BOX.text], fresh)


def test_habits_survive_saving_and_other_versions_reset_them() -> None:
    habits = learned(*(page(number, BOX) for number in range(6)))
    assert Habits.from_json(habits.to_json()) == habits
    of_another_version = habits.to_json().replace('"version":2', '"version":1')
    for text in (None, "", "{}", "[]", "nonsense", '{"version":0}', '{"version":2,"articles":1}', of_another_version):
        assert Habits.from_json(text) == Habits()
    for damage in ('"articles":"x","lines":{}', '"articles":1,"lines":7'):
        assert Habits.from_json(f'{{"version":2,{damage}}}') == Habits()


def test_memory_is_bounded() -> None:
    habits = Habits()
    for number in range(60):
        habits = learn(habits, [PageBlock(f"line {number} {part}") for part in range(60)])
    assert len(habits.lines) <= MAX_LINES


BLOCKS = st.lists(st.builds(PageBlock, st.text("abc :", min_size=1, max_size=12), st.booleans()), max_size=6)


@given(st.lists(BLOCKS, max_size=14), BLOCKS)
@settings(max_examples=150)
def test_most_of_a_page_always_stays(pages: list[list[PageBlock]], blocks: list[PageBlock]) -> None:
    habits = learned(*pages)
    stay = strip(habits, blocks)
    assert sum(len(blocks[at].text) for at in stay) * 2 >= sum(len(block.text) for block in blocks)
    assert stay == sorted(set(stay))


@given(st.lists(BLOCKS, max_size=10), st.randoms(use_true_random=False))
def test_text_of_its_own_always_stays_and_order_does_not_matter(pages: list[list[PageBlock]], chance) -> None:
    mixed = chance.sample(pages, len(pages))
    one, other = learned(*pages), learned(*mixed)
    assert companies(one) == companies(other)
    own = [PageBlock("zzz words that stand nowhere else zzz")]
    assert stripped(one, own) == own
