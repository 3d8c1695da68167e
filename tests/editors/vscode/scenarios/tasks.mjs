// The other tasks: what they do to the text, the views, the source control's box.

import { existsSync, readFileSync } from "node:fs";
import { at, edit, expect, leaveModal, message, panel, pick, run, save, sent, shot, status, takeFromLightBulb, until } from "../window.mjs";

const squiggle = (page) => page.locator(".editor-group-container.active .squiggly-warning");

export default {
  // By the light bulb, on a line with an emoji; Ruff finds the problem and then none.
  async fix_verified(page, setup) {
    await edit(page, "broken.py", 3);
    await takeFromLightBulb(page, "Fix with flashls", () => shot(page, setup, "light_bulb_menu"));
    await message(page, "fixed, checked with ruff").waitFor();
    await shot(page, setup, "fix_verified_message");
    await save(page, at(setup, "broken.py"), 's = "😀"; t = 1\nprint(s, t)\n');
  },

  async documented(page, setup) {
    await edit(page, "bare.py", 3);
    await page.keyboard.press("Control+Home");
    await run(page, "flashls: Document");
    await message(page, "documented area").waitFor();
    await save(page, at(setup, "bare.py"), 'def area(r):\n    """Give the area of a circle."""\n    return 3.14 * r * r\n');
  },

  async generated(page, setup) {
    await edit(page, "wish.py", 2);
    await run(page, "flashls: Generate code…");
    await page.locator(".quick-input-title", { hasText: "generate code" }).waitFor();
    await page.keyboard.type("a function that doubles x");
    await shot(page, setup, "generate_asked");
    await page.keyboard.press("Enter");
    await until("it is written", () => sent(setup.wire, /def twice/g) > 0);
    await save(page, at(setup, "wish.py"), "x = 1\ndef twice(x):\n    return 2 * x");
  },

  // The new file is shown beside the code.
  async tests_written(page, setup) {
    await edit(page, "shop.py", 3);
    await page.keyboard.press("Control+Home");
    await run(page, "flashls: Write tests");
    const tab = page.locator('.tab[data-resource-name="test_shop.py"]');
    await tab.waitFor();
    await page.locator(".view-lines", { hasText: "def test_price" }).first().waitFor();
    await shot(page, setup, "tests_beside");
    await tab.click();
    await page.keyboard.press("Control+s");
    const file = at(setup, "tests/test_shop.py");
    await until("it is saved", () => existsSync(file) && readFileSync(file, "utf8").includes("assert price(2) == 6"));
  },

  async reviewed(page, setup) {
    await edit(page, "reviewed.py", 3);
    await run(page, "flashls: Review");
    await squiggle(page).first().waitFor();
    await message(page, "1 finding").waitFor();
    await page.locator(".view-line", { hasText: "xs[-1]" }).first().hover({ position: { x: 90, y: 8 } });
    await page.locator(".monaco-hover", { hasText: "An empty list has no last element" }).waitFor();
    await shot(page, setup, "review_hover");
    await page.keyboard.press("Escape");
  },

  // The answer names a place, which was checked; it is shown when it is clicked.
  async asked(page, setup) {
    await edit(page, "area.py", 2);
    await run(page, "flashls: Ask about the workspace…");
    await page.locator(".quick-input-title", { hasText: "ask about the workspace" }).waitFor();
    await page.keyboard.type("Where is the price made?");
    await page.keyboard.press("Enter");
    await panel(page).locator("#heading", { hasText: "Where is the price made?" }).waitFor();
    const place = panel(page).locator("a.place", { hasText: "shop.py:2" });
    await place.waitFor();
    await shot(page, setup, "ask_answer");
    await place.click();
    await page.locator('.tab.active[data-resource-name="shop.py"]').waitFor();
    await page.locator(".statusbar-item", { hasText: "Ln 2," }).waitFor();
  },

  async what_is_sent(page, setup) {
    await edit(page, "shop.py", 3);
    await run(page, "flashls: Show what is sent from here");
    await panel(page).locator("h1", { hasText: "What scripted/test would be sent" }).waitFor();
    await panel(page).locator("pre", { hasText: "def price" }).first().waitFor();
  },

  async commit_message(page, setup) {
    await run(page, "flashls: Write commit message");
    await page.locator(".scm-editor .view-lines", { hasText: "Add a note" }).waitFor();
    await shot(page, setup, "commit_message_box");
    await page.keyboard.press("Control+Shift+E");
  },

  async model_switched(page, setup) {
    await status(page).click();
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Statistics" }).waitFor();
    await shot(page, setup, "menu");
    await pick(page, "Switch model", { title: "flashls" });
    await pick(page, "For completions", { title: "switch model" });
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "scripted/test" }).filter({ hasText: "in use" }).waitFor();
    await shot(page, setup, "switch_model");
    await pick(page, "scripted/other", { title: "For completions" });
    await status(page).filter({ hasText: "other" }).waitFor();
    await run(page, "flashls: Switch model…");
    await pick(page, "For completions", { title: "switch model" });
    await pick(page, "Automatic", { title: "For completions" });
    await status(page).filter({ hasText: "test" }).waitFor();
  },

  async file_turned_off(page, setup) {
    await edit(page, "off.py", 2);
    await status(page).click();
    await pick(page, "Do not complete in this file", { title: "flashls" });
    await until("the server is told", () => sent(setup.wire, /"paths": ?{"off": ?\["\/off\.py"\]}/g) > 0);
    await status(page).click();
    await pick(page, "Complete in this file", { title: "flashls" });
    await until("it is taken back", () => sent(setup.wire, /"paths": ?{"off": ?\[\]}/g) > 0);
  },

  async walkthrough(page, setup) {
    await run(page, "Welcome: Open Walkthrough...");
    await pick(page, "Get started with flashls");
    await page.locator(".getting-started-step", { hasText: "Choose who answers" }).click();
    await status(page).click();
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Statistics" }).waitFor();
    await page.keyboard.press("Escape");
    const step = page.locator(".getting-started-step", { hasText: "See what it does" });
    await step.locator(".codicon-getting-started-step-checked").waitFor();
  },

  async settings_page(page, setup) {
    await run(page, "Preferences: Open Settings (UI)");
    await page.locator(".settings-header .view-lines, .settings-header input").first().click();
    await page.keyboard.type("flashls");
    await page.locator(".setting-item-title", { hasText: "Debounce" }).first().waitFor();
    expect((await page.locator(".setting-item-title", { hasText: "Base Url" }).count()) === 0, "endpoints can be set");
    await shot(page, setup, "settings");
    await leaveModal(page);
  },
};
