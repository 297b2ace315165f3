"""Institutions, convicts, relatives and a year of visits, the same for the same seed, written as the service writes.

`draw` what there is, `scribe` its events, `load` both. Nobody in it exists, and its keys follow from the seed: never
for an installation that real people use.
"""
