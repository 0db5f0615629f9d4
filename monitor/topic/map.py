"""The topic's map of one text: where it is named, what that makes of the whole, its posts and sentences."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from extractors.languages.folding import Folded, fold
from monitor.model import LANGUAGES, Centrality, Evidence, PassageKind, Span, Verdict, Where
from monitor.topic.flow import Flow, Turns, turns
from monitor.topic.lines import furniture
from monitor.topic.terms import Hit, elsewhere_meant, find_terms, has_stem

#: Sentences that a subject is carried without being named or meant: in one paragraph, and over its end.
CARRIED: Final = 4
#: The same in a text that the topic leads.
CARRIED_MAIN: Final = 9
#: Sentences behind its naming in which "the weapons" still mean a topic that a text names only once.
MEANT: Final = 6
#: More sentences than any text carries a subject: it was not named yet.
NEVER: Final = 99
#: Hits in a text without a telling title that make the topic lead it.
LEADS: Final = 3
#: Fewer words than this in marks, with nothing of the topic around them, are no more than a manner of speech.
FRAGMENT: Final = 3
#: Sentences with which a text may open before it names its topic.
OPENING: Final = 2
#: How a sentence ends, and the words of a line without such an end that is no link (`Continue reading`).
PROSE: Final = frozenset(".!?…\"”’'»。！？؟۔」")
LINE: Final = 6
#: A text of fewer paragraphs is no round-up of many stories, whatever its title says.
FEW: Final = 2
#: Evidence rows that a verdict keeps.
KEPT: Final = 12

#: The share of sentences that name or mean what an article is about.
MAIN_SHARE: Final = 0.25

NO: Final = Verdict(False, "no")


@dataclass(slots=True)
class TopicMap:
    """Where a text names the topic, and what follows from it. Make one with ``topic_map``."""

    text: str
    folded: Folded
    language: str
    sentences: tuple[Span, ...]
    segments: tuple[Span, ...]
    hits: tuple[Hit, ...]
    around: tuple[Evidence, ...]  # hits in title and summary
    verdict: Verdict
    roundup: bool = False  # many stories in one text: each paragraph stands for itself
    titled: bool = False  # the title names the topic, and tells of nothing else
    _flow: list[Flow] | None = field(default=None, repr=False)

    def segment_verdict(self, span: Span) -> Verdict:
        """What holds of one post or other stretch of the text taken alone (its headline is part of it)."""
        if not self.verdict.concerns:
            return NO
        inside = [hit for hit in self.hits if span.covers(hit.span)]
        if not inside:
            return NO
        first_line = self.text.find("\n", span.start, span.end)
        in_head = first_line > 0 and inside[0].span.end <= first_line
        return Verdict(True, self._central(span, titled=in_head), _evidence(self.text, inside))

    def centrality(self) -> Centrality:
        """How central the topic is to the whole document."""
        titled = any(row.where == "title" for row in self.around)
        if len(self.segments) > 1:
            on = sum(self._named(segment) for segment in self.segments)
            if on * 2 >= len(self.segments):
                return "main"
            return "part" if titled or len(self.hits) >= 2 else "passing"
        return self._central(Span(0, len(self.text)), titled=titled, led=bool(self.around))

    def _central(self, span: Span, *, titled: bool, led: bool = False) -> Centrality:
        """Main: in the title, or early and then in a good part of the sentences, named or meant. Part: in
        two sentences, or in one of a very short text. Passing: in one sentence."""
        if titled:
            return "main"
        first, last = self._between(span)
        total = max(last - first, 1)
        on = [at for at in range(first, last) if self._named(self.sentences[at])]
        named = len(on)
        early = bool(on) and on[0] - first <= max(3, total // 6)
        if led and early:
            return "main"
        if early:
            share = named + self.flow[first:last].count("meant")
            if share >= 3 and share / total >= MAIN_SHARE:
                return "main"
        return "part" if named >= 2 or total <= 3 or led else "passing"

    def sentence_concerns(self, span: Span) -> bool:
        """Whether a sentence names the topic or means it, near a sentence that names it."""
        if not self.verdict.concerns:
            return False
        if self._named(span):
            return True
        turn = turns(self.language)
        low = self._low(span)
        if not turn.meant(low) or turn.leaves(low):
            return False
        return self._flow_at(span) in ("meant", "carried", "named")

    def passage_concerns(
        self, content: Span, sentence: Span, earlier: Sequence[Span] = (), kind: PassageKind = "direct"
    ) -> tuple[bool, str]:
        """Whether a stretch of somebody's words concerns the topic, and by which rule.

        ``sentence`` is the sentence that reports it, ``earlier`` the same speaker's passages that are
        already known to concern the topic. The rules, in order: ``named``, ``other_subject``, ``meant``,
        ``frame_named``, ``frame_turns``, ``frame_meant``, ``contents``, ``continues``, ``harmed``,
        ``carried``, ``titled``, ``apart``. A paraphrase (``kind="indirect"``) has to name or mean the topic,
        to go on right after its speaker's passage, or to tell whom what was named hit.
        """
        if not self.verdict.concerns:
            return False, "off_topic"
        if self._named(content):
            return True, "named"
        turn = turns(self.language)
        words_said = turn.unsaid.sub(" ", self._low(content))
        frame = turn.unsaid.sub(" ", self._frame(content, sentence))
        meant = turn.meant(words_said)
        known = self._known_before(content)
        if turn.elsewhere.search(words_said) and not turn.anaphora.search(words_said):
            return False, "other_subject"
        flow = self._flow_at(content)
        if meant and known and flow != "off":
            return True, "meant"
        if turn.anaphora.search(words_said) and self._leads_up(content):
            return True, "meant"
        if kind == "direct" and turn.adverbial.search(words_said):
            return False, "adverbial"
        named_in_frame = self._named(sentence)
        if named_in_frame:
            return True, "frame_named"
        if turn.shift.search(frame) and not turn.anaphora.search(frame):
            return False, "frame_turns"
        if turn.meant(frame) and known and flow != "off":
            return True, "frame_meant"
        if turn.elsewhere.search(frame):
            return False, "frame_turns"
        if kind == "indirect" and self.contents_behind(content) is not None:
            return True, "contents"
        if flow == "off" or self._fragment(words_said):
            return (False, "apart") if flow == "off" else self._taken_up(turn, words_said, kind)
        if self._continues(content, earlier):
            return True, "continues"
        return self._reached(turn, words_said, content, sentence, kind)

    def _reached(
        self, turn: Turns, words_said: str, content: Span, sentence: Span, kind: PassageKind
    ) -> tuple[bool, str]:
        """Whether the sentences before carry the topic to words that neither name nor mean it."""
        if turn.harm.search(words_said) and self._just_named(turn, content):
            return True, "harmed"
        if kind == "indirect" or turn.unsaid.search(self._frame(content, sentence)):
            return self._taken_up(turn, words_said, kind)
        return self._carried(turn, words_said, content)

    # --- what the rules ask of the text ---------------------------------------------------------------

    def _low(self, span: Span) -> str:
        return self.folded.low[self.folded.forth(span.start) : self.folded.forth(span.end)]

    def _frame(self, content: Span, sentence: Span) -> str:
        before = Span(sentence.start, max(sentence.start, min(content.start, sentence.end)))
        after = Span(min(max(content.end, sentence.start), sentence.end), sentence.end)
        return f"{self._low(before)} … {self._low(after)}"

    def names(self, span: Span) -> bool:
        """Whether words of the topic stand in a span."""
        return self._named(span)

    def _named(self, span: Span) -> bool:
        at = bisect_right(self.hits, span.start, key=lambda hit: hit.span.end)  # in order, none overlap
        return at < len(self.hits) and self.hits[at].span.start < span.end

    def _between(self, span: Span) -> tuple[int, int]:
        """The sentences that a stretch touches, as a range of indices."""
        first = bisect_right(self.sentences, span.start, key=lambda one: one.end)
        last = bisect_left(self.sentences, span.end, key=lambda one: one.start)
        return first, max(first, last)

    def _segment(self, span: Span) -> Span:
        for segment in self.segments:
            if segment.start <= span.start < segment.end:
                return segment
        if self.roundup:
            start = self.text.rfind("\n", 0, span.start) + 1
            end = self.text.find("\n", max(start, span.start + 1))
            return Span(start, end if end > 0 else len(self.text))
        return Span(0, len(self.text))

    def _known_before(self, span: Span) -> bool:
        """Whether the topic was named before this place, in its post or in the document's title."""
        segment = self._segment(span)
        if self.around and not (self.segments or self.roundup):
            return True
        until = segment.end if self.segments else span.end  # a post is short: its topic may come at its end
        return any(segment.start <= hit.span.start <= until for hit in self.hits)

    def _leads_up(self, span: Span) -> bool:
        """Whether a text opens with these words and names the topic right after them (`“No to those arms,”
        said X. … cluster munitions …`)."""
        if self.segments or self.roundup or not self.hits:
            return False
        index = self._between(span)[1]
        first = self._between(self.hits[0].span)[0]
        return index <= OPENING and index <= first <= index + 1

    def _fragment(self, words_said: str) -> bool:
        return self.language != "zh" and len(words_said.split()) < FRAGMENT

    def _taken_up(self, turn: Turns, words_said: str, kind: PassageKind) -> tuple[bool, str]:
        told = self._brief() and (kind == "direct" or turn.taken_up.search(words_said) is not None)
        return (True, "titled") if told else (False, "apart")

    def _brief(self) -> bool:
        """Whether a sentence or two at most stand behind a title on the topic alone: they are about it."""
        if not self.titled or self.segments or self.roundup or len(self.sentences) > NEVER:
            return False
        lines = (self.text[one.start : one.end].split() for one in self.sentences)
        return sum(1 for line in lines if line and (line[-1][-1] in PROSE or len(line) > LINE)) <= OPENING

    def _continues(self, content: Span, earlier: Sequence[Span]) -> bool:
        """Whether the same speaker's passage on the topic ends right before this one."""
        index = self._between(content)[0]
        return any(
            0 <= index - (self._between(one)[1] - 1) <= 2 for one in earlier if one.end <= content.start
        )

    def _just_named(self, turn: Turns, content: Span) -> bool:
        """Whether the sentence right before, in the same paragraph, names the topic; whom it hit may stand
        between the two."""
        index = self._between(content)[0]
        at = index - 1
        if at > 0 and not self._named(self.sentences[at]) and turn.harm.search(self._low(self.sentences[at])):
            at -= 1
        before = self.sentences[at] if at >= 0 else None
        return (
            before is not None and self._named(before) and "\n" not in self.text[before.end : content.start]
        )

    def contents_behind(self, content: Span | None) -> Span | None:
        """The sentence that names the topic as what was announced right before it (`The ministry unveiled a
        package. It includes cluster munitions.`); behind None, a headline, it is the text's first."""
        index = self._between(content)[1] if content else 0
        if index >= len(self.sentences) or not self._named(self.sentences[index]):
            return None
        between = self.text[content.end : self.sentences[index].start] if content else ""
        told = turns(self.language).contents.search(self._low(self.sentences[index]))
        return self.sentences[index] if told is not None and "\n" not in between else None

    def _carried(self, turn: Turns, words_said: str, content: Span) -> tuple[bool, str]:
        index = self._between(content)[0]
        last = max(
            (at for at, flow in enumerate(self.flow[:index]) if flow in ("named", "meant")), default=None
        )
        if self._leads() and (last is not None or (self.titled and index < OPENING)):
            return True, "carried"
        if last is None:
            return False, "apart"
        between = self.text[self.sentences[last].end : content.start]
        gap = index - last
        if gap <= CARRIED and "\n" not in between.strip(" "):
            return True, "carried"
        if gap <= 2 and (turn.goes_on.search(words_said) or gap <= 1):
            return True, "carried"
        return False, "apart"

    def _leads(self) -> bool:
        """Whether the topic leads the whole text, so that it is carried further."""
        return not (self.segments or self.roundup) and (bool(self.around) or len(self.hits) >= LEADS)

    def _opens_in_prose(self, sentence: Span) -> bool:
        """Whether a sentence opens a paragraph without a quotation or dialogue mark: a new thought."""
        opening = self.text[sentence.start : sentence.end].lstrip()[:1]
        before = self.text[max(0, sentence.start - 40) : sentence.start].rstrip(" ")[-1:]
        return before in ("", "\n") and opening not in "\"'“„«»‘‹「『–—-•"

    def _flow_at(self, span: Span) -> Flow:
        first, last = self._between(span)
        if first >= len(self.sentences):
            return "off"
        return "named" if "named" in self.flow[first:last] else self.flow[first]

    @property
    def flow(self) -> list[Flow]:
        """For each sentence whether the topic is named, meant, carried or off; made when first asked."""
        if self._flow is None:
            self._flow = self._follow()
        return self._flow

    def _follow(self) -> list[Flow]:
        turn = turns(self.language)
        flow: list[Flow] = []
        apart = bool(self.segments) or self.roundup
        segment, known, since, off = None, bool(self.around) and not apart, NEVER, True
        reach = CARRIED_MAIN if self._leads() else CARRIED
        once = len(self.hits) == 1 and not (self.around or self.segments)
        far = MEANT if once else len(self.sentences) + NEVER
        for sentence in self.sentences:
            here = self._segment(sentence)
            if off and known and reach > CARRIED and self._opens_in_prose(sentence):
                off = False
            if here != segment:
                titled = bool(self.around) and not apart
                known = titled or (bool(self.segments) and self._named(here))
                segment, since, off = here, 0 if titled else NEVER, not titled
            if self._named(sentence):
                flow.append("named")
                known, since, off = True, 0, False
                continue
            low = self._low(sentence)
            since += 1
            if turn.leaves(low):
                flow.append("off")
                off = True
            elif known and since <= far and turn.anaphora.search(low):
                flow.append("meant")
                since, off = 0, False
            elif known and not off and since <= reach and turn.deed.search(low):
                flow.append("meant")
            elif known and not off and since <= reach:
                flow.append("carried")
            else:
                flow.append("off")
        return flow


