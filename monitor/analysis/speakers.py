"""Who speaks in each attribution of a document, with what the attributions before it tell."""

from __future__ import annotations

import re

from extractors.attribution import (
    is_demonym,
    is_document,
    is_epithet,
    is_plural_verb,
    person_of_state,
    pronoun_of,
    verb_sex,
)
from extractors.attribution.speech import RULE as SPEECH
from monitor.analysis.debates import Debaters
from monitor.analysis.speech import briefer, named_in_title, speaker_of_speech
from monitor.model import OFFICIAL_KINDS, Attribution, Held, Span, Speaker
from monitor.officials import Cast
from monitor.officials.states import of_state

_MARKS = frozenset('«»„“”"')


class Speakers:
    """Resolves sources in the order of the text.

    The document's cast answers for names, roles and bodies. Three things follow from the order of the
    attributions: a pronoun right after a sentence of one speaker is that speaker; `the statement` is whoever
    made it; an interview's answers are the person's whom its introduction names.
    """

    def __init__(self, text: str, language: str, cast: Cast) -> None:
        self._text, self._language, self._cast = text, language, cast
        self._debaters = Debaters(cast)
        self._last: dict[int | None, tuple[Speaker, Span]] = {}
        self._unknown: dict[int | None, tuple[Held, Span]] = {}
        self._answering: Speaker | Held | None = None
        self._speech: Speaker | Held | None = None

    def of(self, row: Attribution, post: int | None) -> tuple[Speaker | Held, str]:
        """The speaker, or why there is none, and the name under which the words are kept."""
        if row.source is None:
            speaker = self._interviewed(row)
            return (speaker, speaker.name) if isinstance(speaker, Speaker) else (speaker, "")
        words = row.source.of(self._text)
        if row.rule == SPEECH:
            speaker = self._speech = self._speech or speaker_of_speech(row.source, self._cast)
            return speaker, words if isinstance(speaker, Held) else speaker.name
        last = self._last.get(post)
        speaker = (
            self._unsaid(row, words, last) if row.unsaid else self._cast.resolve(row.source, row.content)
        )
        if row.rule == "transcript_label" and (member := self._debaters.of(words)) is not None:
            return member, words if isinstance(member, Held) else member.name
        if row.rule == "transcript_label":
            speaker = (briefer(words, self._cast) or speaker) if isinstance(speaker, Held) else speaker
            speaker = speaker if isinstance(speaker, Held) else named_in_title(speaker, self._cast)
        if row.unsaid:
            pass
        elif last is None:
            speaker = self._not_of_himself(row, words, speaker)
            if isinstance(speaker, Held) and is_document(words, self._language):
                speaker = self._issuer(row) or speaker
        else:
            if isinstance(speaker, Held) and is_document(words, self._language):
                apart = self._text[last[1].end : row.sentence.start].strip()
                speaker = (self._issuer(row) if apart else None) or last[0]
            elif self._calls_back(words, speaker, last[0]):
                speaker = self._meant(row, speaker, last)
            speaker = self._carried(row, words, speaker, last)
        speaker = self._still_unknown(row, words, speaker, post)
        self._learn(row, words, speaker)
        if isinstance(speaker, Held):
            self._unknown[post] = (speaker, row.sentence)
            return speaker, words
        known = self._last.get(post)
        if known is None or known[1] != row.sentence:
            self._last[post] = (speaker, row.sentence)
        return speaker, speaker.name

    def _issuer(self, row: Attribution) -> Speaker | Held | None:
        """The one body of the sentence before words read in a document (`X issued a note. “Q,” it reads`)."""
        reading = self._cast.reading
        starts = [at for at in reading.tokens.breaks if at < row.sentence.start]
        begin = starts[-2] if len(starts) > 1 else 0
        before = Span(begin, row.sentence.start)
        if "\n" in before.of(self._text).strip():
            return None
        bodies = [
            reading.span(mention)
            for mention in reading.mentions
            if before.covers(reading.span(mention))
            and (mention.name or mention.role.head in {"body", "office"})
        ]
        if len(bodies) > 1:
            return Held("speaker_unresolved", "whose the document is, is not said")
        found = self._cast.resolve(bodies[0], row.content) if bodies else None
        return found if isinstance(found, Speaker) and found.kind != "other" else None

    def _still_unknown(
        self, row: Attribution, words: str, speaker: Speaker | Held, post: int | None
    ) -> Speaker | Held:
        """A pronoun right after a sentence whose speaker is not known is that one, not the next best."""
        unknown = self._unknown.get(post)
        if unknown is None:
            return speaker
        between = self._text[unknown[1].end : row.sentence.start]
        if self._unnamed(speaker) and is_epithet(words, self._language):
            return unknown[0] if not between.strip() else speaker
        if row.unsaid and not between.strip() and self._read_in_document(row):
            return unknown[0]
        if pronoun_of(words, self._language) in (None, "any"):
            return speaker
        return unknown[0] if not between.strip() and "\n" not in between else speaker

    def _read_in_document(self, row: Attribution) -> bool:
        """Whether a verb without a subject tells what stands in a document (`در این نامه آمده است`)."""
        end = row.cue.start if row.cue is not None else row.sentence.start
        return any(is_document(word, self._language) for word in self._text[row.sentence.start : end].split())

    def _unsaid(self, row: Attribution, verb: str, last: tuple[Speaker, Span] | None) -> Speaker | Held:
        """Who goes on speaking where the verb stands alone (`Añadió que …`).

        The last speaker where his words stand right before; else the one person of whom the sentences
        before speak, if the last speaker, in this paragraph or the one before, is no other.
        """
        place = row.cue or row.sentence
        nobody = Held("speaker_unresolved", f"nobody is named with “{verb}”")
        if is_plural_verb(verb, self._language):
            return nobody
        known = self._cast.unsaid(place.start, row.content if row.kind == "direct" else None)
        if self._introduces(row, known):
            return known
        if row.rule == "clause_subject_cue" and row.cue is not None and row.kind == "indirect":
            # `S, ha spiegato, S`: whoever stands in the sentence is spoken of; the last speaker goes on.
            near = last is not None and not self._text[last[1].end : row.sentence.start].strip()
            return last[0] if last is not None and near else nobody
        if last is None:
            return known
        before, sentence = last
        between = self._text[sentence.end : row.sentence.start]
        sex = verb_sex(verb, self._language)
        if sex is not None and self._is_other(before, sex):
            return known if isinstance(known, Speaker) and not self._is_other(known, sex) else nobody
        if not between.strip():
            return before
        if between.count("\n") > 1:
            return nobody
        if isinstance(known, Speaker) and known.name != before.name:
            # Somebody came by: he it is, if the last speaker was not named again.
            here = between.rpartition("\n")[2]  # in a new paragraph, who stands before in it
            return known if _names(here, known) and not _names(here, before) else nobody
        if isinstance(known, Held) and self._others_named(before, sentence.end, place.start):
            return nobody
        return before

    def _introduces(self, row: Attribution, known: Speaker | Held) -> bool:
        """Whether the sentence begins with somebody, up to a colon before what is said (`X fu netto: S`)."""
        if row.cue is None or isinstance(known, Held):
            return False
        head, colon, rest = self._text[row.sentence.start : row.cue.start].partition(":")
        return bool(colon and rest.strip()) and not set(head) & _MARKS and _names(head, known)

    def _others_named(self, speaker: Speaker, start: int, end: int) -> bool:
        """Whether somebody with a role who is not the speaker is named between two offsets."""
        people = self._cast.people
        return any(
            mention.name
            and start <= self._cast.reading.span(mention).start < end
            and (person := people.of(mention)) is not None
            and person.name != speaker.name
            and bool(person.roles)
            for mention in self._cast.reading.mentions
        )

    def _carried(
        self, row: Attribution, words: str, speaker: Speaker | Held, last: tuple[Speaker, Span]
    ) -> Speaker | Held:
        pronoun = pronoun_of(words, self._language)
        if pronoun is None or pronoun == "any":
            return speaker
        before, sentence = last
        impersonal = before.role is None and before.office is None
        if impersonal != (pronoun == "thing") or self._is_other(before, pronoun):
            return speaker
        between = self._text[sentence.end : row.sentence.start]
        if between.strip() or self._opens_with(row, speaker):
            return speaker
        if "\n" not in between:
            return before
        # In a new paragraph only where nobody else is known, or somebody of whom the words themselves speak.
        if isinstance(speaker, Held) or _names(row.content.of(self._text), speaker):
            return before
        return speaker

    def _opens_with(self, row: Attribution, speaker: Speaker | Held) -> bool:
        """Whether the sentence begins with the speaker, up to a colon (`X objected: S, he said`)."""
        if row.source is None or isinstance(speaker, Held):
            return False
        head, colon, _ = self._text[row.sentence.start : row.source.start].partition(":")
        return bool(colon) and not set(head) & _MARKS and _names(head, speaker)

    def _unnamed(self, speaker: Speaker | Held) -> bool:
        return isinstance(speaker, Held) or speaker.kind == "anonymous"

    def _calls_back(self, words: str, speaker: Speaker | Held, before: Speaker) -> bool:
        """Whether a source is a word for an official who was named before, or calls somebody an official of
        the state of which the last speaker is one."""
        if (self._unnamed(speaker) or _unknown(speaker)) and is_epithet(words, self._language):
            return True
        if not self._unnamed(speaker):
            return False
        adjective = person_of_state(words, self._language)
        if adjective is None or before.kind != "state":
            return False
        return of_state(adjective, before.state, self._language)

    def _meant(self, row: Attribution, held: Speaker | Held, last: tuple[Speaker, Span]) -> Speaker | Held:
        """Whom a bare word for an official (`сказал генерал`) means: the last speaker, if nobody came by."""
        before, sentence = last
        if (before.role is None and before.office is None) or row.source is None:
            return held
        words = row.source.of(self._text)
        if is_demonym(words, self._language) and not of_state(words, before.state, self._language):
            return held
        reading = self._cast.reading
        for mention in reading.mentions:
            start = reading.span(mention).start
            person = self._cast.people.of(mention) if mention.name else None
            if person is None or not sentence.end <= start < row.source.start:
                continue
            if person.name != before.name and (person.roles or person.full):
                return held
        return before

    def _not_of_himself(self, row: Attribution, words: str, speaker: Speaker | Held) -> Speaker | Held:
        """For a pronoun taken for somebody of whom the words speak: who stands in the sentence before."""
        if pronoun_of(words, self._language) in (None, "any") or isinstance(speaker, Held):
            return speaker
        if not _names(row.content.of(self._text), speaker):
            return speaker
        if row.source and _names(self._text[row.sentence.start : row.source.start], speaker):
            return speaker  # `X thinks so, it follows from his words`
        reading = self._cast.reading
        start = self._text.rfind("\n", 0, row.sentence.start) + 1
        for mention in reading.mentions:
            span = reading.span(mention)
            if mention.name and not mention.organised and start <= span.start < row.sentence.start:
                return self._cast.resolve(span, row.content)
        return Held("speaker_unresolved", f"“{words}” is not {speaker.name}, of whom the words speak")

    def _learn(self, row: Attribution, words: str, speaker: Speaker | Held) -> None:
        """A pronoun whose person is known tells of his or her sex, and so does a verb (`повідомив`): it keeps
        later ones apart."""
        pronoun = pronoun_of(words, self._language)
        if isinstance(speaker, Held):
            return
        if pronoun is None and row.cue is not None and _names(words, speaker):
            pronoun = verb_sex(row.cue.of(self._text), self._language)
        if pronoun not in ("woman", "man"):
            return
        for person in self._cast.people.all:
            if person.name == speaker.name and person.called_her is None:
                person.called_her = pronoun == "woman"

    def _is_other(self, speaker: Speaker, pronoun: str) -> bool:
        """Whether the document says that the speaker is of the other sex."""
        for person in self._cast.people.all:
            if person.name == speaker.name and person.female is not None:
                return person.female != (pronoun == "woman")
        return False

    def _interviewed(self, row: Attribution) -> Speaker | Held:
        if row.rule != "interview_answer":
            return Held("speaker_unresolved", "the words stand without a source")
        if self._answering is None:
            unknown = Held("speaker_unresolved", "who is interviewed is not said")
            self._answering = self._introduced(row) or unknown
        return self._answering

    def _introduced(self, row: Attribution) -> Speaker | None:
        """The person whom the text names first before the first question, which may name others."""
        reading = self._cast.reading
        end = self._text.rfind("\n", 0, row.content.start)
        question = self._text.rfind("\n", 0, max(end, 0)) + 1
        named = [
            reading.span(mention)
            for mention in reading.mentions
            if mention.name and not mention.organised and reading.span(mention).end <= question
        ]
        for span in sorted(named, key=lambda span: span.start):
            found = self._cast.resolve(span, row.content)
            if isinstance(found, Speaker):
                return found
            if len(span.of(self._text).split()) > 1:
                return None  # somebody is introduced, and who that is stays open
        return None


