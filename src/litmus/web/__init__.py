"""The same pages live: read-only, with a search, a choice of places to compare, and a JSON API."""
