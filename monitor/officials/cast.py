"""The speakers of one document: who each name, role, pronoun and body in it is.

The document is read once (``cast_of``). ``Cast.resolve`` answers for the source of an attribution with a
``Speaker``, or with a ``Held`` that says what is missing; it never takes the nearest name for want of a
better.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from extractors.languages import words
from monitor.model import Held, Span, Speaker
from monitor.officials.mentions import Mention, read_mentions
from monitor.officials.names import latin, name_key
from monitor.officials.persons import compatible
from monitor.officials.placed import speaking
from monitor.officials.register import Register
from monitor.officials.roles import Role, read_role
from monitor.officials.setting import Setting
from monitor.officials.unnamed import Unnamed
from monitor.officials.word_lists import word_lists

#: Tokens that a mention with all its roles takes at most.
_LONGEST = 120


class Cast(Unnamed):
    """The people, bodies and states of one document."""

    def resolve(self, source: Span | str, near: Span) -> Speaker | Held:
        """Who the source of an attribution is.

        ``source`` is the noun phrase as it stands in the text, or its words; ``near`` the attributed
        words, which decide between two occurrences of such words. Never raises.
        """
        span = source if isinstance(source, Span) else self._locate(source, near)
        if span is None:
            return self._alone(str(source))
        inside = speaking(self.reading, self._inside(span), span)
        names = [m for m in inside if m.name and not m.organised and self._names(m, span)]
        names = [m for m in names if not self._place_of(m, inside)]
        people = [m for m in names if not m.possessed] or ([] if len(inside) > len(names) else names)
        if people:
            return self._person(people[0])
        for mention in inside:
            if mention.name and mention.organised and not mention.possessed and self._names(mention, span):
                return Speaker(mention.name, latin(mention.name, self.language), "other", body=mention.name)
            if mention.pronoun and not self._article(mention, span):
                return self._pronoun(mention, near)
            if mention.role.head and mention.role.head != "relay" and not mention.name:
                return self._role(self._part(mention, span), span)
        for mention in inside:
            if mention.name:
                return self._person(mention)
        return Held("speaker_unresolved", f"nobody is named in “{span.of(self.text)[:80]}”")

    def _place_of(self, mention: Mention, inside: Sequence[Mention]) -> bool:
        """Whether a name only says where the body before it is (`the Support Unit in Geneva`)."""
        before = mention.first - 1
        links = word_lists(self.language, "links").get("in", ())
        placed = before > 0 and not mention.roles and self.reading.tokens.folded[before] in links
        return placed and any(one.role.head == "body" and one.last == before for one in inside)

    def _article(self, mention: Mention, span: Span) -> bool:
        """Whether what is read as a pronoun is the article of the source's noun (`el informe`: `él`)."""
        tokens = self.reading.tokens
        written = tokens.slice(mention.first, mention.last).lower()
        forms = words(self.language, "roles").get("pronouns", {}).values()
        return written not in {form for listed in forms for form in listed} and len(
            tokens.within(span.start, span.end)
        ) > (mention.last - mention.first)

    def _part(self, mention: Mention, span: Span) -> Mention:
        """The part of a role phrase that the source is, where it leaves out words before it, or an office
        behind a private body."""
        within = self.reading.tokens.within(span.start, span.end)
        first, last = max(within.start, mention.first), mention.last
        if self.reading.lex.inflects and within.stop < last and mention.role.private:
            last = within.stop  # `Zdaniem fundacji minister powinien …`
        if (first, last) == (mention.first, mention.last):
            return mention
        tags = [tag for tag in self.reading.tags if first <= tag.first and tag.last <= last]
        role = read_role(self.reading.tokens, self.reading.lex, tags)
        if not role.head and last == mention.last:
            return mention
        return replace(mention, first=first, last=last, role=self.setting.completed(role, mention), roles=[])

    def unsaid(self, offset: int, near: Span | None = None) -> Speaker | Held:
        """Whom a verb without a subject speaks of: as a pronoun at this place that tells no sex.

        ``near`` are its words, if they are quoted: whom they name is somebody else.
        """
        if not len(self.reading.tokens):
            return Held("speaker_unresolved", "an empty text")
        at = min(self.reading.tokens.at(offset), len(self.reading.tokens) - 1)
        return self._pronoun(Mention(at, at + 1, Role(), pronoun="open"), near)

    def _locate(self, source: str, near: Span) -> Span | None:
        source = source.strip()
        spans = (
            [Span(m.start(), m.end()) for m in re.finditer(re.escape(source), self.text)] if source else []
        )
        whole = [span for span in spans if self._is_whole(span)]
        return min(whole or spans, key=lambda span: abs(span.start - near.start), default=None)

    def _is_whole(self, span: Span) -> bool:
        """Whether the words stand by themselves (`Ukraine`, not `Russia-Ukraine`)."""
        around = self.text[max(0, span.start - 1) : span.start] + self.text[span.end : span.end + 1]
        return not any(char.isalnum() or char == "-" for char in around)

    def _alone(self, source: str) -> Speaker | Held:
        """A source whose words do not stand in the text."""
        source = source.strip()
        if not source:
            return Held("speaker_unresolved", "no source")
        title = self.setting.heading.tokens.text if self.setting.heading else None
        cast = cast_of(source, self.language, self.register, self.on, title=title, home=self.home)
        cast.told = self._told_states()
        for mention in cast.reading.mentions:
            known = self.people.find(name_key(mention.name, self.language), mention) if mention.name else None
            if known is not None:
                return self._person(known.mentions[0])
        titled = self._titled(cast.reading.mentions)
        if titled is not None:
            return titled
        found = cast.resolve(Span(0, len(source)), Span(0, 0))
        if isinstance(found, Speaker) and found.kind == "other" and found.role is None and found.body is None:
            return Held("speaker_unresolved", f"{found.name} is not named in the text")
        return found

    def _titled(self, mentions: Sequence[Mention]) -> Speaker | Held | None:
        """The one person of the text who has the office that opens a headline's source."""
        role = mentions[0].role if mentions and not mentions[0].name else Role()
        if role.head != "office" or not (role.state or role.body_id) or role.indefinite:
            return None
        holders = [
            person
            for person in self.people.all
            if any(own.office == role.office and compatible(role, own) for own in person.roles)
        ]
        return self._person(holders[0].mentions[0]) if len(holders) == 1 else None

    def _inside(self, span: Span) -> list[Mention]:
        wanted = self.reading.tokens.within(span.start, span.end)
        mentions = self.reading.mentions
        start = bisect_left(mentions, wanted.start - _LONGEST, key=lambda mention: mention.first)
        end = bisect_left(mentions, wanted.stop, key=lambda mention: mention.first)
        return [mention for mention in mentions[start:end] if mention.last > wanted.start]

    def _names(self, mention: Mention, span: Span) -> bool:
        """Whether the name itself, and not only its role, stands in the span."""
        tokens = self.reading.tokens
        start, end = tokens.starts[mention.name_first], tokens.ends[mention.name_last - 1]
        return start < span.end and span.start < end


def cast_of(
    text: str,
    language: str,
    register: Register,
    on: date,
    segments: Sequence[Span] = (),
    title: str | None = None,
    home: str | None = None,
    country: str | None = None,
) -> Cast:
    """Reads a document's speakers.

    ``on`` is the day the words were said or published; ``segments`` the posts of a live page, out of which
    no pronoun or bare role looks; ``home`` the state of the ministry or
    parliament whose own site this is; ``country`` that of a newspaper or broadcaster (none for an agency,
    whose reports are about everywhere).
    """
    heading = read_mentions(title, language) if title else None
    titled = [mention.name for mention in heading.mentions if mention.name] if heading else []
    reading = read_mentions(text, language, titled)
    return Cast(language, register, on, reading, Setting(reading, heading, tuple(segments), home, country))
