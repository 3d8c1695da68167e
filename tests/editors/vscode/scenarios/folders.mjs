// A window with two folders, of which the server knows the first as its own.

import { edit, expect, ghost, ghostIs, pick, sent, sleep, status, until } from "../window.mjs";

export default {
  async second_folder(page, setup) {
    await status(page).filter({ hasText: "test" }).waitFor({ timeout: 60000 });
    await edit(page, "second.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await ghostIs(page, "3.14 * r * r");
    await status(page).click();
    await pick(page, "Do not complete in this file", { title: "flashls" });
    await until("the server is told", () => sent(setup.wire, /"off": ?\["[^"]*\/untrusted\/second\.py"\]/g) > 0);
    await edit(page, "second.py", 2);
    await page.keyboard.press("Backspace");
    await page.keyboard.type(" ");
    await sleep(1000);
    expect((await ghost(page)) === "", "there is ghost text");
  },
};
