"""Precision and recall of what the program finds, against answers written by people.

``load_gold`` reads the answers and their documents, ``evaluate_documents`` compares them with analyses and
lists every difference.
"""

from __future__ import annotations

from monitor.evaluation.gold import GoldSet, load_gold
from monitor.evaluation.measure import evaluate_documents

__all__ = ["GoldSet", "evaluate_documents", "load_gold"]
