"""Where keys go without a suggestion, and where requests are wasted, by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.bench.harness import table
from tests.bench.typing_model import Asked
from tests.bench.typing_screen import Key

_SOON_S = 0.05
_ORDER = ("jump", "edit", "model wrong", "typing taken back", "used up", "")
_MEANING = {
    "jump": "the cursor came from elsewhere",
    "edit": "a deletion or a larger edit before",
    "model wrong": "typed what the suggestion did not say",
    "typing taken back": "typed what the session takes back",
    "used up": "the suggestion was typed to its end",
    "": "a suggestion is on screen",
}


def causes(keys: Sequence[Key], asked: Sequence[Asked]) -> str:
    """Two tables: by what ended the last suggestion, the keys without one within 50 ms, and what became of requests."""
    bare = [key for key in keys if not key.within(_SOON_S)]
    return "\n".join((_keys_table(bare), _requests_table(keys, asked)))


def _keys_table(bare: Sequence[Key]) -> str:
    told = [why for why, _ in Counter(map(_answer, bare)).most_common()]
    counts = Counter((key.why, _answer(key)) for key in bare)
    rows = [
        [_MEANING[why], *(str(counts[why, answer]) for answer in told), str(sum(counts[why, a] for a in told))]
        for why in _ORDER
    ]
    return table(f"{len(bare)} keys without a suggestion within 50 ms", ["since", *told, "all"], rows)


def _requests_table(keys: Sequence[Key], asked: Sequence[Asked]) -> str:
    fates = ("shown at once", "shown later", "nothing to say", "never shown", "closed before its end", "ahead")
    counts = Counter(_fates(keys, asked))
    rows = [
        [_MEANING[why], *(str(counts[why, fate]) for fate in fates), str(sum(counts[why, f] for f in fates))]
        for why in _ORDER
    ]
    return table(f"{len(asked)} requests by what became of them", ["since", *fates, "all"], rows)


def _fates(keys: Sequence[Key], asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """For each request why it was made, and its fate: the first key that is shown something before the next request."""
    why = {key.place: key.why for key in keys}
    found = []
    for each, following in zip(asked, [*asked[1:], None], strict=True):
        until = following.place if following is not None and following.place >= each.place else 10**9
        lasting = [key for key in keys if each.place <= key.place < max(until, each.place + 1)]
        found.append((why[each.place], _fate(each, lasting)))
    return found


def _fate(asked: Asked, keys: Sequence[Key]) -> str:
    if asked.ahead:
        return "ahead"
    if not asked.said:
        return "nothing to say"
    if any(key.took is not None for key in keys):
        return "shown at once" if keys[0].took is not None else "shown later"
    return "never shown" if asked.ended else "closed before its end"


def _answer(key: Key) -> str:
    if not key.possible:
        return "nothing to foresee"
    return "shown later" if key.took is not None else key.why_not or "typed on meanwhile"
