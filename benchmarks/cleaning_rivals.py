"""Other extractors behind one call, for the tables of benchmarks/cleaning.py"""

from collections.abc import Callable
from typing import Any


def trafilatura(html: bytes, url: str) -> dict[str, Any]:
    """The default extraction with metadata, comments left out."""
    import trafilatura as library

    found = library.bare_extraction(html, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {}
    authors = [name for name in (found.author or "").split("; ") if name]
    return {"title": found.title, "authors": authors, "published_at": found.date, "body": found.text}


def newspaper4k(html: bytes, url: str) -> dict[str, Any]:
    """Parsing only; images and the network are off."""
    import newspaper

    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=html.decode("utf-8", "replace"))
    article.parse()
    published = article.publish_date.isoformat() if article.publish_date else None
    return {"title": article.title, "authors": article.authors, "published_at": published, "body": article.text}


def resiliparse(html: bytes, url: str) -> dict[str, Any]:
    """Main content as text, and the title element; it reads no authors or dates."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(bytes_to_str(html, detect_encoding(html)))
    return {"title": tree.title, "body": extract_plain_text(tree, main_content=True), "url": url}


EXTRACTORS: dict[str, Callable[[bytes, str], dict[str, Any]]] = {
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "resiliparse": resiliparse,
}
