"""Procurement: typed tables, digital scope, red flags, transparency rules. Value, not applicable, or unknown with what is missing."""
