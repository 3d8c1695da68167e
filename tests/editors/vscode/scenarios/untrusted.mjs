// A folder that is not trusted: nothing of it is run, its settings choose nothing, and completions work.

import { existsSync } from "node:fs";
import { blankGives, edit, expect, sent, status, trust, until } from "../window.mjs";

export default {
  async untrusted(page, setup) {
    await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ timeout: 120000 });
    await status(page).filter({ hasText: "test" }).waitFor({ timeout: 120000 });
    await edit(page, "area.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await blankGives(page, "3.14 * r * r");
    expect(sent(setup.wire, /"fix": ?{"tools": ?\[\]}/g) > 0, "tools may run");
    expect(sent(setup.wire, /scripted\/other/g) === 0, "the folder's settings choose a model");
    expect(!existsSync(setup.evilWasRun), "the folder's program was run");
  },

  async trust_granted(page, setup) {
    await trust(page);
    await until("the folder's settings count", () => sent(setup.wire, /scripted\/other/g) > 0);
    expect(!existsSync(setup.evilWasRun), "the folder's program was run");
  },
};
