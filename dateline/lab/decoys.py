"""Pages that are no articles, and addresses that nobody may contact"""

from dateline.lab import material
from dateline.lab.model import Decoy, Site
from dateline.lab.poison import KINDS as POISONS

# kind: trait that brings it ("" for every site), path, whether seeds name it
_KINDS = (
    ("about", "", "/about", False),
    ("login", "", "/account/login", False),
    ("private", "", "/private/minutes-of-the-board", True),
    ("soft404", "soft404", "/world/story-that-was-withdrawn", True),
    ("consent", "consent", "/welt/hinter-der-zustimmung-4711.html", True),
    ("gallery", "gallery", "/galleries/ten-doors-of-the-old-town", True),
    ("video", "gallery", "/video/regatta-in-ninety-seconds", True),
    ("tag", "tags", "/tag/harbour/", True),
    ("trap", "traps", "/go/internal", True),
    ("teaser", "paywall", "/business/only-for-subscribers", True),
    ("gone", "soft404", "/world/never-was", True),
)


def decoys(site: Site, trap: str) -> list[Decoy]:
    """The site's pages that a perfect crawl leaves out of the articles. `trap` is empty where no trap stands."""
    words = material.words(site.languages[0])
    titles = {
        "gallery": words["gallery"],
        "video": words["video"],
        "soft404": words["missing"],
        "teaser": words["wall"],
    }
    poisons = [Decoy(site.id, f"/poison/{kind}", "poison", f"Poison {kind}", site.languages[0]) for kind in POISONS]
    return poisons + [
        Decoy(site.id, path, kind, titles.get(kind, f"{site.name}: {kind}"), site.languages[0], listed)
        for kind, trait, path, listed in _KINDS
        if (not trait or trait in site.traits) and (kind != "trap" or trap)
    ]
