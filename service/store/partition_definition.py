"""What stands on a table of PostgreSQL besides its columns, in statements that give it to another of the same name."""

from dataclasses import dataclass

import sqlalchemy as sa

_CONSTRAINTS = """
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = CAST(:name AS regclass) AND contype <> 'n' AND conparentid = 0
ORDER BY contype = 'p' DESC, conname
"""
_INDEXES = """
SELECT pg_get_indexdef(indexrelid) FROM pg_index i WHERE indrelid = CAST(:name AS regclass)
AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = i.indrelid) ORDER BY 1
"""
_TRIGGERS = """
SELECT pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal ORDER BY tgname
"""
_RIGHTS = """
SELECT format('GRANT %s ON %s TO %s', a.privilege_type, c.oid::regclass,
  CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = CAST(:name AS regclass) AND a.grantee <> c.relowner ORDER BY 1
"""


@dataclass(frozen=True)
class Definition:
    """Constraints, indexes, triggers and rights of a table, each as the statement that makes it."""

    constraints: tuple[str, ...]
    indexes: tuple[str, ...]
    triggers: tuple[str, ...]
    rights: tuple[str, ...]

    def statements(self) -> tuple[str, ...]:
        """All of them, in an order in which they can be made."""
        return self.constraints + self.indexes + self.triggers + self.rights


def definition_of(connection: sa.Connection, table: str) -> Definition:
    """What stands on `table` now, with the names it has."""

    def told(asked: str) -> tuple[str, ...]:
        found = connection.execute(sa.text(asked), {"name": f"public.{table}"})
        return tuple(statement for (statement,) in found)

    return Definition(told(_CONSTRAINTS), told(_INDEXES), told(_TRIGGERS), told(_RIGHTS))
