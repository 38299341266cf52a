import pytest

from tests.workers.clean.pages import TEXT, page, signals
from workers.clean import paywall

FREE = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":true}</script>'
PAID = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>'
BOX = "<div class=paywall><p>Subscribe to continue reading.</p></div>"
LONG = TEXT * 8


@pytest.mark.parametrize(
    ("head", "behind", "text", "expected"),
    [
        ("", "", TEXT, False),
        (FREE, "", TEXT, False),
        (PAID, "", TEXT, True),
        (PAID, BOX, TEXT, True),
        ("", BOX, TEXT, True),
        (FREE, "<aside><p>Subscribe to our paper for the full experience.</p></aside>", LONG, False),
        ("", "<footer><p>Already a subscriber? Sign in.</p></footer>", LONG, False),
        ("", "<div><p>Dieser Artikel ist Abonnenten vorbehalten.</p></div>", TEXT[:1], True),
        ("", "<div><p>Réservé aux abonnés</p></div>", TEXT[:1], True),
        ("", "<div><p>Материал доступен по подписке</p></div>", TEXT[:1], True),
        ('<meta property="article:content_tier" content="locked">', BOX, TEXT, True),
        ('<meta property="article:content_tier" content="free">', "", TEXT, False),
    ],
)
def test_a_text_that_was_cut_off_for_subscribers(head: str, behind: str, text: tuple[str, ...], expected: bool) -> None:
    is_paywalled, why = paywall.judge(signals(page(head, behind=behind, text=text), text))
    assert is_paywalled is expected
    assert 0.5 < why.confidence < 1


@pytest.mark.parametrize(
    "line", ["Subscribe to read the full story", "Para seguir leyendo, suscríbete", "この記事は有料会員限定です"]
)
def test_prompts(line: str) -> None:
    assert paywall.is_prompt(line)


@pytest.mark.parametrize("line", ["The paper lost subscribers last year.", "", "The premium on oil rose."])
def test_what_is_no_prompt(line: str) -> None:
    assert not paywall.is_prompt(line)
