"""How Alembic reaches the application's database and its tables."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

db = current_app.extensions["migrate"].db


def in_plain_types(kind: str, thing: Any, _: object) -> str | Literal[False]:
    """Write our own column types as what the database stores: a migration must not change when our code does."""
    return f"sa.{thing.impl!r}" if kind == "type" and isinstance(thing, TypeDecorator) else False


with db.engine.connect().execution_options(writes=True) as connection:
    context.configure(connection=connection, target_metadata=db.metadata, render_item=in_plain_types)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
