"""The errors of the program, one small tree; each says who must act.

ClusterwatchError
├── UsageError            the caller: a wrong command, a wrong setting            exit 2
│   └── SettingsError     … in clusterwatch.toml or the environment
├── StoreError            the operator: the database                             exit 3
│   ├── StoreUnreachable  … does not answer
│   └── SchemaMismatch    … has a schema that this version does not know
└── ItemError             nobody at once: one item failed; a named state keeps it  exit 0 or 1
    ├── FetchRefused      … could not or must not be fetched
    ├── NotAFeed          … is something else than a feed
    ├── Unreadable        … gave no text
    ├── ArchiveFailed     … an archive did not give a window of the past
    └── AdviserFailed     … got no advice from an optional helper
"""

from __future__ import annotations


class ClusterwatchError(Exception):
    """Root of the tree; its text is one clear sentence for a person."""


class UsageError(ClusterwatchError):
    """The caller must change the command."""


class SettingsError(UsageError):
    """The caller must change a setting."""


class StoreError(ClusterwatchError):
    """The operator must look at the database."""


class StoreUnreachable(StoreError):
    """The database does not answer."""


class SchemaMismatch(StoreError):
    """The database's schema is newer than the program, or is not ours."""


class ItemError(ClusterwatchError):
    """One item failed; ``state`` is the name under which it is kept, ``detail`` says more."""

    def __init__(self, state: str, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{state}: {detail}" if detail else state)
        self.state = state
        self.detail = detail
        self.retry_after = retry_after


class FetchRefused(ItemError):
    """A fetch that failed, or that a guard refused."""


class NotAFeed(ItemError):
    """The body is not a feed."""


class Unreadable(ItemError):
    """The document gave no text."""


class ArchiveFailed(ItemError):
    """An archive gave no answer, or one that is not what it documents; it may be asked again."""


class AdviserFailed(ItemError):
    """An optional helper gave nothing that can be used."""
