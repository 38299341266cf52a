"""What Alembic runs for each command; the connection is given by storage/schema.py"""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeEngine

from storage.models import every
from storage.models.base import Base, BigId, Json, UtcDateTime


def render(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types by their names, so that a step is short and keeps its meaning."""
    if kind != "type" or not isinstance(item, TypeEngine):
        return False
    names = {id(BigId): "BigId", id(Json): "Json"}
    name = "UtcDateTime()" if isinstance(item, UtcDateTime) else names.get(id(item))
    if name is None:
        return False
    autogen.imports.add(f"from storage.models.base import {name.removesuffix('()')}")
    return name


context.configure(
    render_item=render,
    connection=context.config.attributes["connection"],
    target_metadata=every.MODULES and Base.metadata,
    compare_type=True,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
