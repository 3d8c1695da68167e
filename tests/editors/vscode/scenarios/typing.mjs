// Ghost text: drawn, typed through, taken, left alone.

import {
  again, at, blankGives, edit, expect, framesWhileTyping, fromMenu, ghost, ghostIs, save, sent, shot, sleep, status, until,
} from "../window.mjs";

export default {
  async status_bar(page, setup) {
    await status(page).filter({ hasText: "test" }).waitFor({ timeout: 120000 });
    await again("the hover", async () => {
      await page.mouse.move(600, 300);
      await status(page).hover();
    }, page.locator(".workbench-hover", { hasText: "scripted/test" }));
  },

  async ghost_text(page, setup) {
    await edit(page, "area.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await blankGives(page, "3.14 * r * r");
  },

  // Goes on where ghost_text ended: the line must look the same in every frame while its own text is typed.
  async typed_through(page, setup) {
    const frames = await framesWhileTyping(page, "    return", "3.14 * r", 60);
    const wrong = frames.filter((line) => line !== "    return 3.14 * r * r");
    expect(frames.length > 20, `only ${frames.length} frames were seen`);
    expect(wrong.length === 0, `${wrong.length} of ${frames.length} frames differ: ${JSON.stringify([...new Set(wrong)])}`);
    await ghostIs(page, " * r");
  },

  async tab_accepts(page, setup) {
    await page.keyboard.press("Tab");
    await until("the suggestion is gone", async () => (await ghost(page)) === "");
    await save(page, at(setup, "area.py"), "def area(r):\n    return 3.14 * r * r");
    await until("the server is told", () => sent(setup.wire, /"flashls\.accept"/g) > 0);
  },

  // Without a suggestion Tab is what it always was.
  async tab_indents(page, setup) {
    await edit(page, "tab.py", 2);
    await until("nothing is suggested", async () => (await ghost(page)) === "");
    await page.keyboard.press("Tab");
    await page.keyboard.type("pass");
    await save(page, at(setup, "tab.py"), "if True:\n    pass");
  },

  async word_accepts(page, setup) {
    await edit(page, "words.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await blankGives(page, "3.14 * r * r");
    await page.keyboard.press("Control+ArrowRight");
    await ghostIs(page, " * r * r");
    await page.keyboard.press("Control+ArrowRight");
    await ghostIs(page, "* r * r");
    await page.keyboard.press("Tab");
    await save(page, at(setup, "words.py"), "def area(r):\n    return 3.14 * r * r");
  },

  async large_file(page, setup) {
    await edit(page, "large.py", setup.largeLines);
    await page.keyboard.type("    return ", { delay: 30 });
    await blankGives(page, "3.14 * r * r");
    await page.keyboard.press("Tab");
    await until("it is taken", async () => (await ghost(page)) === "");
  },

  async several_lines(page, setup) {
    await edit(page, "block.py", 2);
    await page.keyboard.type("if r < 0:", { delay: 30 });
    await page.keyboard.press("Enter");
    await ghostIs(page, "r = -r\n        sign = -1");
    await page.keyboard.press("Tab");
    await save(page, at(setup, "block.py"), 'def area(r):\n    if r < 0:\n        r = -r\n        sign = -1');
  },

  async emoji_line(page, setup) {
    await edit(page, "emoji.py", 2);
    await page.keyboard.type(" ");
    await blankGives(page, 'boat + "🚤"');
    await page.keyboard.press("Tab");
    await save(page, at(setup, "emoji.py"), 'boat = 1\nfleet = "😀🚣" * boat + "🚤"');
  },

  async turned_off_for_a_language(page, setup) {
    const choose = async (entry) => {
      const told = sent(setup.wire, /"workspace\/didChangeConfiguration"/g);
      await fromMenu(page, entry);
      await until("the server is told", () => sent(setup.wire, /"workspace\/didChangeConfiguration"/g) > told);
      await edit(page, "off.py", 2);
    };
    await edit(page, "off.py", 2);
    await choose("Do not complete in python");
    await page.keyboard.type("    return ", { delay: 30 });
    await sleep(1000);
    expect((await ghost(page)) === "", "there is ghost text");
    await choose("Complete in python");
    await page.keyboard.press("Backspace");
    await page.keyboard.type(" ");
    await blankGives(page, "3.14 * r * r");
  },

  async last_requests(page, setup) {
    await fromMenu(page, "Why was nothing suggested?");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "complete: language off" }).first().waitFor();
    await shot(page, setup, "last_requests_list");
    await page.keyboard.press("Escape");
  },
};
