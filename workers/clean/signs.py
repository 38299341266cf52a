"""What the tag, class, id and role of an element say about the text inside it"""

import re
from collections.abc import Mapping
from functools import lru_cache

# Stems that portals' templates use in class, id, role and itemprop, by what they say. A stem counts wherever
# it stands in a word, `=` before it asks for the whole word; two words in a row count as one too, so
# `readmore` also stands for `read-more`. Order is the order of bits and of model features.
SIGN_STEMS: dict[str, str] = {
    "body": "articlebody storybody entrybody postbody contentbody textbody pagebody articlecontent storycontent"
    " entrycontent postcontent textcontent newscontent articletext storytext posttext entrytext bodytext bodycopy"
    " bodycontent articlemain richtext fulltext maintext texto cuerpo corpo wysiwyg prose =body",
    "article": "article story =post =entry =news beitrag artikel articulo noticia =single hentry",
    "content": "content inhalt contenu conteudo contenido =main =text =inner copy paragraph absatz textblock blocktext",
    "related": "relat recommend recirc morefrom moreon morenews morestories morearticles morelike morein readalso"
    " readmore readnext readon alsoread seealso popular trending =most mostread mostviewed latest tease promo outbrain"
    " taboola zergnet upnext nextarticle nextpost nextup =prev =previous similar suggest further linklist articlelink"
    " inlinelink empfehl weitere verwandt mehrzum auchinter leesook relacionad leia maislidas masleid lire voiraussi"
    " crosslink topstor headlines yarpp ranking",
    "share": "share sharing social facebook twitter whatsapp =follow addtoany addthis teilen partag compart bookmark"
    " =print emailthis toolbar =tools actions reaction likes rating =vote feedback",
    "comment": "comment disqus kommentar discuss respond =reply forum coment livefyre spotim =coral opinionstage"
    " reactie komentar yorum commentaire",
    "nav": "=nav navbar menu breadcrumb crumb paginat =pager paging =tabs =tab =toc tableofcontents =skip sitemap"
    " search masthead topbar hamburger navigation",
    "footer": "foot bottom copyright =legal disclaimer imprint impressum colophon =terms",
    "header": "header =head banner topbar hero =cover logo =brand",
    "ad": "=ad =ads advert adslot adunit adcontainer adwrap adbox sponsor =dfp =gpt promoted affiliate commercial"
    " anzeige werbung publicid reklam =shop product =deal =deals coupon =price",
    "newsletter": "newsletter signup =subscribe =subscription =subscriptions abonn paywall piano regwall register"
    " =login premium =cta callto donat"
    " support membership download =push notification =alert inlineform optin mailchimp",
    "caption": "caption cutline legende bildunterschrift bildtext piefoto piedefoto fototext imagetext imagemeta",
    "picture": "image =img photo picture figure gallery slide carousel media video player audio podcast lightbox thumb"
    " foto bild galerie swiper embed iframe =map chart infographic graphic",
    "credit": "credit copyright =source quelle fuente fotograf rights attribution",
    "byline": "author byline writer contributor reporter journalist autor verfasser auteur =firma signature editor"
    " profile vcard =bio",
    "date": "date =time publish posted timestamp datum uhrzeit fecha =hora dateline",
    "meta": "=meta =info details dateline kicker eyebrow overline roofline dachzeile category sectionname sectionlabel"
    " rubri channel label badge =flag =views reading minread duration location",
    "tags": "=tag =tags tagged topic keyword categories themen schlagwort etiqueta hashtag sujets",
    "title": "title headline heading =hed titre titulo titel titolo ueberschrift",
    "dek": "=dek deck summary standfirst subtitle subhead subline =lead =lede intro excerpt description teasertext"
    " abstract vorspann untertitel chapo bajada entradilla subtitulo sommario strap perex ingress anriss keypoints"
    " highlights tldr bullet",
    "side": "=side sidebar aside =rail widget module complementary secondary tertiary rightcol leftcol column sticky",
    "box": "=box infobox factbox =fact card panel accordion tooltip modal popup overlay toast snackbar dropdown dialog"
    " collapse notice message infokasten hintergrund",
    "consent": "cookie consent gdpr privacy =cmp onetrust didomi usercentrics adblock browserwarn unsupported",
    "hidden": "hidden =hide invisible visually sronly screenreader displaynone uhide offscreen dnone printonly"
    " mobileonly skipto assistive",
    "quote": "quote =pull zitat tweet instagram citation testimon facebookpost tiktok",
    "live": "=live ticker liveblog update timeline breaking",
    "list": "list =feed stream =grid =item =items result archive collection =row river =loop cards tiles",
    "correction": "correct editornote editorsnote editornotes clarif errat updatenote =note rettel korrektur berichtig",
    "data": "stock =quote market weather =score fixture currency horoscope crossword =games",
}
_TAG_SIGNS = {
    "article": "t_article", "main": "t_main", "aside": "t_aside", "nav": "t_nav", "footer": "t_footer",
    "header": "t_header", "form": "t_form", "figure": "t_figure", "figcaption": "t_figcaption", "table": "t_table",
    "ul": "t_list", "ol": "t_list", "li": "t_item", "blockquote": "t_quote", "section": "t_section",
    "button": "t_button", "dl": "t_list", "details": "t_details", "dialog": "t_dialog", "p": "t_p",
    "h1": "t_h1", "h2": "t_head", "h3": "t_head", "h4": "t_head", "h5": "t_head", "h6": "t_head",
    "a": "t_a", "label": "t_form", "fieldset": "t_form", "address": "t_address", "time": "t_time", "pre": "t_pre",
}  # fmt: skip
SIGN_NAMES = (*SIGN_STEMS, *dict.fromkeys(_TAG_SIGNS.values()))
BITS = {name: 1 << at for at, name in enumerate(SIGN_NAMES)}
TAG_BITS = {tag: BITS[name] for tag, name in _TAG_SIGNS.items()}
HIDDEN = BITS["hidden"]
# Said for screen readers only, as the names and styles that templates share have it: "(opens in a new tab)". No column
# of the features, for such text is read nowhere.
UNSEEN = 1 << len(SIGN_NAMES)
_UNSEEN_NAME = re.compile(r"\bsr-?only\b|visually-?hidden|hide-?visually|screen-?readers?(?:-text|-only)\b")
_UNSEEN_STYLE = re.compile(r"\bclip(?:-path)?:\s*(?:rect\(\s*[01](?:px)?\b|inset\(\s*50%)")


