"""Bodies of a pack's pages by models that were trained without their sites"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.cleaning_forest import folds, train
from benchmarks.cleaning_pack import Page
from benchmarks.train_cleaning import training_pages
from workers.clean import body

_PROCESSES = 2


def cross_validated(pack: Path, weak: list[Path], count: int) -> dict[str, str]:
    """Body by page id. Weakly labelled and varied pages of a fold's sites are kept out of its training too."""
    pages, added = training_pages(pack, weak)
    jobs = []
    for seen, unseen in folds(pages, count):
        sites = {pages[at].site for at in unseen}
        training = [pages[at] for at in seen] + [page for page in added if page.site not in sites]
        jobs.append((training, [pages[at] for at in unseen]))
    bodies: dict[str, str] = {}
    with ProcessPoolExecutor(_PROCESSES) as pool:
        for found in pool.map(_fold, jobs):
            bodies |= found
    return bodies


def _fold(job: tuple[list[Page], Iterable[Page]]) -> dict[str, str]:
    training, held_out = job
    model = train(training)
    bodies = {}
    for page in held_out:
        kept = body.select(model.chances(page.outline, page.features))
        bodies[str(page.gold["id"])] = body.body_text(body.blocks_of(page.outline, kept))
    return bodies
