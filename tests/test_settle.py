"""What is open, what would settle it, and what is paid meanwhile: stage 2, witnesses, settling sets and bundles.

The oracle lists every world of a small problem, and for settling sets every subset of documents and every finding.
"""

from __future__ import annotations

