"""What the text around an ID tells: whether a model is meant, and on which platform.

All of it looks at a few bytes around one place, never at the whole file.
"""

from __future__ import annotations

import re

from modeldex.terms import PREFIXES

PLATFORM = PREFIXES["platform"]
REACH = 240
"""So many bytes of a line before an ID are looked at."""
LINES_BACK = 40
"""So many lines are looked at for the key of a list,"""
LIST_REACH = 16_000
"""and so many bytes: in a file of one line each ID would else search through all of it."""

ROUTERS = {
    "openai": "openai-api", "text-completion-openai": "openai-api",
    "anthropic": "anthropic-api", "claude": "anthropic-api",
    "gemini": "gemini-api", "google_ai_studio": "gemini-api", "googleai": "gemini-api",
    "google_genai": "gemini-api", "google-gla": "gemini-api", "google-genai": "gemini-api",
    "vertex_ai": "google-vertex-ai", "vertex_ai_beta": "google-vertex-ai",
    "vertexai": "google-vertex-ai", "vertex": "google-vertex-ai",
    "google-vertex": "google-vertex-ai", "google_vertexai": "google-vertex-ai",
    "google-vertex-anthropic": "google-vertex-ai",
    "bedrock": "amazon-bedrock", "bedrock_converse": "amazon-bedrock",
    "amazon-bedrock": "amazon-bedrock", "amazon_bedrock": "amazon-bedrock",
    "azure": "azure-openai", "azure_ai": "azure-openai", "azure_openai": "azure-openai",
    "azure_text": "azure-openai", "azure-openai": "azure-openai",
    "openrouter": "openrouter",
}  # fmt: skip
"""The word before `/` or `:` by which routers and frameworks choose a platform."""

PASSING = {"converse", "converse_like", "invoke", "chat", "responses", "litellm_proxy", "google",
           "amazon", "meta", "cohere", "mistral", "ai21", "text", "models", "model",
           "foundation-model", "inference-profile", "messages", "completion"}  # fmt: skip
"""Further words that may stand in such a path, without choosing a platform."""

_DETAIL = re.compile(r"[a-z]{2}(-[a-z]+)+-\d|us|eu|us-gov|global(-standard)?|"
                     r"standard|hd|low|medium|high|\d+-x-\d+")  # fmt: skip
"""Regions, sizes and qualities, that routers put between a platform and an ID."""

_PATH = re.compile(rb"[\w.@:~%-]+(?:\\?/[\w.@:~%-]*)*\\?/$|(?:[\w.-]+:)+$")
_MODEL_PATH = re.compile(
    rb"(?:^|[/:}])(models?|engines|deployments|foundation-model|litellm_proxy)\\?/$"
)
_VERTEX_PATH = re.compile(rb"publishers/[\w-]+/models/$")
_ARN = re.compile(rb"\barn:[^\s\"']*:bedrock:[^\s\"']*(?:foundation-model|inference-profile)/$")
_AFTER_PATH = re.compile(
    rb"/(?:chat|completions|embeddings|responses|invoke|converse|images|audio|edits)\b"
)
_NOUN = rb"(?:[Mm]odel|MODEL|[Ee]ngine|ENGINE|[Dd]eployment|DEPLOYMENT|[Ll][Ll][Mm])"
_KIND = rb"(?:s|S)?(?:[_.-]?(?:[Ii]d|ID|[Nn]ame|NAME|[Kk]ey|[Ss]lug|[Aa]lias|[Ss]tring))?s?"
_KEY = rb"(?:(?:[\w.$-]*[_.$-])?" + _NOUN + rb"|[\w.$-]*[a-z](?:Model|Engine|Deployment))" + _KIND
_ITEM_OF_LIST = rb"(?:\\{0,3}[\"'`]?[\w.@:/-]{1,80}\\{0,3}[\"'`]?\s*,\s*)*"
_STRING_OF_LIST = rb"(?:\\{0,3}[\"'`][^\"'`\n]{0,80}\\{0,3}[\"'`]\s*,\s*)*"
_BETWEEN = (
    rb"[\\\"'`\]]*\s*(?::\s*[\w\[\].<>|? ]{1,30}?)?\s*"
    rb"(?:=>|:=|={1,3}|!==?|:|>|\(|\bin\b)\s*(?:\w{1,20}\()?"
    rb"(?:\[\s*" + _ITEM_OF_LIST + rb"|[({]*" + _STRING_OF_LIST + rb")"
    rb"[@fbrL]?\\{0,3}[\"'`]?$"
)
_KEYED = re.compile(rb"(?:^|[^A-Za-z0-9])" + _KEY + _BETWEEN)
_FLOW = re.compile(rb"\[\s*" + _ITEM_OF_LIST + rb"[\"'`]?$")
_OPTION = re.compile(
    rb"(?:^|[\s\"'])--?[\w-]*(?:[Mm]odel|engine|deployment)[\w-]*"
    rb"(?:[\"'],\s*[\"']?|[ =]\s*[\"']?)$|"
    rb"--model[\"'],[^\n]*default\s*=\s*[\"']$"
)
_SHORT_OPTION = re.compile(rb"(?:^|\s)(?:llm|ollama|aider|mods|chat)\b.*\s-m\s+[\"']?$")
_MAKER = re.compile(
    rb"(?i)(?:\w_?model|llm|openai|anthropic|claude|gemini|gpt|vertex|bedrock|completions?)\w*"
    rb"\(\s*\\?[\"'`]$"
)
_CALLED = re.compile(rb"\b(vertex|google|openai|anthropic|bedrock|azure)\(\s*[\"'`]$")
_LIST_KEY = re.compile(rb"(?i)^\s*(?:[-*]\s+)?[\"'\w.$ -]*?(?:models?|engines?|deployments?)"
                       rb"(?:[_-]?(?:ids?|names?|list))?[\"']?\s*(?::\s*[\w\[\]<>, ]+)?"
                       rb"[:=]?\s*(?:=\s*)?"
                       rb"(?:new\s+)?[\w.]*[\[({]*\s*(?:\\n\"?,?)?\s*$")  # fmt: skip
