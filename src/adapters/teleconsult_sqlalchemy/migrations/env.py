"""What Alembic runs around a migration. Reached only through `schema.upgrade` and `schema.script`.

The connection (or the dialect, when the statements are only written down), the prefix and the
schema come from there; there is no ini file, and nothing here touches logging.
"""

from alembic import context

where = context.config.attributes["where"]
tables = context.config.attributes["tables"]

context.configure(
    **where,
    target_metadata=tables.metadata,
    version_table=context.config.attributes["version_table"],
    version_table_schema=tables.schema,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction around all of it is ours
    prefix=tables.prefix,
    schema=tables.schema,
)
context.run_migrations()
