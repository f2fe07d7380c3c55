"""Litmus: cited verdicts on digital conditionality targets that missing evidence cannot overturn."""

__version__ = "0.1.0"

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litmus.app_notebook import Finding, Notebook, Table
    from litmus.app_notebook import open_notebook as open  # noqa: A004 - `litmus.open` is what a notebook wants to say

_PUBLIC = {"open": "open_notebook", "Notebook": "Notebook", "Table": "Table", "Finding": "Finding"}
__all__ = ["Finding", "Notebook", "Table", "open"]


def __getattr__(name: str) -> Any:
    """The public names are loaded when they are asked for: `litmus --help` needs none of them."""
    if name not in _PUBLIC:
        msg = f"module 'litmus' has no attribute {name!r}"
        raise AttributeError(msg)
    from litmus import app_notebook

    return getattr(app_notebook, _PUBLIC[name])
