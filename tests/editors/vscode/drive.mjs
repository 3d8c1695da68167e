// Usage: node drive.mjs SETUP.json. Plays each scenario, some in windows of their own, and prints a JSON line for each:
// {"name", "ok", "ms", "error"}. A screenshot NAME.png is left of every scenario, as it stood at its end. With names in
// $SCENARIOS, divided by commas, only those are played.

import { readFileSync } from "node:fs";
import answers from "./scenarios/answers.mjs";
import folders from "./scenarios/folders.mjs";
import real from "./scenarios/real.mjs";
import server from "./scenarios/server.mjs";
import tasks from "./scenarios/tasks.mjs";
import typing from "./scenarios/typing.mjs";
import untrusted from "./scenarios/untrusted.mjs";
import { openWindow, shot } from "./window.mjs";

const setup = JSON.parse(readFileSync(process.argv[2], "utf8"));
const chosen = process.env.SCENARIOS ? process.env.SCENARIOS.split(",") : undefined;

async function play(scenarios, opened) {
  const played = Object.entries(scenarios).filter(([name]) => chosen?.includes(name) ?? true);
  if (played.length === 0) {
    return;
  }
  const { page, close } = await openWindow({ ...setup, file: "area.py", ...opened });
  page.on("pageerror", (error) => console.error("page error:", error.message));
  for (const [name, scenario] of played) {
    const start = Date.now();
    const result = { name, ok: true, ms: 0, error: "" };
    try {
      await scenario(page, setup);
    } catch (error) {
      Object.assign(result, { ok: false, error: error.message });
    }
    result.ms = Date.now() - start;
    await shot(page, setup, name);
    console.log(JSON.stringify(result));
    if (!result.ok) {
      await page.keyboard.press("Escape"); // what was left open would be in the next one's way
    }
  }
  await close();
}

if (setup.realModel) {
  await play(real, { trusted: true });
} else {
  await play(untrusted, { project: setup.untrusted });
  await play(folders, { workspace: setup.threeFolders });
  await play({ ...typing, ...answers, ...tasks, ...server }, { trusted: true });
}
