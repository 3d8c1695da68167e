// A window with three folders, each with settings of its own in the server: the last one's say that it is quiet there.

import { blankGives, edit, expect, fromMenu, ghost, pick, run, sent, sleep, status, until } from "../window.mjs";

export default {
  async second_folder(page, setup) {
    await status(page).filter({ hasText: "test" }).waitFor({ timeout: 120000 });
    await edit(page, "second.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await blankGives(page, "3.14 * r * r");
    await fromMenu(page, "Do not complete in this file");
    await until("the server is told", () => sent(setup.wire, /"off": ?\["[^"]*\/untrusted\/second\.py"\]/g) > 0);
    await edit(page, "second.py", 2);
    await page.keyboard.press("Backspace");
    await page.keyboard.type(" ");
    await sleep(1000);
    expect((await ghost(page)) === "", "there is ghost text");
  },

  async folder_with_settings(page, setup) {
    await edit(page, "quiet.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await sleep(1000);
    expect((await ghost(page)) === "", "there is ghost text");
    await fromMenu(page, "Why was nothing suggested?");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "complete: disabled" }).first().waitFor();
    await page.keyboard.press("Escape");
  },

  async folder_removed(page, setup) {
    await run(page, "Workspaces: Remove Folder from Workspace...");
    await pick(page, "quiet");
    await until("the server is told", () => sent(setup.wire, /"removed": ?\[{"uri": ?"[^"]*quiet"/g) > 0);
    await edit(page, "quiet.py", 2);
    await page.keyboard.press("Backspace");
    await page.keyboard.type(" ");
    await blankGives(page, "3.14 * r * r");
  },
};
