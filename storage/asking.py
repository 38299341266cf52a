"""Answers questions in SQL without letting them change anything"""

from typing import Any

import sqlalchemy as sa

from storage.db import Database
from storage.errors import Refused


def ask(database: Database, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows. Raises Refused for what isn't a question, or can't be answered."""
    if not database.is_sqlite:
        query = query.replace("%", "%%")  # the driver would take a bare one for a parameter
    readonly = "PRAGMA query_only = ON" if database.is_sqlite else "SET TRANSACTION READ ONLY"
    with database.engine.connect().execution_options(writes=False) as connection:
        connection.exec_driver_sql(readonly)
        try:
            result = connection.exec_driver_sql(query)
            if not result.returns_rows:
                raise Refused("that is no question: only SELECT gives rows")
            return list(result.keys()), [tuple(row) for row in result.fetchall()]
        except sa.exc.DBAPIError as error:
            raise Refused(f"the store can't answer that: {error.orig}") from error
        finally:
            connection.rollback()
            if database.is_sqlite:
                connection.exec_driver_sql("PRAGMA query_only = OFF")