def topic_map(
    text: str,
    language: str | None,
    sentences: Sequence[Span],
    segments: Sequence[Span] = (),
    title: str | None = None,
    summary: str | None = None,
) -> TopicMap:
    """Reads a text for the topic. ``segments`` are its posts (live blog), ``sentences`` in its order.

    ``language`` decides only how pronouns and turns are read; the terms of all languages are tried. Never
    raises. Evidence offsets are those of the field that it names.
    """
    folded = fold(text)
    own = language if language in LANGUAGES else None
    sure, maybe = furniture(text) if has_stem(folded.low) else ((), ())
    hits = find_terms(folded, own, sure)
    around: list[Evidence] = []
    extra: dict[str, tuple[Hit, ...]] = {}
    for where, value in (("title", title), ("summary", summary)):
        if value:
            extra[where] = find_terms(fold(value), own)
    said = " ".join(filter(None, (title, summary)))
    if elsewhere_meant(f"{folded.low}\n{fold(said).low}", (*hits, *extra.get("title", ())), own):
        hits, extra = (), {}
    for name, value in (("title", title), ("summary", summary)):
        if value:
            around += _rows(value, extra.get(name, ()), "title" if name == "title" else "summary")
    heads = {segment.start for segment in segments}
    if not around and hits and all(_in_head(hit.span, maybe, heads) for hit in hits):
        hits = ()
    concerns = bool(hits or around)
    verdict = Verdict(concerns, "passing" if concerns else "no", (*_evidence(text, hits), *around)[:KEPT])
    spoken = _spoken(language, hits)
    ordered = tuple(sorted(sentences, key=lambda one: one.start))
    posts = tuple(segments)
    mixed = turns(spoken).roundup.search(fold(title or "").low) is not None
    many = not posts and text.count("\n") >= FEW and mixed
    titled = any(row.where == "title" for row in around) and not mixed and ";" not in (title or "")
    made = TopicMap(text, folded, spoken, ordered, posts, hits, tuple(around), verdict, many, titled)
    if concerns:
        made.verdict = replace(verdict, centrality=made.centrality())
    return made


def _in_head(span: Span, lines: Sequence[Span], heads: set[int]) -> bool:
    return any(line.covers(span) and line.start not in heads for line in lines)


def _spoken(language: str | None, hits: Sequence[Hit]) -> str:
    if language in LANGUAGES:
        return str(language)
    counted = Counter(hit.language for hit in hits if hit.language != "common")
    return counted.most_common(1)[0][0] if counted else "en"


def _rows(value: str, hits: Sequence[Hit], where: Where) -> list[Evidence]:
    return [Evidence(hit.span.of(value), where, hit.span.start, hit.span.end) for hit in hits]


def _evidence(text: str, hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    return tuple(_rows(text, hits[:KEPT], "text"))
