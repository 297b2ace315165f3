"""Invented people: a demonstration to walk through, and a population of national size to measure with."""
