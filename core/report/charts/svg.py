"""Compaction of a chart's SVG: half of the renderer's output is marks' labels and digits that no screen shows."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

# A picture is one image with a name, so its marks speak to nobody; no style and no script asks for their classes.
_MARK_WORDS = re.compile(r' (?:aria-[a-z]+|role|class)="[^"]*"')
_AS_EVER = re.compile(r' (?:pointer-events="none"|opacity="1"|stroke-width="1"|transform="translate\(0,0\)")')
"""Attributes that say what holds without them, where nothing around them says otherwise."""
_NOTHING = re.compile(r'<path(?: [a-z-]+="[^"]*")* d="(?:M0,0h0v0h0Z)?"(?: [a-z-]+="[^"]*")*/>')
_GEOMETRY = re.compile(r' (?:transform|d|x|y|x1|x2|y1|y2|width|height)="[^"]*"')
_LONG = re.compile(r"\d+\.\d{3,}")
_MARK = re.compile(r'<path transform="translate\(([-\d.]+),([-\d.]+)\)"((?: [a-z-]+="[^"]*")+)/>')
_OFTEN = 20


def compact(svg: str) -> str:
    """Return the same picture in fewer bytes: two decimals, no words for marks, a mark that stands often defined once.

    >>> compact('<svg><path aria-label="x: 1" d="M1.23456,0"/></svg>')
    '<svg><path d="M1.23,0"/></svg>'
    """
    plain = _GEOMETRY.sub(lambda part: _LONG.sub(_short, part[0]), _MARK_WORDS.sub("", svg))
    plain = _NOTHING.sub("", _AS_EVER.sub("", plain))
    counts = Counter(found[3] for found in _MARK.finditer(plain))
    often = [look for look, count in counts.items() if count >= _OFTEN]
    if not often:
        return plain
    # Several pictures stand in one file: a name must not be another one's.
    picture = hashlib.sha256(plain.encode()).hexdigest()[:8]
    names = {look: f"m{picture}-{place}" for place, look in enumerate(often)}
    marks = "".join(f'<path id="{name}"{look}/>' for look, name in names.items())
    head = plain.index(">") + 1
    body = _MARK.sub(
        lambda m: f'<use href="#{names[m[3]]}" x="{m[1]}" y="{m[2]}"/>' if m[3] in names else m[0], plain[head:]
    )
    return f"{plain[:head]}<defs>{marks}</defs>{body}"


def _short(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
