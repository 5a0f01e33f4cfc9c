"""Text as it can be set on paper."""

import re
import unicodedata

# No printed form: C0 and C1 controls, byte order marks, noncharacters. Embeddings, overrides and isolates of
# bidirectional text (Unicode Annex 9) can make a line read as something else than what it says.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def printable(text: str) -> str:
    """`text` in NFC without what has no printed form; line breaks of any system become line feeds, tabs spaces."""
    lines = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    return _UNPRINTABLE.sub("", lines.replace("\t", "    "))


def printable_line(text: str) -> str:
    """`text` on one line: a break in it becomes a space."""
    return printable(text).replace("\n", " ").strip()
