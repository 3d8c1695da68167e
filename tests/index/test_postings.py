from __future__ import annotations

import random
from array import array

from flashls.index.postings import Unwritten, merged, most, number, pack, scores, unpack


def test_what_is_packed_is_unpacked() -> None:
    chunks, weights = array("I", [1, 7, 1 << 31]), bytes([0, 9, 255])
    blob = pack(chunks, weights)
    assert len(blob) == 15
    assert unpack(blob) == (chunks, weights)
    assert unpack(merged([blob, pack(array("I", [5]), b"\x03"), b""])) == (
        array("I", [1, 7, 1 << 31, 5]),
        weights + b"\x03",
    )


def test_words_of_one_number_share_their_postings() -> None:
    unwritten = Unwritten()
    assert number("plumless") == number("buckeroo")  # the usual example for CRC-32
    unwritten.add(1, {"plumless": 1, "other": 2})
    unwritten.add(2, {"buckeroo": 3})
    rows = dict(unwritten.rows())
    assert unwritten.pairs == 3
    assert list(rows) == sorted(map(number, ("plumless", "other")))
    assert sorted(unpack(rows[number("plumless")])[0]) == [1, 2]


def test_scores_are_the_same_however_postings_are_split() -> None:
    seed, whole = random.Random(1), Unwritten()
    parts = [Unwritten() for _ in range(4)]
    for chunk in range(900):
        words = {f"w{min(int(seed.expovariate(0.05)), 99)}": seed.randint(1, 3) for _ in range(9)}
        whole.add(chunk, words)
        parts[chunk // 225].add(chunk, words)
    weights = {number(f"w{n}"): 1.0 + n / 10 for n in range(0, 100, 7)}
    rows = [(word, blob) for word, blob in whole.rows() if word in weights]
    split = [(word, blob) for part in parts for word, blob in part.rows() if word in weights]
    together, apart = scores(weights, rows, 900), scores(weights, split, 900)
    assert together
    assert {chunk: round(score, 6) for chunk, score in together.items()} == {
        chunk: round(score, 6) for chunk, score in apart.items()
    }


def test_a_word_one_part_of_which_is_missing_does_not_count() -> None:
    blob = pack(array("I", [1]), b"\xff")
    assert scores({1: 1.0, 2: 1.0}, [(1, blob), (1, None), (2, blob)], 10) == scores({2: 1.0}, [(2, blob)], 10)
    assert most(100) == most(2_000) < most(20_000)
