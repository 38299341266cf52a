"""Bodies of a pack's pages by models that were trained without their sites, all else as it ships"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.cleaning_forest import folds, train
from benchmarks.cleaning_pack import Page, context_of, gold_lines, html_of
from benchmarks.train_cleaning import training_pages
from storage.domain import CleanedArticle
from workers.clean import extract
from workers.clean.model import BodyModel, shipped

Found = dict[str, str]  # body or the reason of a rejection, by page id
_Job = tuple[Path, list[Page], list[Page]]


def cross_validated(pack: Path, weak: list[Path], count: int, processes: int = 1) -> tuple[Found, Found]:
    """Bodies and rejections. Weakly labelled and varied pages of a fold's sites are kept out of its training too."""
    pages, added = training_pages(pack, weak)
    jobs: list[_Job] = []
    for seen, unseen in folds(pages, count):
        sites = {pages[at].site for at in unseen}
        training = [pages[at] for at in seen] + [page for page in added if page.site not in sites]
        jobs.append((pack, training, [pages[at] for at in unseen]))
    # Pages without a single leaf: there is nothing that a model could judge, so any reads them alike.
    known = {page.gold["id"] for page in pages}
    bare = [gold for gold in gold_lines(pack) if gold.get("body") and gold["id"] not in known]
    bodies, rejections = read_by(shipped(), pack, bare)
    with ProcessPoolExecutor(processes) as pool:
        for found, rejected in pool.map(_fold, jobs):
            bodies |= found
            rejections |= rejected
    return bodies, rejections


def _fold(job: _Job) -> tuple[Found, Found]:
    pack, training, held_out = job
    return read_by(train(training), pack, [page.gold for page in held_out])


def read_by(body_model: BodyModel, pack: Path, lines: Iterable[dict[str, Any]]) -> tuple[Found, Found]:
    """Pages through all steps of cleaning, with this model in place of ours."""
    bodies: Found = {}
    rejections: Found = {}
    for gold in lines:
        name = str(gold["id"])
        found = extract.examine(html_of(pack, gold), context_of(gold), body_model=body_model).result
        if isinstance(found, CleanedArticle):
            bodies[name] = found.body
        else:
            rejections[name] = f"{found.reason}: {found.detail}"
    return bodies, rejections
