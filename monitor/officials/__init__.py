"""Who speaks: states and their standing, the register of officials, role phrases, a document's speakers.

``load_register`` gives the facts; ``parse_role`` reads a role phrase of anybody; ``cast_of`` reads a
document once, and its ``Cast.resolve`` turns the source of an attribution into a ``Speaker``, or into a
``Held`` that says what is missing.
"""

from __future__ import annotations

from monitor.officials.cast import Cast, cast_of
from monitor.officials.loading import load_register
from monitor.officials.register import Body, Holding, Office, Official, Register, Term
from monitor.officials.roles import Role, body_kind, parse_role
from monitor.officials.states import standing

__all__ = [
    "Body",
    "Cast",
    "Holding",
    "Office",
    "Official",
    "Register",
    "Role",
    "Term",
    "body_kind",
    "cast_of",
    "load_register",
    "parse_role",
    "standing",
]
