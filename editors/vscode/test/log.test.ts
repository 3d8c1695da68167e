import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogOutputChannel } from "vscode";
import { withoutKeys } from "../src/log.ts";

const cases: { name: string; keys: string[]; traced: string; shown: string }[] = [
  { name: "nothing to hide", keys: [], traced: "Params: {}", shown: "Params: {}" },
  { name: "a key", keys: ["k-123"], traced: '{"gemini": "k-123"}', shown: '{"gemini": "•••"}' },
  { name: "every place", keys: ["k-1"], traced: "k-1, k-1", shown: "•••, •••" },
  { name: "two keys", keys: ["abc", "xyz"], traced: "abc xyz", shown: "••• •••" },
  { name: "as JSON writes it", keys: ['a"b\\c'], traced: JSON.stringify({ key: 'a"b\\c' }), shown: '{"key":"•••"}' },
  { name: "an empty key hides nothing", keys: [""], traced: "text", shown: "text" },
];

for (const { name, keys, traced, shown } of cases) {
  test(name, () => {
    const lines: string[] = [];
    const channel = Object.freeze({ logLevel: 1, trace: (line: string) => void lines.push(line) });
    const log = withoutKeys(channel as unknown as LogOutputChannel, () => keys);
    log.trace(traced);
    assert.deepEqual(lines, [shown]);
    assert.equal(log.logLevel, 1);
  });
}
