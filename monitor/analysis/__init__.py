"""The composition: what the readers and the rules see in one document, put together into reports.

``analyse`` reads and judges; ``analyse_page`` judges a page that was read; ``analyse_job`` is for worker
processes; ``analysis_to_dict`` gives the object that ``clusterwatch analyze --json`` prints.
"""

from __future__ import annotations

from monitor.analysis.compose import analyse, analyse_job, analyse_page
from monitor.analysis.shape import analysis_to_dict

__all__ = ["analyse", "analyse_job", "analyse_page", "analysis_to_dict"]
