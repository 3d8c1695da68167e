// The other tasks: what they do to the text, the views, the source control's box.

import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  again, answer, at, edit, expect, fromMenu, hidePanel, leaveModal, message, panel, pick, run, save, sent, shot, status,
  takeFromLightBulb, until,
} from "../window.mjs";

const squiggle = (page) => page.locator(".editor-group-container.active .squiggly-warning");

export default {
  // By the light bulb, on a line with an emoji; Ruff finds the problem and then none.
  async fix_verified(page, setup) {
    await edit(page, "broken.py", 3);
    await takeFromLightBulb(page, setup, "Fix with flashls", "flashls.fix", () => shot(page, setup, "light_bulb_menu"));
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
    await answer(page, "generate code", "a function that doubles x", () => shot(page, setup, "generate_asked"));
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
    const file = at(setup, "tests/test_shop.py");
    await until("it is saved", async () => {
      await tab.click();
      await page.keyboard.press("Control+s");
      const written = () => existsSync(file) && readFileSync(file, "utf8").includes("assert price(2) == 6");
      return until("it is written", written, 3000).catch(() => false);
    });
  },

  async reviewed(page, setup) {
    await edit(page, "reviewed.py", 3);
    await run(page, "flashls: Review");
    await squiggle(page).first().waitFor();
    await message(page, "1 finding").waitFor();
    await again("the finding is told", async () => {
      await page.mouse.move(600, 600);
      await page.locator(".view-line", { hasText: "xs[-1]" }).first().hover({ position: { x: 90, y: 8 } });
    }, page.locator(".monaco-hover", { hasText: "An empty list has no last element" }));
    await shot(page, setup, "review_hover");
    await page.keyboard.press("Escape");
  },

  // The answer names a place, which was checked; it is shown when it is clicked.
  async asked(page, setup) {
    await edit(page, "area.py", 2);
    await run(page, "flashls: Ask about the workspace…");
    await answer(page, "ask about the workspace", "Where is the price made?");
    await panel(page).locator("#heading", { hasText: "Where is the price made?" }).waitFor();
    const place = panel(page).locator("a.place", { hasText: "shop.py:2" });
    await place.waitFor();
    await shot(page, setup, "ask_answer");
    const shown = page.locator('.tab.active[data-resource-name="shop.py"]');
    await again("the place is shown", () => place.click({ timeout: 5000 }), shown);
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
    const entry = page.locator(".quick-input-list .monaco-list-row", { hasText: "Statistics" });
    await again("the menu", () => status(page).click({ timeout: 5000 }), entry);
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

  // In the terminal, where it can be read.
  async statistics(page, setup) {
    await fromMenu(page, "Statistics");
    await page.locator(".terminal-wrapper .xterm-rows", { hasText: "Tokens and cost" }).first().waitFor();
    await shot(page, setup, "statistics_in_the_terminal");
    await hidePanel(page);
  },

  // The weights are there already, as far as a look at their length tells; then the server starts with them.
  async small_model(page, setup) {
    mkdirSync(dirname(setup.weights), { recursive: true });
    writeFileSync(setup.weights, "");
    truncateSync(setup.weights, 491_400_064);
    const started = sent(setup.wire, /"method": ?"initialize"/g);
    await run(page, "flashls: Use a small model on this machine");
    await until("the server is started anew", () => sent(setup.wire, /"method": ?"initialize"/g) > started, 60000);
    await status(page).filter({ hasText: "test" }).waitFor();
    await shot(page, setup, "small_model_pulled");
    rmSync(setup.weights);
    await hidePanel(page);
  },

  async file_turned_off(page, setup) {
    await edit(page, "off.py", 2);
    await fromMenu(page, "Do not complete in this file");
    await until("the server is told", () => sent(setup.wire, /"paths": ?{"off": ?\["\/off\.py"\]}/g) > 0);
    await fromMenu(page, "Complete in this file");
    await until("it is taken back", () => sent(setup.wire, /"paths": ?{"off": ?\[\]}/g) > 0);
  },

  async walkthrough(page, setup) {
    await run(page, "Welcome: Open Walkthrough...");
    await pick(page, "Get started with flashls");
    await page.locator(".getting-started-step", { hasText: "Choose who answers" }).click();
    const entry = page.locator(".quick-input-list .monaco-list-row", { hasText: "Statistics" });
    await again("the menu", () => status(page).click({ timeout: 5000 }), entry);
    await page.keyboard.press("Escape");
    const step = page.locator(".getting-started-step", { hasText: "See what it does" });
    await step.locator(".codicon-getting-started-step-checked").waitFor();
  },

  async settings_page(page, setup) {
    await run(page, "Preferences: Open Settings (UI)");
    await again("the settings are found", async () => {
      await page.locator(".settings-header .view-lines, .settings-header input").first().click();
      await page.keyboard.press("Control+a");
      await page.keyboard.type("flashls");
    }, page.locator(".setting-item-title", { hasText: "Debounce" }).first());
    expect((await page.locator(".setting-item-title", { hasText: "Base Url" }).count()) === 0, "endpoints can be set");
    await shot(page, setup, "settings");
    await leaveModal(page);
  },
};
