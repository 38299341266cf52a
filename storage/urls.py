"""Canonical URL, host key, and which addresses belong together"""

import re
from functools import cache, lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

import idna
from publicsuffixlist import PublicSuffixList

# What only says how a reader came here, or who the reader is: never which article it is.
TRACKING = re.compile(
    r"utm_\w+|at_\w+|wt_\w+|hsa_\w+|pk_\w+|mtm_\w+|vero_\w+|ns_\w+|fb_\w+|mc_[ce]id|_ga|_gl|gclid|gclsrc|dclid|gbraid|wbraid"
    r"|fbclid|igshid|msclkid|yclid|twclid|ttclid|li_fat_id|mkt_tok|cmpid|cmp|campaign_id|ocid|smid|smtyp|xtor|xtref|spm"
    r"|sr_share|soc_src|soc_trk|guccounter|guce_\w+|ref_src|ref_url|referrer|trk|ito|cid_source|_branch_match_id|fromrss"
    r"|feed_id|partner_source|share_token|syndication|dicbo|taid|trackid|oly_\w+|s_kwcid|ef_id|zanpid|wickedid",
    re.IGNORECASE,
)
SESSION = re.compile(
    r"php_?sess(ion)?_?id|j?session_?id|aspsessionid\w*|cfid|cftoken|sid|osid|s_?id_token|zenid", re.IGNORECASE
)
# Another dress of the same article, asked for by a parameter; the plain address has it too.
VARIANT = re.compile(
    r"amp|output|outputtype|print|printable|printer_?friendly|mode|view|format|template|m", re.IGNORECASE
)
VARIANT_VALUES = {"amp", "print", "printable", "printerfriendly", "mobile", "1", "true", "yes", ""}
ONE_VALUE = {
    "mode": {"print", "amp"},
    "view": {"print", "amp", "mobile"},
    "format": {"amp", "print"},
    "template": {"print", "amp"},
    "m": {"1"},
    "output": {"amp", "print"},
}
REF = {"rss", "feed", "atom", "twitter", "facebook", "newsletter", "home", "homepage", "social", "share", "email", "nl"}

CREDENTIALS = re.compile(r"(//)[^\s/?#]*@")
PATH_SESSION = re.compile(r";(?:j?session_?id|phpsessid)=[^/?#;]*", re.IGNORECASE)
UNSAFE = re.compile(r"\s*[\t\r\n]\s*|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff]+")
PLAIN_PATH = re.compile(r"(?:/[\w~-][\w.~-]*)*/?", re.ASCII)  # stands as it is
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 2083
RAW_TIMES = 3
# Never a portal: mail, shells, databases, caches. A feed that names one wants us to speak to it.
BLOCKED_PORTS = frozenset((
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
    540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3306, 3659, 4045, 5060, 5061,
    5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 9200, 10080, 11211, 27017,
))  # fmt: skip


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@lru_cache(maxsize=4096)  # the seeds of a portal name the same pages
def canonical(url: str, base: str | None = None, longest: int = LONGEST) -> str | None:
    """The one spelling of an http(s) URL that stands for its page; None for what can't be fetched.

    Absolute, host in lower-case ASCII, no default port, fragment, session or tracking parameter; parameters in
    order. Credentials are dropped: they are not ours to send or to log.
    """
    try:
        text = absolute(base or "", url)
    except ValueError:
        return None
    if LONE_SURROGATE.search(text):
        return None
    if len(text) > RAW_TIMES * longest:  # tracking can be long, and falls off
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = _host(parts.hostname)
    if parts.scheme not in DEFAULT_PORTS or host is None:
        return None
    if port == 0 or port in BLOCKED_PORTS:
        return None
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    found = urlunsplit((parts.scheme, netloc, _path(parts.path), _query(parts.query), ""))
    return found if len(found) <= longest else None


def absolute(base: str, link: str) -> str:
    """A link as somebody wrote it, without what can't be seen, made absolute. Raises ValueError for what is none."""
    return urljoin(base, UNSAFE.sub("", link).strip())


def without_credentials(text: str) -> str:
    """A URL, or any text that holds some, with each user name and password taken out."""
    return CREDENTIALS.sub(r"\1", text)


