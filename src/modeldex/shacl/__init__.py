"""SHACL over a store, set by set: each constraint is one query that finds what breaks it."""
