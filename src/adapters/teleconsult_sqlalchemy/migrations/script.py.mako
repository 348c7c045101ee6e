"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    prefix, schema = op.get_context().opts["prefix"], op.get_context().opts["schema"]
    ${upgrades if upgrades else "raise NotImplementedError"}


def downgrade() -> None:
    prefix, schema = op.get_context().opts["prefix"], op.get_context().opts["schema"]
    ${downgrades if downgrades else "raise NotImplementedError"}
