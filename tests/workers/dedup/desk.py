"""An engine with its store, for tests."""

from benchmarks.memory_corpus import MemoryCorpus
from storage.domain import Document
from workers.dedup import classify
from workers.dedup.candidates import Index
from workers.dedup.engine import Engine
from workers.dedup.values import Placed


class Desk:
    """An engine with its store."""

    def __init__(self) -> None:
        self.corpus = MemoryCorpus()
        self.engine = Engine(classify.shipped(), Index())

    def place(self, *documents: Document) -> Placed:
        """Place a batch and save what it changes."""
        self.corpus.texts.update((document.article_id, document) for document in documents)
        placed = self.engine.place(documents, self.corpus)
        self.corpus.save(placed)
        return placed

    def story(self, article_id: int) -> int:
        """Return the story that an article stands in."""
        return self.corpus.standing[article_id].story
