"""Who makes a speech: its head read by itself, since lines and capitals there are the printer's."""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.model import Held, Span, Speaker
from monitor.officials import Cast, cast_of, parse_role
from monitor.officials.names import latin
from monitor.officials.roles import kind_of_state
from monitor.officials.states import ORGANISATIONS
from monitor.officials.word_lists import word_lists

#: So many lines above the speaker's name may name the state.
_ABOVE = 6
_POLITE = 2

#: Words in capitals: long ones, and a short first name behind a title (`Mr. IVO TULL`).
_SHOUTED = re.compile(r"[^\W\d_]{4,}|(?<=\. )[^\W\d_]{2,3}(?= [^\W\d_]{4})")
_BROKEN = re.compile(r"(?P<small>(?<=\s)[a-z]+)?,?\s*\n\s*")


def speaker_of_speech(source: Span, cast: Cast) -> Speaker | Held:
    """The speaker whom a speech's head names ("H.E. Mr. X / Minister of Y of Z").

    Where the head leaves the state out, it is the one that the lines above name ("Republic of Z").
    """
    head = source.of(cast.text)
    words = _BROKEN.sub(lambda m: f"{m['small']} " if m["small"] else ", ", head.strip())
    words = _SHOUTED.sub(lambda m: m.group().capitalize() if m.group().isupper() else m.group(), words)
    above = {
        parse_role(line, cast.language).state for line in cast.text[: source.start].splitlines()[-_ABOVE:]
    }
    above -= {None, *ORGANISATIONS}
    home = cast.home or (above.pop() if len(above) == 1 else None)
    own = cast_of(words, cast.language, cast.register, cast.on, home=home, country=cast.setting.country)
    speaker = own.resolve(Span(0, len(words)), Span(len(words), len(words)))
    if isinstance(speaker, Speaker) and speaker.kind == "other" and speaker.role is None:
        return Held("kind_unknown", f"what office {speaker.name} holds is not told")
    return speaker


def briefer(label: str, cast: Cast) -> Speaker | None:
    """Whom a briefing's label names by a polite word or a rank and a surname alone (`MR CALDWELL`).

    On the own site of a state or an organisation, in what the title calls a briefing, only its spokesperson
    answers so: guests have their office in the label. None for any other label.
    """
    heading = cast.setting.heading
    polite = {word for words in word_lists(cast.language, "honorifics").values() for word in words}
    briefings = word_lists(cast.language, "lists").get("briefings", ())
    parts = label.split()
    told = heading is not None and any(word in heading.tokens.text.casefold() for word in briefings)
    if cast.home is None or not told or len(parts) != _POLITE:
        return None
    if parts[0].casefold() not in polite and not parse_role(parts[0], cast.language).rank:
        return None
    name = parts[1].capitalize() if parts[1].isupper() else parts[1]
    return Speaker(name, name, kind_of_state(cast.home), cast.home, office="spokesperson")


def named_in_title(speaker: Speaker, cast: Cast) -> Speaker:
    """The speaker of a label that is only a surname (`MS. MENDEL`) by the full name that the title has."""
    heading = cast.setting.heading
    surname = speaker.name.casefold()
    if heading is None or " " in surname:
        return speaker
    full = {
        mention.name
        for mention in heading.mentions
        if mention.name and mention.name.casefold().split()[1:][-1:] == [surname]
    }
    name = full.pop() if len(full) == 1 else None
    return replace(speaker, name=name, name_en=latin(name, cast.language, speaker.state)) if name else speaker
