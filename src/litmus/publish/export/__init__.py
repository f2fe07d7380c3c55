"""Exports: the tables of an edition, and the same for other people's formats."""
