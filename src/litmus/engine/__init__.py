"""Measures and indicators as ``.sql`` files: run on DuckDB as they are, carried to other engines through SQLGlot."""

from litmus.engine.query import Column, Param, Query, QueryFault, bundled, load

__all__ = ["Column", "Param", "Query", "QueryFault", "bundled", "load"]
