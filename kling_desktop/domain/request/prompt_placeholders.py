"""Places in a prompt that another tool was to fill in: {{prompt}}, ${idea}, <YOUR_PROMPT>, %TEXT%.

Nobody means these to be in a video. Signs that people do write, such as <slow zoom> or a price tag of $5, are text.
"""

import re

_LONGEST = 80
_MARKS = re.compile(r"[{<$%\[_]")
_CERTAIN = re.compile(
    r"""
      =?\{\{[^\w\n]*\w[^\n]{0,80}?\}\}                                  # Mustache, Postman, n8n, Make, Jinja
    | \{%[^\n]{0,80}?%\} | <%[^\n]{0,80}?%>                     # Jinja, ERB
    | [$#]\{[^{}\n]{1,80}\}                                     # JavaScript, shells, Ruby
    | \$\([A-Za-z][^()\n]{0,80}\)                               # shells
    | (?<![\w$])\$(?:env:\w+ | [A-Za-z_]\w*(?:\.\w+)+)          # PowerShell, n8n
    | (?<![\w$])\$(?:\w*(?i:prompt)\w* | [A-Z][A-Z0-9]*_[A-Z0-9_]*)
    | %\([A-Za-z_]\w*\)[sdr]                                    # Python
    | (?<![\w%])%(?:[A-Z][A-Z0-9_]+ | \w*(?i:prompt)\w*)%(?![\w%])  # cmd
    | <[A-Z][A-Z0-9]*(?:[_ -][A-Z0-9]+)+>                       # printed samples
    | [<\[](?i:(?:your|insert|enter\ your|add\ your|put\ your|replace\ with)\b[^<>\[\]\n]{0,60})[>\]]
    | [<\[](?i:(?:the[ _-])?(?:prompt|placeholder)(?:[ _-](?:here|text))?)[>\]]
    | \b(?:YOUR|INSERT|REPLACE|ENTER)_[A-Z0-9_]+\b
    | \b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:HERE|PLACEHOLDER)\b
    | (?<!\w)__[A-Za-z][A-Za-z0-9_]*?__(?!\w)
    | \[object\ Object\]
    """,
    re.VERBOSE,
)
_WHOLE = re.compile(
    r"""
      <[^<>\n]{1,80}> | \{[^{}\n]{0,80}\} | <<[^<>\n]{1,80}>> | \[[^a-z\[\]\n]{1,80}\]
    | \$[A-Za-z_]\w* | %\w+% | %[sd] | [.…]+
    | (?i:undefined | null | none | nan | todo | tbd | string | prompt | placeholder)
    | (?i:(?:(?:enter|insert|add|write|type)\ )?(?:your|the|a)\ prompt(?:\ (?:goes\ )?here)?[.…]*)
    | (?i:prompt\ (?:goes\ )?here)
    """,
    re.VERBOSE,
)
_POSSIBLE = re.compile(
    r"(?<![\w$])\$[A-Za-z_]\w+ | <[A-Za-z_]\w*> | <<[^<>\n]{1,60}>> | \{\w*\} | (?<!\w)%s\b", re.VERBOSE
)


def find_placeholders(prompt: str) -> tuple[str, ...]:
    """Return what certainly was to be filled in, each once and in order."""
    whole = prompt.strip()
    if len(whole) <= _LONGEST and _WHOLE.fullmatch(whole):
        return (whole,)
    if not _MARKS.search(prompt):
        return ()
    return tuple(dict.fromkeys(found[0] for found in _CERTAIN.finditer(prompt)))


def possible_placeholders(prompt: str) -> tuple[str, ...]:
    """Return what may have been to be filled in, but can also be meant: $IDEA, <city>, {colour}."""
    if not _MARKS.search(prompt):
        return ()
    return tuple(dict.fromkeys(found[0] for found in _POSSIBLE.finditer(prompt)))
