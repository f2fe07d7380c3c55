"""Immutable snapshots of evidence: content-addressed Parquet segments and an append-only commit log. See docs/store.md."""

from litmus.store.add import Progress, Receipt, add
from litmus.store.faultlog import KeptFault, faults, retry
from litmus.store.layout import Store, StoreError, make_store, open_store
from litmus.store.log import Commit
from litmus.store.snapshot import Snapshot
from litmus.store.sweep import sweep
from litmus.store.verify import verify

__all__ = [
    "Commit",
    "KeptFault",
    "Progress",
    "Receipt",
    "Snapshot",
    "Store",
    "StoreError",
    "add",
    "faults",
    "make_store",
    "open_store",
    "retry",
    "sweep",
    "verify",
]
