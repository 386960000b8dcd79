#!/usr/bin/env python3
"""Prints the two tables of src/EbpfFirewall.Core/Policies/Parsing/Idna.cs from Python's Unicode data.

A character belongs to the first table when a name must not be taken as it is written because of it: programs map it to
something else before they look the name up (it changes under NFKC and case folding), it is allowed only in some contexts
(RFC 5892 section 2.6 and appendix A), or it merges with the character in front (NFC). Where merging depends on that
character, the pair stands in the second table. General category is checked in code, so ranges may run over what it rules out.
"""
import unicodedata

LETTERS_AND_DIGITS = ("Ll", "Lo", "Lm", "Mn", "Mc", "Nd")
KEPT = "ßς"  # allowed by IDNA 2008 although case folding changes them
ALWAYS_MERGING = {*range(0x300, 0x346), 0x653, 0x654, 0x655, 0x3099, 0x309A}
CONTEXTUAL = {0x640, 0x7FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303B,
              *range(0x660, 0x66A), *range(0x6F0, 0x6FA)}
OLD_HANGUL = {*range(0x1100, 0x1200), *range(0xA960, 0xA97D), *range(0xD7B0, 0xD7FC)}


def is_surrogate(code):
    return 0xD800 <= code < 0xE000


def counts(code):
    return not is_surrogate(code) and unicodedata.category(chr(code)) in LETTERS_AND_DIGITS


def is_mapped(code):
    text = chr(code)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return counts(code) and text not in KEPT and folded != text


def merging_pairs():
    for code in range(0x110000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            first, second = (int(part, 16) for part in parts)
            if unicodedata.normalize("NFC", chr(first) + chr(second)) == chr(code):
                yield first, second


def ranges(codes):
    result = []
    for code in sorted(codes):
        if result and all(not counts(between) for between in range(result[-1][1] + 1, code)):
            result[-1][1] = code
        else:
            result.append([code, code])
    return result


def rows(pairs):
    items = [f"0x{first:x}, 0x{second:x}," for first, second in pairs]
    return "\n".join("        " + " ".join(items[at:at + 7]) for at in range(0, len(items), 7))


pairs = list(merging_pairs())
merging = {second for _, second in pairs} & ALWAYS_MERGING
mapped = {code for code in range(0x80, 0x110000) if is_mapped(code)} | merging | CONTEXTUAL | OLD_HANGUL
print(f"Unicode {unicodedata.unidata_version}\n\nMapped:\n{rows(ranges(mapped))}\n\nPairs:")
print(rows(p for p in pairs if p[1] not in ALWAYS_MERGING and counts(p[0]) and p[0] not in mapped))
