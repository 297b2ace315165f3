"""Backup and restore: a copy of the database under a key of its own, and the way back, checked against the record."""
