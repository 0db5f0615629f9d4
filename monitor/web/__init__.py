"""The ledger as web pages, for reading; and the two places where links in messages lead.

``site(opened)`` gives an ASGI application. Pages of the ledger change nothing. Only a signed link lets its
reader act: say what is wrong with a statement, or leave a list. Nothing acts on a mere visit.
"""

from __future__ import annotations

from monitor.web.site import site

__all__ = ["site"]
