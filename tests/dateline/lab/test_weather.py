from dateline.lab.model import World


def test_bulletins_are_alike_and_each_a_story_of_its_own(demo: World) -> None:
    series = [article for article in demo.articles if "series" in article.traits]
    assert len(series) == 18
    assert len({article.story for article in series}) == len(series)
    assert len({article.versions[0].body for article in series}) == len(series)
    assert all(article.copy_kind is None for article in series)
