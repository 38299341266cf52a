"""Answers one request to one site: which page, which status, which validators"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

from dateline.lab import listings, material, pages
from dateline.lab.model import Article, Decoy, Site, World

PAGE_LINKS = 40
RELATED = 4
DISALLOWED = ("/private/", "/account/", "/share")


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, headers and bytes. `tag` names the content for validators (empty: none are sent)."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    tag: str = ""
    modified_at: datetime | None = None


class Router:
    """All that one site answers; no request changes what another gets."""

    def __init__(self, world: World, site: Site) -> None:
        self.world = world
        self.site = site
        self.articles = sorted(world.by_site[site.id], key=lambda article: article.published_at, reverse=True)
        self._by_path = {article.path: article for article in self.articles}
        self._by_old_path = {article.old_path: article for article in self.articles if article.old_path}
        self._by_number = {article.number: article for article in self.articles}
        self._decoys = {decoy.path: decoy for decoy in world.decoys if decoy.site == site.id}
        self.is_poisoned = False  # switched by whoever runs the site

    def reply(self, target: str, headers: dict[str, str], now: datetime) -> Reply:
        """The answer to GET `target` (path and query) with lower-case request headers."""
        parts = urlsplit(target)
        answer = self._find(parts.path, dict(parse_qsl(parts.query)), now)
        if answer.status != 200 or not answer.tag:
            return answer
        return self._validated(answer, headers)

    @property
    def _listed(self) -> list[Decoy]:
        """Decoys that the seeds name: poison only where it is switched on."""
        return [d for d in self._decoys.values() if d.listed and (self.is_poisoned or d.kind != "poison")]

    def _find(self, path: str, query: dict[str, str], now: datetime) -> Reply:
        if path == "/robots.txt":
            return Reply(200, self._robots(), {"Content-Type": "text/plain; charset=utf-8"})
        seeds = {listings.PATHS[seed]: seed for seed in self.site.seeds if seed in listings.PATHS}
        if path in seeds:
            return self._seed(seeds[path], query, now)
        if path.startswith("/sitemaps/") and "sitemap_index" in self.site.seeds:
            return self._sitemap(path, now)
        if path in self._decoys and self._decoys[path].kind != "poison":
            return self._decoy(self._decoys[path], now)
        if path == "/" or path.startswith("/section/"):
            return self._listing(path, query, now)
        return self._article(path, query, now)

    def _article(self, path: str, query: dict[str, str], now: datetime) -> Reply:
        for variant, prefix in pages.VARIANT_PREFIX.items():
            inner = self._by_path.get(path.removeprefix(prefix))
            if variant in self.site.traits and path.startswith(prefix + "/") and inner and inner.is_listed(now):
                return self._page(inner, pages.variant_page(self.site, inner, now, variant), now)
        if path.startswith("/r/") and path[3:].isdecimal() and int(path[3:]) in self._by_number:
            return _redirect(302, self._by_number[int(path[3:])].path_at(now))
        moved = self._by_old_path.get(path)
        if moved and moved.path_at(now) != path:
            return _redirect(301, moved.path)
        article = moved or self._by_path.get(path)
        if not article or not article.is_listed(now) or article.path_at(now) != path:
            return self._missing(404)
        part = 2 if "paged" in article.traits and query.get("page") == "2" else 1
        html = pages.article_page(self.site, article, now, self._others(article, now), part)
        return self._page(article, html, now)

    def _page(self, article: Article, html: str, now: datetime) -> Reply:
        if article.is_gone(now):
            return self._missing(410)
        extra = {"X-Robots-Tag": "noarchive"} if "noarchive" in article.traits else {}
        version = article.version_at(now)
        return self._html(html, extra, f"{article.number} {version.at.isoformat()}", version.at)

    def _others(self, article: Article, now: datetime) -> list[Article]:
        """Neighbours in time, as related boxes show them: fixed for a page, so that its validator holds."""
        start = article.number * 7 % max(1, len(self.articles))
        ring = self.articles[start:] + self.articles[:start]
        known = (other for other in ring if other is not article and other.published_at < article.published_at)
        return [other for other, _ in zip(known, range(RELATED), strict=False) if not other.is_gone(now)]

    def _seed(self, seed: str, query: dict[str, str], now: datetime) -> Reply:
        out = self._out(now)
        if seed == "wordpress":
            status, extra, body = listings.wordpress(self.site, out, query, now)
            return self._listed_reply(status, body, "application/json", out, now, extra)
        if seed == "news_sitemap":
            return self._listed_reply(200, listings.news_sitemap(self.site, out, now), "application/xml", out, now)
        if seed == "sitemap_index":
            return self._listed_reply(200, listings.sitemap_index(self.site, out, now), "application/xml", out, now)
        makers = {"rss": listings.rss, "atom": listings.atom, "json": listings.json_feed}
        body = makers[seed](self.site, out, self._listed, now)
        return self._listed_reply(200, body, listings.MEDIA_TYPES[seed], out, now)

    def _sitemap(self, path: str, now: datetime) -> Reply:
        number = path.removeprefix("/sitemaps/articles-").removesuffix(".xml.gz")
        out = self._out(now)
        found = listings.sitemap(self.site, out, self._listed, int(number) if number.isdecimal() else 0, now)
        return self._listed_reply(200, found, "application/gzip", out, now) if found else self._missing(404)

    def _listing(self, path: str, query: dict[str, str], now: datetime) -> Reply:
        section = path.removeprefix("/section/") if path != "/" else None
        shown = [a for a in self._out(now) if not a.is_gone(now) and section in (None, a.section)]
        page = int(query["page"]) if query.get("page", "").isdecimal() else 1
        here = shown[(page - 1) * PAGE_LINKS : page * PAGE_LINKS]
        if section is not None and not here:
            return self._missing(404) if section not in self._sections() else self._listing_page(section, [], "", now)
        is_more = len(shown) > page * PAGE_LINKS
        pager = f'<a rel="next" href="{path}?page={page + 1}">»</a>' if is_more else ""
        links = [(self._link(article, now), article.version_at(now).title) for article in here]
        if section is None:
            links += [(decoy.path, decoy.title) for decoy in self._listed]
        return self._listing_page(section, links, pager, now)

    def _listing_page(self, section: str | None, links: list[tuple[str, str]], pager: str, now: datetime) -> Reply:
        title = self._sections().get(section or "", self.site.name)
        feeds = [(kind, listings.PATHS[seed]) for seed, kind in listings.MEDIA_TYPES.items() if seed in self.site.seeds]
        html = pages.listing_page(self.site, title, links, feeds, pager)
        return self._html(html, {}, hashlib.sha256(html.encode()).hexdigest(), self._changed_at(now))

    def _sections(self) -> dict[str, str]:
        sections: dict[str, str] = material.words(self.site.languages[0])["sections"]
        return sections

    def _link(self, article: Article, now: datetime) -> str:
        """How listings link: mostly plainly, now and then to a variant of the page."""
        prefixes = [pages.VARIANT_PREFIX[variant] for variant in pages.PLAIN_VARIANTS if variant in self.site.traits]
        path = article.path_at(now)
        if prefixes and article.number % 5 == 0 and path == article.path:
            return prefixes[0] + path
        return pages.tracked(self.site, path, "home")

    def _decoy(self, decoy: Decoy, now: datetime) -> Reply:
        if decoy.kind == "trap":
            return _redirect(302, f"http://{self.world.trap}/internal/admin")
        if decoy.kind == "gone":
            return self._missing(404)
        if decoy.kind == "tag":
            return self._listing("/", {}, now)
        return self._html(
            pages.decoy_page(self.site, decoy),
            {},
            f"decoy {decoy.path}",
            self.world.start,
            status=403 if decoy.kind == "login" else 200,
        )

    def _missing(self, status: int) -> Reply:
        decoy = Decoy(self.site.id, "", "soft404", str(status), self.site.languages[0])
        return self._html(pages.decoy_page(self.site, decoy), {}, "", None, status=status)

    def _out(self, now: datetime) -> list[Article]:
        return [article for article in self.articles if article.is_listed(now)]

    def _changed_at(self, now: datetime) -> datetime | None:
        return max((article.version_at(now).at for article in self._out(now)), default=None)

    def _html(
        self, html: str, extra: dict[str, str], tag: str, modified_at: datetime | None, status: int = 200
    ) -> Reply:
        charset = pages.charset(self.site)
        headers = {"Content-Type": f"text/html; charset={charset}", **extra}
        return Reply(status, html.encode(charset, "xmlcharrefreplace"), headers, tag, modified_at)

    def _listed_reply(
        self,
        status: int,
        body: bytes,
        media_type: str,
        out: list[Article],
        now: datetime,
        extra: dict[str, str] | None = None,
    ) -> Reply:
        """A seed's reply: its validator names the articles out and their versions, not the time of the answer."""
        state = " ".join(f"{a.number} {a.version_at(now).at.timestamp()}" for a in out)
        tag = hashlib.sha256(f"{media_type} {len(body)} {state}".encode()).hexdigest()
        return Reply(status, body, {"Content-Type": media_type, **(extra or {})}, tag, self._changed_at(now))

    def _robots(self) -> bytes:
        lines = ["User-agent: *", *(f"Disallow: {prefix}" for prefix in DISALLOWED)]
        if self.site.delay:
            lines.append(f"Crawl-delay: {self.site.delay:g}")
        lines += [f"Sitemap: {self.site.base}{listings.PATHS[seed]}" for seed in self.site.seeds if "sitemap" in seed]
        return ("\n".join(lines) + "\n").encode()

    def _validated(self, answer: Reply, headers: dict[str, str]) -> Reply:
        """Adds validators, and turns the answer into a 304 where the request's still hold (a liar: always)."""
        kind = self.site.validators
        sent: dict[str, str] = {}
        if kind in ("etag", "both", "liar"):
            sent["ETag"] = f'"{hashlib.sha256(answer.tag.encode()).hexdigest()[:20]}"'
        if kind in ("modified", "both") and answer.modified_at:
            sent["Last-Modified"] = format_datetime(answer.modified_at, usegmt=True)
        asked_tag, asked_time = headers.get("if-none-match"), headers.get("if-modified-since")
        is_same = (
            asked_tag == sent.get("ETag") if asked_tag else bool(asked_time) and asked_time == sent.get("Last-Modified")
        )
        if is_same or (kind == "liar" and (asked_tag or asked_time)):
            return Reply(304, b"", sent, answer.tag)
        return Reply(answer.status, answer.body, {**answer.headers, **sent}, answer.tag, answer.modified_at)


def _redirect(status: int, location: str) -> Reply:
    return Reply(status, b"", {"Location": location})
