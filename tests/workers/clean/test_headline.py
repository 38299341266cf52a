import pytest

from tests.workers.clean.pages import signals
from workers.clean.headline import confirmed, largest, lines
from workers.clean.signals import Signals

TITLE = "Ferry talks go on after a long night"
TEXT = (
    "The harbour chiefs asked for a pause of a day or two.",
    "The minister spoke at noon and left by the back door.",
)


def shown(top: str, sites: tuple[str, ...] = (), head: str = "") -> Signals:
    html = f"<head>{head}</head><table><tr><td>{top}</td></tr></table>" + "".join(f"<p>{text}</p>" for text in TEXT)
    return signals(html, TEXT)


@pytest.mark.parametrize(
    "told",
    [TITLE, f"The Harbour Post: {TITLE}", f"{TITLE} | News", f"The Post :: News :: {TITLE.upper()}", f"{TITLE} - Post"],
)
def test_a_line_that_the_head_confirms(told: str) -> None:
    seen = shown(f"<b>The Harbour Post</b><br><br>3.11.2026<br><br>{TITLE}<br><br>By Ada Quill")
    assert confirmed(lines(seen, []), [told]) == TITLE


@pytest.mark.parametrize("told", ["", "Another report of the night", f"Why the {TITLE}", f"{TITLE}shore"])
def test_a_line_that_the_head_does_not_confirm(told: str) -> None:
    assert confirmed(lines(shown(TITLE), []), [told]) is None


def test_links_and_the_sites_name_are_no_headline() -> None:
    seen = shown(f'<a href="/">{TITLE}</a>')
    assert confirmed(lines(seen, []), [TITLE]) is None
    assert confirmed(lines(shown(TITLE), [TITLE.upper()]), [TITLE]) is None


@pytest.mark.parametrize(
    "markup",
    [
        '<font size="5"><b>{}</b></font>',
        "<font size=+2>{}</font>",
        '<span style="font-size: 22px">{}</span>',
        '<div style="font-size:1.5em"><b>{}</b></div>',
        "<center><b>{}</b></center>",
        "<h2>{}</h2>",
        "<b>{}</b>",
    ],
)
def test_the_line_in_the_largest_letters(markup: str) -> None:
    top = f"<p>News of the harbour</p><p><font size=2><b>A bold word of the day</b></font></p><p>{markup}</p>"
    seen = shown(top.format(TITLE))
    assert largest(seen.markup.tree, lines(seen, [])) in {TITLE, "A bold word of the day"}
    assert largest(seen.markup.tree, lines(seen, ["A bold word of the day"])) == TITLE


def test_lines_of_one_size_name_no_headline() -> None:
    seen = shown(f"<p>{TITLE}</p><p>By Ada Quill of the Post</p>")
    assert largest(seen.markup.tree, lines(seen, [])) is None
