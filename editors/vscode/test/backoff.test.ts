import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff.ts";

const cases: { name: string; deaths: number[]; waits: number[] }[] = [
  { name: "the first", deaths: [0], waits: [1] },
  { name: "they double", deaths: [0, 2, 5, 10], waits: [1, 2, 4, 8] },
  { name: "no longer than a minute", deaths: [0, 1, 2, 3, 4, 5, 6, 7], waits: [1, 2, 4, 8, 16, 32, 60, 60] },
  { name: "after ten calm minutes from the beginning", deaths: [0, 2, 603, 605], waits: [1, 2, 1, 2] },
];

for (const { name, deaths, waits } of cases) {
  test(name, () => {
    const backoff = new Backoff();
    assert.deepEqual(
      deaths.map((death) => backoff.next(death)),
      waits,
    );
  });
}
