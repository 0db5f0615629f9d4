"""The one way to the network for feeds and pages: guarded, polite, bounded, every refusal by name.

``HttpFetcher(FetchPolicy(...)).fetch_all(wanted)`` is all that the rest of the program uses.
"""

from monitor.fetch.client import HttpFetcher
from monitor.fetch.policy import FetchPolicy
from monitor.fetch.states import STATES

__all__ = ["STATES", "FetchPolicy", "HttpFetcher"]
