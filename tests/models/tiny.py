"""A made-up model of a few megabytes with Qwen's token ids, so that a real llama.cpp process can be driven in no time.

It writes rubbish, the same rubbish for the same prompt. The file is GGUF version 3, as ggml's docs/gguf.md has it.
"""

from __future__ import annotations

import random
import struct
from array import array
from pathlib import Path

_SPECIALS = {
    151643: "<|endoftext|>",
    151644: "<|im_start|>",
    151645: "<|im_end|>",
    151659: "<|fim_prefix|>",
    151660: "<|fim_middle|>",
    151661: "<|fim_suffix|>",
    151662: "<|fim_pad|>",
    151663: "<|repo_name|>",
    151664: "<|file_sep|>",
}
_VOCABULARY = 151665
_WIDTH, _INNER = 32, 32
_NORMAL, _CONTROL, _UNUSED = 1, 3, 5
_U32, _F32, _STRING, _ARRAY, _I32 = 4, 6, 8, 9, 5
_TENSOR_F32, _TENSOR_F16, _ALIGNMENT = 0, 1, 32


def write(path: Path) -> Path:
    """Writes the model; a token for each byte, fillers that are never written, and Qwen's special tokens."""
    tensors = _tensors(random.Random(7))
    meta = _metadata()
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(meta)) + b"".join(meta)
    offset, data = 0, []
    for name, shape, kind, values in tensors:
        head += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
        data.append(_padded(values))
        offset += len(data[-1])
    path.write_bytes(_padded(head) + b"".join(data))
    return path


def _metadata() -> list[bytes]:
    sizes = {
        "context_length": 8192,
        "embedding_length": _WIDTH,
        "block_count": 1,
        "feed_forward_length": _INNER,
        "attention.head_count": 1,
        "attention.head_count_kv": 1,
    }
    kinds = [_CONTROL if i in _SPECIALS else _NORMAL if i < 256 else _UNUSED for i in range(_VOCABULARY)]
    return [
        _key("general.architecture", _STRING) + _string("qwen2"),
        *(_key(f"qwen2.{name}", _U32) + struct.pack("<I", size) for name, size in sizes.items()),
        _key("qwen2.attention.layer_norm_rms_epsilon", _F32) + struct.pack("<f", 1e-6),
        _key("tokenizer.ggml.model", _STRING) + _string("gpt2"),
        _key("tokenizer.ggml.pre", _STRING) + _string("qwen2"),
        _key("tokenizer.ggml.tokens", _ARRAY) + _strings([_token(i) for i in range(_VOCABULARY)]),
        _key("tokenizer.ggml.token_type", _ARRAY) + struct.pack("<IQ", _I32, len(kinds)) + array("i", kinds).tobytes(),
        _key("tokenizer.ggml.merges", _ARRAY) + _strings(["a b"]),
        _key("tokenizer.ggml.eos_token_id", _U32) + struct.pack("<I", 151645),
    ]


def _token(number: int) -> str:
    if number >= 256:
        return _SPECIALS.get(number, f"<unused{number}>")
    return _byte_characters()[number]


def _byte_characters() -> list[str]:
    """GPT-2's way to write each byte as one visible character."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in visible]
    names = {byte: chr(byte) for byte in visible} | {byte: chr(256 + i) for i, byte in enumerate(others)}
    return [names[byte] for byte in range(256)]


def _tensors(chance: random.Random) -> list[tuple[str, tuple[int, ...], int, bytes]]:
    def matrix(name: str, rows: int) -> tuple[str, tuple[int, ...], int, bytes]:
        return name, (_WIDTH, rows), _TENSOR_F16, struct.pack(f"<{rows * _WIDTH}e", *_gauss(chance, rows * _WIDTH))

    def vector(name: str, value: float) -> tuple[str, tuple[int, ...], int, bytes]:
        return name, (_WIDTH,), _TENSOR_F32, struct.pack(f"<{_WIDTH}f", *([value] * _WIDTH))

    # Only the rows of bytes and special tokens are drawn; the fillers' rows are zero and never win.
    real = [struct.pack(f"<{_WIDTH}e", *_gauss(chance, _WIDTH)) for _ in range(256)]
    zero = bytes(2 * _WIDTH)
    embedding = b"".join(real) + b"".join(real[i % 256] if i in _SPECIALS else zero for i in range(256, _VOCABULARY))
    layers = [matrix(f"blk.0.{name}.weight", _WIDTH) for name in ("attn_q", "attn_k", "attn_v", "attn_output")]
    layers += [matrix(f"blk.0.{name}.weight", _INNER) for name in ("ffn_gate", "ffn_up", "ffn_down")]
    norms = [vector(f"{name}.weight", 1.0) for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm")]
    biases = [vector(f"blk.0.attn_{name}.bias", 0.0) for name in "qkv"]
    whole = ("token_embd.weight", (_WIDTH, _VOCABULARY), _TENSOR_F16, embedding)
    return [whole, ("output.weight", *whole[1:3], _output(chance)), *layers, *norms, *biases]


def _output(chance: random.Random) -> bytes:
    """Letters and spaces only can win, so that the reply is text and never ends by itself."""
    letters = {_byte_characters().index(letter) for letter in "abcdefghijklmnopqrstuvwxyzĠ"}
    rows = [_gauss(chance, _WIDTH) if i in letters else [0.0] * _WIDTH for i in range(256)]
    return b"".join(struct.pack(f"<{_WIDTH}e", *row) for row in rows) + bytes(2 * _WIDTH * (_VOCABULARY - 256))


def _gauss(chance: random.Random, count: int) -> list[float]:
    return [chance.gauss(0, 0.4) for _ in range(count)]


def _key(name: str, kind: int) -> bytes:
    return _string(name) + struct.pack("<I", kind)


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _strings(texts: list[str]) -> bytes:
    return struct.pack("<IQ", _STRING, len(texts)) + b"".join(_string(text) for text in texts)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNMENT)
