"""Verdicts for people and for machines: records, prose, the terminal."""