def _unknown(speaker: Speaker | Held) -> bool:
    """Whether a speaker is only a name (`the Ohio Republican` read as one)."""
    return isinstance(speaker, Speaker) and speaker.kind == "other" and not (speaker.role or speaker.body)


def _names(words: str, speaker: Speaker) -> bool:
    """Whether somebody's words name their supposed speaker, who then is hardly the speaker."""
    last = speaker.name.split()[-1] if speaker.name.split() else ""
    return bool(last) and re.search(rf"(?<!\w){re.escape(last)}", words) is not None


def titled(source: str, cast: Cast) -> Speaker | Held:
    """Who a headline's source is; what it has in commas behind it may only describe (`X, Short of Shells,
    Asks for More`)."""
    speaker = cast.resolve(_in_text(cast.text, source) or source, Span(0, 0))
    head, comma, _ = source.partition(",")
    if not comma or isinstance(speaker, Speaker):
        return speaker
    alone = cast.resolve(_in_text(cast.text, head) or head, Span(0, 0))
    return alone if isinstance(alone, Speaker) and alone.kind in OFFICIAL_KINDS else speaker


def _in_text(text: str, source: str) -> Span | None:
    """Where the text first has a headline's source as whole words (`Ukraine`, not `Russia-Ukraine`)."""
    match = re.search(rf"(?<![\w-]){re.escape(source)}(?![\w-])", text) if source else None
    return Span(match.start(), match.end()) if match else None
