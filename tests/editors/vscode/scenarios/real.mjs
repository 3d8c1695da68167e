// One suggestion of the model that runs on this machine: whatever it says is drawn, taken, and then in the file.

import { readFileSync } from "node:fs";
import { at, edit, expect, ghost, save, shot, sleep, status, until } from "../window.mjs";

export default {
  async real_model(page, setup) {
    await status(page).filter({ hasText: "qwen2.5-coder" }).waitFor({ timeout: 60000 });
    const file = at(setup, "area.py");
    const code = readFileSync(file, "utf8");
    await edit(page, "area.py", 5);
    await page.keyboard.type("cost = ", { delay: 30 });
    const suggested = await until("a suggestion", async () => {
      await page.keyboard.press("Backspace");
      await page.keyboard.type(" ");
      return until("ghost text that stays", async () => {
        const first = await ghost(page);
        await sleep(500);
        return first !== "" && first === (await ghost(page)) ? first : "";
      }, 15000).catch(() => "");
    }, 180000);
    await shot(page, setup, "real_model_ghost_text");
    await page.keyboard.press("Tab");
    await until("the suggestion is gone", async () => (await ghost(page)) === "");
    await save(page, file, `${code}cost = ${suggested}`);
    expect((await page.locator(".notification-toast .codicon-error").count()) === 0, "an error is shown");
  },
};
