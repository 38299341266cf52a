"""Pages that servers and firewalls put in the place of an article, answered with 200"""

from datetime import UTC, datetime

import pytest

from storage.domain import CleanedArticle, PageContext, Rejection
from workers.clean.reading import PortalReader

URL = "https://a.example/news/council-approves-the-bridge-2731"
CONTEXT = PageContext(url=URL, final_url=URL, fetched_at=datetime(2026, 11, 24, tzinfo=UTC), content_type="text/html")
PAGES = {
    "Access Denied": "You don't have permission to access this page on this server. Reference #18.2d351ab8.155. If you "
    "believe that this is an error, please contact the administrator and include the number above.",
    "We will be back soon": "Sorry for the inconvenience, but we are performing some maintenance at the moment. If you "
    "need to you can always contact us, otherwise we will be back online shortly.",
    "503 Service Unavailable": "The server is unable to handle your request, since it is overloaded. Try again later.",
    "Wartungsarbeiten": "Wir arbeiten gerade an unserer Seite und sind in wenigen Minuten wieder f\u00fcr Sie da. Wir "
    "bitten um Ihr Verst\u00e4ndnis und w\u00fcnschen Ihnen bis dahin einen sch\u00f6nen Tag.",
    "Acceso denegado": "Su solicitud ha sido bloqueada por el cortafuegos del sitio. Si cree que se trata de un error, "
    "escriba a la redacci\u00f3n e indique el n\u00famero que aparece abajo.",
}


def read(title: str, paragraphs: str) -> CleanedArticle | Rejection:
    page = f"<!doctype html><html><title>{title}</title><body><h1>{title}</h1>{paragraphs}</body></html>"
    return PortalReader().read(page.encode(), CONTEXT)


@pytest.mark.parametrize("title", PAGES)
def test_they_are_no_articles(title: str) -> None:
    assert isinstance(read(title, f"<p>{PAGES[title]}</p>"), Rejection)


def test_an_article_about_such_a_page_is_one() -> None:
    sentence = (
        "The ministry answered with access denied for {0} hours on Monday, officials said, and {0} forms were lost. "
    )
    text = "".join(f"<p>{sentence.format(n) * 4}</p>" for n in range(3, 9))
    assert isinstance(read("Access denied: how a ministry lost its own website", text), CleanedArticle)