def _stem_bits(is_whole: bool) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, stems in SIGN_STEMS.items():
        for stem in stems.split():
            if stem.startswith("=") == is_whole:
                word = stem.removeprefix("=")
                found[word] = found.get(word, 0) | BITS[name]
    return found


_WHOLE = _stem_bits(True)
_PARTS = _stem_bits(False)
_HEAD = min(map(len, _PARTS))


def _by_head() -> dict[str, list[tuple[str, int]]]:
    """Stems by their first letters: where no stem starts, one look tells it."""
    found: dict[str, list[tuple[str, int]]] = {}
    for stem, bits in _PARTS.items():
        found.setdefault(stem[:_HEAD], []).append((stem, bits))
    return found


_BY_HEAD = _by_head()
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# Generated names (css modules, utility classes) carry no meaning past these lengths.
_MAX_NAME = 160
_MAX_WORD = 30


def element_signs(tag: str, *names: str | None) -> int:
    """Bits that the tag and the values of class, id, role and itemprop say."""
    bits = TAG_BITS.get(tag, 0)
    for name in names:
        if name:
            bits |= name_signs(name)
    return bits


_NAMES = ("id", "role", "itemprop")  # attributes that are read as the class is
_TELLING = frozenset({*_NAMES, "style", "hidden", "aria-hidden"})


def attribute_signs(attributes: Mapping[str, str | None], classes: str) -> int:
    """Bits that an element's attributes say; `classes` is what its class holds, "" without one."""
    signs = name_signs(classes) if classes else 0
    # Few elements have more than a class, and few of these any that tells something.
    if len(attributes) == bool(classes) or _TELLING.isdisjoint(attributes):
        return signs
    for name in _NAMES:
        if told := attributes.get(name):
            signs |= name_signs(told)
    style = attributes.get("style") or ""
    if "none" in style or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        signs |= HIDDEN
    return signs | UNSEEN if style and _is_clipped(style) else signs


def _is_clipped(style: str) -> bool:
    """Whether an element's own style cuts all of it off, as templates do it that can't count on a class."""
    return "clip" in style and bool(_UNSEEN_STYLE.search(style))


@lru_cache(maxsize=20_000)
def name_signs(name: str) -> int:
    """Bits that one such value says."""
    bits = UNSEEN if _UNSEEN_NAME.search(name[:_MAX_NAME].lower()) else 0
    before = ""
    for found in _WORD.findall(name[:_MAX_NAME]):
        word = found.lower()
        bits |= _word_signs(word)
        pair = before + word
        bits |= _PARTS.get(pair, 0) | _WHOLE.get(pair, 0)
        before = word
    return bits


@lru_cache(maxsize=50_000)
def _word_signs(word: str) -> int:
    bits = _WHOLE.get(word, 0)
    word = word[:_MAX_WORD]
    for start in range(len(word) - _HEAD + 1):
        for stem, says in _BY_HEAD.get(word[start : start + _HEAD], ()):
            if word.startswith(stem, start):
                bits |= says
    return bits
