-- Everything in the file that is ours: what it is called, and how it is defined.
SELECT 'column ' || m.name || '.' || p.name, p.type || CASE WHEN p."notnull" THEN ' not null' ELSE '' END
  || coalesce(' ' || p.dflt_value, '') || CASE WHEN p.pk THEN ' key ' || p.pk ELSE '' END
FROM sqlite_master m, pragma_table_xinfo(m.name) p WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_'
UNION ALL
SELECT type || ' ' || CASE WHEN tbl_name = name THEN '' ELSE tbl_name || '.' END || name, sql
FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'
