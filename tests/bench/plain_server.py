"""The yardstick: a language server as one writes it first, with pygls' workspace and one httpx client.

It asks the endpoint in $PLAIN_URL for each inline completion and answers with the first row of the reply.
"""

from __future__ import annotations

import json
import os

import httpx
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

server = LanguageServer("plain", "0")
client: list[httpx.AsyncClient] = []


@server.feature(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, lsp.InlineCompletionOptions())
async def inline(ls: LanguageServer, params: lsp.InlineCompletionParams) -> lsp.InlineCompletionList:
    """Sends the 4,000 characters before the cursor and the 1,000 after it."""
    document = ls.workspace.get_text_document(params.text_document.uri)
    offset = document.offset_at_position(params.position)
    source = document.source
    prompt = source[max(0, offset - 4000) : offset] + "<CURSOR>" + source[offset : offset + 1000]
    text = await first_row({"contents": [{"role": "user", "parts": [{"text": prompt}]}]})
    item = lsp.InlineCompletionItem(insert_text=text, range=lsp.Range(params.position, params.position))
    return lsp.InlineCompletionList(items=[item])


async def first_row(body: dict[str, object]) -> str:
    """The first row of the reply; the rest of the stream is dropped."""
    if not client:
        client.append(httpx.AsyncClient(timeout=30))
    text = ""
    async with client[0].stream("POST", os.environ["PLAIN_URL"], json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                text += json.loads(line[6:])["candidates"][0]["content"]["parts"][0]["text"]
                if "\n" in text:
                    break
    return text.split("\n", 1)[0]


if __name__ == "__main__":
    server.start_io()
