"""Readers, printers and lines without hardware: shipped, so that a bridge can be tried and taught on any machine."""
