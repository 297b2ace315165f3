-- Everything in the schema that is ours: what it is called, and how it is defined. What extensions brought is left out.
WITH ours AS (
  SELECT c.oid, c.relname, c.relkind, c.relrowsecurity FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))
SELECT 'relation ' || relname, relkind::text || CASE WHEN relrowsecurity THEN ' row security' ELSE '' END
FROM ours WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
UNION ALL
-- Of a country that `kezdesu partition` divided: what each partition is a part of, and by what a table is divided.
SELECT 'partition ' || c.relname, p.relname FROM pg_inherits i JOIN ours c ON c.oid = i.inhrelid
JOIN pg_class p ON p.oid = i.inhparent WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'key ' || relname, pg_get_partkeydef(oid) FROM ours WHERE relkind = 'p'
UNION ALL
SELECT 'column ' || c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || coalesce(' ' || pg_get_expr(f.adbin, f.adrelid), '')
FROM pg_attribute a JOIN ours c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'constraint ' || c.relname || '.' || n.conname,
  pg_get_constraintdef(n.oid) || CASE WHEN n.convalidated THEN '' ELSE ' not validated' END
FROM pg_constraint n JOIN ours c ON c.oid = n.conrelid WHERE n.contype <> 'n'
-- A foreign key to a divided table has a row for each of its partitions, which follows from the first.
AND NOT (n.conparentid <> 0 AND n.contype = 'f' AND EXISTS (
  SELECT 1 FROM pg_constraint first WHERE first.oid = n.conparentid AND first.conrelid = n.conrelid))
UNION ALL
SELECT 'index ' || t.relname || '.' || c.relname,
  pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid AND i.indisready THEN '' ELSE ' not valid' END
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN ours t ON t.oid = i.indrelid
UNION ALL
-- The triggers behind foreign keys have numbers for names: they are told only where somebody switched them off.
SELECT 'trigger ' || c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
FROM pg_trigger t JOIN ours c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal OR t.tgenabled <> 'O'
UNION ALL
SELECT 'function ' || p.proname, pg_get_functiondef(p.oid)
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'rule ' || c.relname || '.' || r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN ours c ON c.oid = r.ev_class
UNION ALL
SELECT 'policy ' || c.relname || '.' || p.polname, p.polcmd::text
FROM pg_policy p JOIN ours c ON c.oid = p.polrelid