def _host(name: str | None) -> str | None:
    if not name:
        return None
    name = name.rstrip(".").lower()
    if ":" in name:
        return f"[{name}]"
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    return name if re.fullmatch(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?", name) and ".." not in name else None


def _path(path: str) -> str:
    if PLAIN_PATH.fullmatch(path):
        return path or "/"
    # Escapes first: "%2e%2e" climbs, too, and would get past robots.txt.
    path = PATH_SESSION.sub("", _readable(path))
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    text = re.sub(r"//+", "/", "/".join(kept)) or "/"
    return quote(text if text.startswith("/") else "/" + text, safe="/%:@!$&'()*+,;=~-._")


def _readable(text: str) -> str:
    """Percent escapes in one spelling: those of plain letters undone, the others in capitals."""
    return re.sub(r"%([0-9a-fA-F]{2})", _escape, re.sub(r"%(?![0-9a-fA-F]{2})", "%25", text))


def _escape(match: "re.Match[str]") -> str:
    letter = chr(int(match[1], 16))
    return letter if letter.isascii() and (letter.isalnum() or letter in "-._~") else match[0].upper()


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape", max_num_fields=None)
    kept = sorted((k, v) for k, v in pairs if not _is_idle(k, v))
    return urlencode(kept, errors="surrogateescape")


def _is_idle(key: str, value: str) -> bool:
    if TRACKING.fullmatch(key) or SESSION.fullmatch(key):
        return True
    low, val = key.lower(), value.lower()
    if low in ("ref", "source", "src", "from", "via"):
        return val in REF
    return bool(VARIANT.fullmatch(key)) and val in ONE_VALUE.get(low, VARIANT_VALUES)


def host_key(url: str) -> str:
    """The host of a canonical URL with its port, if that isn't the usual one: the unit of politeness."""
    return urlsplit(url).netloc


@lru_cache(maxsize=4096)
def site(host: str) -> str:
    """The registered domain of a host; the host itself, port included, for IP addresses and bare names."""
    name = host.rsplit(":", 1)[0] if re.search(r":\d+$", host) else host
    return _suffixes().privatesuffix(name) or host


def is_home(url: str, home: str) -> bool:
    """Whether a URL is a portal's front page."""
    one, other = urlsplit(url), urlsplit(home)
    if site(one.netloc) != site(other.netloc):
        return False
    return one.path.rstrip("/") in ("", other.path.rstrip("/"), "/index.html", "/index.php", "/home") and not one.query


def belongs(url: str, home: str, hosts: tuple[str, ...] = ()) -> bool:
    """Whether a URL lies on the portal: same registered domain as its home, or one of its further hosts."""
    host = urlsplit(url).netloc
    return site(host) == site(urlsplit(home).netloc) or host in hosts or host.rsplit(":", 1)[0] in hosts


def accept_canonical(page_url: str, claimed: str | None, home: str, hosts: tuple[str, ...] = ()) -> str:
    """The canonical URL of a page that claims one: the claim where it can be trusted, else the page's own.

    Not trusted: the front page or a section above the page, another portal (a copy that credits its source names
    it so; the article is still this portal's), an address that can't be fetched.
    """
    found = canonical(claimed, page_url) if claimed else None
    if found is None or found == page_url or is_home(found, home) or not belongs(found, home, hosts):
        return page_url
    return page_url if _is_above(found, page_url) else found


def _is_above(claimed: str, page_url: str) -> bool:
    """A claim that is a mere folder of the page's path says "section", unless only a variant's name lies between."""
    one, other = urlsplit(claimed), urlsplit(page_url)
    if one.netloc != other.netloc or one.query:
        return False
    top, path = one.path.rstrip("/"), other.path.rstrip("/")
    if not path.startswith(top + "/"):
        return top == "" and path != ""
    rest = path[len(top) + 1 :]
    is_variant = re.fullmatch(
        r"(amp|print|mobile|index|full|all|\d{1,2}|page/\d{1,2}|seite-\d{1,2})(\.html?)?/?", rest, re.IGNORECASE
    )
    return is_variant is None
