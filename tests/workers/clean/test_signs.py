from workers.clean.signs import BITS, element_signs


def test_stems_count_inside_words_whole_words_only_whole() -> None:
    assert element_signs("div", "relatedArticles") & BITS["related"]
    assert element_signs("div", "td-a_ad ads") & BITS["ad"]
    assert not element_signs("div", "shadow header-adorned") & BITS["ad"]


def test_two_words_in_a_row_count_as_one() -> None:
    assert element_signs("div", "read-more") & BITS["related"]
    assert element_signs("div", "ArticleBody__text") & BITS["body"]


def test_tags_and_all_names_add_up() -> None:
    bits = element_signs("figcaption", "x", "photo-credit", None, "caption")
    assert bits & BITS["t_figcaption"]
    assert bits & BITS["credit"]
    assert bits & BITS["caption"]
    assert element_signs("div", "") == 0