_ITEM = re.compile(rb"^\s*(?:-\s+)?\\?[\"'`]?$")
_STRING = re.compile(rb"\\{0,3}[\"'`]([\w.:@/-]{1,80})\\{0,3}[\"'`]")
_COMMA = re.compile(rb"(?:[\s,|]|\b(?:and|or)\b)+")
_BLANKS = re.compile(rb"\s{2,}")
QUOTES = b"\"'`"


def line_before(data: bytes, start: int) -> bytes:
    """The line up to a place, as far as it is looked at; escaped line breaks end it too."""
    reach = max(0, start - REACH)
    begin = max(data.rfind(b"\n", reach, start) + 1, reach)
    line = data[begin:start]
    return line[line.rfind(b"\\n") + 2 :] if b"\\n" in line else line


def path_before(before: bytes) -> bytes:
    """The path of an ID such as `bedrock/us.anthropic.`; nothing where there is none."""
    if before[-1:] not in (b"/", b":"):
        return b""  # nearly always: the search is slow
    found = _PATH.search(before)
    return found[0] if found else b""


def is_quoted(before: bytes, after: bytes) -> bool:
    """Whether the ID is the whole of a string or of a value."""
    if before[-1:] and before[-1] in QUOTES:
        return after.lstrip(b"\\").startswith(before[-1:])
    if _FLOW.search(before) and re.match(rb"\s*[],]", after):
        return True
    value = re.search(rb"[:=]\s*$|^\s*-\s+$|>\s*$|^\s*$|--?[\w-]+[ =]$", before)
    rest = rb"\s*(?:,|[#;<}].*|\\n.*|\s-.*|[|&].*)?(?:\r?\n|$)"
    return bool(value) and bool(re.match(rest, after))


def is_called_by_path(before: bytes) -> bool:
    """Whether the path before an ID is one that leads to models."""
    path = path_before(before)
    return bool(path) and bool(_MODEL_PATH.search(path) or router_of(path))


def means_model(before: bytes, after: bytes, data: bytes, start: int) -> bool:
    """Whether a key, option, path, call or list tells that the ID is that of a model."""
    line = _narrow(before)
    if any(told.search(line) for told in (_KEYED, _OPTION, _MAKER, _SHORT_OPTION)):
        return True
    if is_called_by_path(before):
        return True
    item = _ITEM.match(before) or re.match(rb"^\s*[\"'][^\"'\n]*[\"']\s*,\s*[\"']$", before)
    return bool(item) and _in_list_of_models(data, start, before)


