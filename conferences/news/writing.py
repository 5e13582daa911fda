"""The small Markdown in which articles are written, as safe HTML and as plain text.

Paragraphs, headings (``##``), lists (``-``, ``1.``), quotations (``>``), **bold**, *slanting*, ``[words](target)``.
HTML is text here. Facts are put in before the text is read, with every sign of Markdown in them disarmed, so that
a value can change neither structure nor links. What comes out passes nh3 all the same.
"""

import re

import nh3
from markdown_it import MarkdownIt

from conferences.citing import ANCHORS, LINK, PLACEHOLDER, Mentions, value_of

_RULES = ("paragraph", "heading", "list", "blockquote", "emphasis", "link", "newline", "escape")
# The page's own headings are h1 and h2.
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4"}
_TAGS = {"p", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br"}
_SCHEMES = {"http", "https", "mailto"}
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "breaks": True, "typographer": False, "linkify": False})
    return reader.enable([rule for rule in _RULES if rule != "paragraph"])


_READER = _reader()


def fill_for_markdown(text: str, facts: dict[str, str]) -> str:
    """``text`` with its facts, written so that Markdown reads them as words.

    Raises:
        UnknownPlaceholder: for the first one that there is not.
    """

    def word(found):
        return _disarm(value_of(found[1], facts))

    return PLACEHOLDER.sub(word, LINK.sub(lambda link: _link(link, facts), text))


def _link(link: re.Match, facts: dict[str, str]) -> str:
    """``[words](fact:CODE)``: the address is the fact's."""
    target = facts.get(link[2], "")
    return f"[{link[1]}](<{target}>)" if target.startswith(("http://", "https://")) else link[0]


def _disarm(value: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", " ".join(value.split()))


def render(text: str, mentions: Mentions, *, base: str = "") -> tuple[str, str]:
    """HTML and plain text of a filled text.

    Arguments:
        mentions: introduces abbreviations where they are first mentioned.
        base: the address of the conference's page, for links to its parts.
    """
    tokens = _READER.parse(text)
    lines = []
    for token in tokens:
        if token.tag in _HEADINGS:
            token.tag = _HEADINGS[token.tag]
        if token.type != "inline":
            continue
        for child in token.children or []:
            if child.type == "text":
                child.content = mentions.introduce(child.content)
            elif child.type == "link_open":
                child.attrSet("href", _address(str(child.attrGet("href") or ""), base))
        lines.append("".join(_plain(child) for child in token.children or []))
    html = _READER.renderer.render(tokens, _READER.options, {})
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="noopener",
    )
    return cleaned.strip(), "\n\n".join(lines)


def _address(href: str, base: str) -> str:
    return f"{base}{ANCHORS[href]}" if href in ANCHORS and base else href


def _plain(token) -> str:
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content if token.type == "text" else ""
