import pytest

from tests.workers.clean.pages import page, signals


def test_site_names_come_from_everywhere() -> None:
    head = '<meta property="og:site_name" content="The Harbour Herald">'
    names = signals(page(head), portal="Herald of the Harbour").sites
    assert {"The Harbour Herald", "Herald of the Harbour", "harbourherald.example", "harbourherald"} <= set(names)


@pytest.mark.parametrize(
    ("foot", "name"),
    [
        ("© 2001-2026 Вестник Заречья. Все права защищены", "Вестник Заречья"),
        ("Copyright © 2026 The Harbour Post, all rights reserved", "The Harbour Post"),
        ("© Вечірня Калинівка, 2004-2026", "Вечірня Калинівка"),
        ("(c) 1999–2026 Lhotecké listy", "Lhotecké listy"),
    ],
)
def test_the_foot_of_a_page_names_its_site(foot: str, name: str) -> None:
    assert name in signals(page(behind=f"<p>{foot}</p>")).sites
