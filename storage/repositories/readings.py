"""What downstream reads: rows of the views as records"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from storage.db import Session


def articles(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every row of article_v1 in order of its id; times and lists come as the database gives them."""
    for record in session.execute(sa.text("SELECT * FROM article_v1 ORDER BY article_id")).mappings():
        yield {str(name): value for name, value in record.items()}