def _in_list_of_models(data: bytes, start: int, before: bytes) -> bool:
    indent = len(before) - len(before.lstrip())
    reach = max(0, start - LIST_REACH)
    end = data.rfind(b"\n", reach, start)
    for _ in range(LINES_BACK):
        if end < 0:
            return False
        begin = data.rfind(b"\n", reach, end) + 1
        if not begin and reach:
            return False
        line = data[begin:end].rstrip(b"\r")
        end = begin - 1
        if not line.strip() or len(line) > 400:
            continue
        depth = len(line) - len(line.lstrip())
        dash_under_key = depth == indent and before.lstrip().startswith(b"-")
        if depth < indent or (dash_under_key and not line.lstrip().startswith(b"-")):
            return bool(_LIST_KEY.match(_narrow(line)))
    return False


def _narrow(line: bytes) -> bytes:
    """With single blanks: of many in a row a search would try every way to share them out."""
    return _BLANKS.sub(b" ", line)


def strings_beside(data: bytes, start: int, end: int) -> list[bytes]:
    """The strings of the list in which a string stands, as far as it is looked at."""
    begin = max(0, start - REACH)
    around = data[begin : end + REACH]
    strings = list(_STRING.finditer(around))
    own = next((n for n, each in enumerate(strings) if each.span(1)[0] == start - begin), None)
    if own is None:
        return []
    first = last = own
    while first and _COMMA.fullmatch(around, strings[first - 1].end(), strings[first].start()):
        first -= 1
    while last + 1 < len(strings) and _COMMA.fullmatch(
        around, strings[last].end(), strings[last + 1].start()
    ):
        last += 1
    return [each[1] for each in (*strings[first:own], *strings[own + 1 : last + 1])]


def is_path_of_model(before: bytes, after: bytes) -> bool:
    """Whether an ID between slashes is called there, and not the name of a file or folder."""
    path = path_before(before)
    if not path.endswith(b"/"):
        return not after.startswith(b"/")
    if after.startswith(b"/") and not _AFTER_PATH.match(after):
        return bool(_MODEL_PATH.search(path)) and b"://" in before
    return bool(_MODEL_PATH.search(path) or _ARN.search(before) or router_of(path))


def router_of(path: bytes) -> str | None:
    """The word of a path that chooses a platform, if all other words may stand beside it."""
    words = [word for word in re.split(r"\\?[/:]", path.decode("ascii", "replace")) if word]
    chosen = next((word for word in words if word in ROUTERS), None)
    rest = words[words.index(chosen) + 1 :] if chosen else []
    fits = all(word in ROUTERS or word in PASSING or _DETAIL.fullmatch(word) for word in rest)
    alone = chosen is not None and (words[0] == chosen or words[0] in PASSING)
    return chosen if chosen and fits and alone else None


def platform_told(before: bytes, api_id: str) -> tuple[str, str]:
    """The platform that stands beside an ID, and how it was told; nothing where it was not."""
    path = path_before(before)
    if b"arn:" in before and _ARN.search(before):
        return PLATFORM + "amazon-bedrock", "ARN"
    if _VERTEX_PATH.search(path):
        return PLATFORM + "google-vertex-ai", "path of a publisher's model"
    if b"azure.com" in before or path.endswith(b"deployments/"):
        return PLATFORM + "azure-openai", "address of a deployment"
    if b"generativelanguage.google" in before:
        return PLATFORM + "gemini-api", "address of the API"
    if b"api.openai.com" in before:
        return PLATFORM + "openai-api", "address of the API"
    if word := router_of(path):
        end = path[path.index(word.encode()) + len(word) :][:1].decode()
        return PLATFORM + ROUTERS[word], f"prefix {word}{end}"
    if called := _CALLED.search(before):
        word = called[1].decode()
        return PLATFORM + ROUTERS.get(word, "gemini-api"), f"call of {word}()"
    if path.endswith(b"models/") and b"://" not in before and api_id.startswith("gemini"):
        return PLATFORM + "gemini-api", "prefix models/"
    if "@" in api_id:
        return PLATFORM + "google-vertex-ai", "shape of the ID"
    if re.match(r"(?:anthropic|amazon|cohere|meta|mistral|ai21|twelvelabs)\.", api_id):
        return PLATFORM + "amazon-bedrock", "shape of the ID"
    return "", ""
