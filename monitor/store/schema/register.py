"""The ledger's own name, and its copy of the register of officials."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from monitor.store.schema.base import Base, link


class Installation(Base):
    """One row: this ledger's own name, part of every Message-ID."""

    __tablename__ = "installation"
    uid: Mapped[str]
    created_at: Mapped[datetime]


class OfficialRow(Base):
    """A person who holds or held an office; ``key`` is the register's id."""

    __tablename__ = "officials"
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    wikidata: Mapped[str | None]
    aliases: Mapped[list[Any]]
    source: Mapped[str]


class OfficeRow(Base):
    """A canonical office, the same in every language."""

    __tablename__ = "offices"
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]


class TermRow(Base):
    """This person in this office from–to; an empty ``end`` means unknown after ``as_of``."""

    __tablename__ = "terms"
    official_id: Mapped[int] = link("officials.id")
    office: Mapped[str]
    title: Mapped[str]
    state: Mapped[str | None]
    start: Mapped[date | None]
    end: Mapped[date | None]
    as_of: Mapped[date | None]
    source: Mapped[str]


class BodyRow(Base):
    """A ministry, embassy, parliament or force that speaks as itself."""

    __tablename__ = "bodies"
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    state: Mapped[str | None]
    kind: Mapped[str]
    aliases: Mapped[list[Any]]
    source: Mapped[str]


class RegisterVersion(Base):
    """Which register is in the tables; changed data is loaded again."""

    __tablename__ = "register_versions"
    digest: Mapped[str] = mapped_column(unique=True)
    loaded_at: Mapped[datetime]
