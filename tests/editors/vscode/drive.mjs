// Usage: node drive.mjs SETUP.json. Plays each scenario in one VS Code window and prints a JSON line for each:
// {"name", "ok", "ms", "error"}. A screenshot NAME.png is left of every scenario, as it stood at its end.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { edit, framesWhileTyping, ghost, ghostIs, openWindow, panel, pick, run, save, sent, sleep, until } from "./window.mjs";

const setup = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { wire, project, machineSettings } = setup;
const at = (file) => join(project, file);
const status = (page) => page.locator('.statusbar-item[id^="flashls"]');
const expect = (truth, what) => {
  if (!truth) {
    throw new Error(what);
  }
};

const scenarios = {
  async status_bar(page) {
    await status(page).filter({ hasText: "test" }).waitFor({ timeout: 60000 });
    await status(page).hover();
    await page.locator(".workbench-hover", { hasText: "scripted/test" }).waitFor();
  },

  async ghost_text(page) {
    await edit(page, "area.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await ghostIs(page, "3.14 * r * r");
  },

  // Goes on where ghost_text ended: the line must look the same in every frame while its own text is typed.
  async typed_through(page) {
    const frames = await framesWhileTyping(page, "    return", "3.14 * r", 60);
    const wrong = frames.filter((line) => line !== "    return 3.14 * r * r");
    expect(frames.length > 20, `only ${frames.length} frames were seen`);
    expect(wrong.length === 0, `${wrong.length} of ${frames.length} frames differ: ${JSON.stringify([...new Set(wrong)])}`);
    await ghostIs(page, " * r");
  },

  async tab_accepts(page) {
    await page.keyboard.press("Tab");
    await until("the suggestion is gone", async () => (await ghost(page)) === "");
    await save(page, at("area.py"), "def area(r):\n    return 3.14 * r * r");
    await until("the server is told", () => sent(wire, /"flashls\.accept"/g) > 0);
  },

  async several_lines(page) {
    await edit(page, "block.py", 2);
    await page.keyboard.type("if r < 0:", { delay: 30 });
    await page.keyboard.press("Enter");
    await ghostIs(page, "r = -r\n        sign = -1");
    await page.keyboard.press("Tab");
    await save(page, at("block.py"), 'def area(r):\n    if r < 0:\n        r = -r\n        sign = -1');
  },

  async emoji_line(page) {
    await edit(page, "emoji.py", 2);
    await page.keyboard.type(" ");
    await ghostIs(page, 'boat + "🚤"');
    await page.keyboard.press("Tab");
    await save(page, at("emoji.py"), 'boat = 1\nfleet = "😀🚣" * boat + "🚤"');
  },

  async turned_off_for_a_language(page) {
    const choose = async (entry) => {
      const told = sent(wire, /"workspace\/didChangeConfiguration"/g);
      await status(page).click();
      await pick(page, entry, { title: "flashls" });
      await until("the server is told", () => sent(wire, /"workspace\/didChangeConfiguration"/g) > told);
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
    await ghostIs(page, "3.14 * r * r");
  },

  async last_requests(page) {
    await status(page).click();
    await pick(page, "Why was nothing suggested?", { title: "flashls" });
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "complete: language off" }).first().waitFor();
    await page.screenshot({ path: join(setup.screenshots, "last_requests_list.png") });
    await page.keyboard.press("Escape");
  },

  async explain_streams(page) {
    await edit(page, "explained.py", 3);
    await page.keyboard.press("Control+a");
    await run(page, "flashls: Explain");
    const text = panel(page).locator("#text");
    await text.locator("h2", { hasText: "What it does" }).waitFor();
    expect(!(await text.innerText()).includes("the end"), "all of it came at once");
    await page.screenshot({ path: join(setup.screenshots, "explain_while_streaming.png") });
    await text.getByText("the end").waitFor();
    await panel(page).locator("#stop").waitFor({ state: "hidden" });
    expect((await text.locator("pre code").innerText()).includes("return 3.14"), "no code block");
    expect((await text.innerText()).includes("<img src=x onerror=alert(1)>"), "HTML is not shown as text");
    expect((await text.locator("img").count()) === 0, "HTML became an element");
  },

  async explanation_stopped(page) {
    const cancelled = sent(wire, /"\$\/cancelRequest"/g);
    await edit(page, "endless.py", 4);
    await page.keyboard.press("Control+a");
    await run(page, "flashls: Explain");
    const text = panel(page).locator("#text");
    await text.getByText("word 10 ").waitFor();
    await panel(page).locator("#stop").click();
    await panel(page).locator("#note", { hasText: "Stopped." }).waitFor();
    expect(sent(wire, /"\$\/cancelRequest"/g) > cancelled, "no cancellation was sent");
    const before = await text.innerText();
    await sleep(500);
    expect((await text.innerText()) === before, "text still arrives");
  },

  async light_bulb(page) {
    await edit(page, "lamp.py", 3);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget .monaco-list-row", { hasText: "Explain" }).first().click();
    await panel(page).locator("#heading", { hasText: "lamp.py" }).waitFor();
    await panel(page).locator("#text").getByText("A lamp").waitFor();
  },

  async key_is_kept_secret(page) {
    await run(page, "flashls: Set API key");
    await pick(page, "Google Gemini", { title: "set the key for" });
    await page.locator('.quick-input-widget input[type="password"]').waitFor();
    await page.keyboard.type(setup.key);
    await page.screenshot({ path: join(setup.screenshots, "key_asked.png") });
    await page.keyboard.press("Enter");
    await until("the server has it", () => sent(wire, new RegExp(`"keys": ?{"gemini": ?"${setup.key}"}`, "g")) > 0);
    await run(page, "flashls: Remove API key");
    const told = sent(wire, /"keys": ?{}/g);
    await pick(page, "gemini", { title: "remove the key for" });
    await until("the server forgets it", () => sent(wire, /"keys": ?{}/g) > told);
  },

  async no_key(page) {
    const configured = readFileSync(setup.serverSettings, "utf8");
    writeFileSync(setup.serverSettings, configured.replaceAll("scripted/test", "gemini/gemini-3.5-flash-lite"));
    await run(page, "flashls: Restart server");
    await status(page).filter({ hasText: "gemini-3.5-flash-lite" }).waitFor();
    await edit(page, "keyless.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await status(page).locator(".codicon-warning").waitFor();
    const said = page.locator(".notification-toast", { hasText: "There is no key for Gemini" });
    await said.waitFor();
    expect((await said.count()) === 1, "it is said more than once");
    await page.screenshot({ path: join(setup.screenshots, "no_key_message.png") });
    writeFileSync(setup.serverSettings, configured);
    await run(page, "flashls: Restart server");
    await status(page).filter({ hasText: "test" }).waitFor();
  },

  async server_not_found(page) {
    writeFileSync(machineSettings, JSON.stringify({ "flashls.server.path": "/nowhere/flashls" }));
    await page.locator(".notification-toast", { hasText: "/nowhere/flashls" }).waitFor();
    await page.screenshot({ path: join(setup.screenshots, "server_not_found_message.png") });
    writeFileSync(machineSettings, "{}"); // now it is to be found in ~/.local/bin
    await status(page).filter({ hasText: "test" }).waitFor();
  },
};

async function play() {
  const { page, close } = await openWindow({ ...setup, file: "area.py" });
  page.on("pageerror", (error) => console.error("page error:", error.message));
  for (const [name, scenario] of Object.entries(scenarios)) {
    const start = Date.now();
    const result = { name, ok: true, ms: 0, error: "" };
    try {
      await scenario(page);
    } catch (error) {
      Object.assign(result, { ok: false, error: error.message });
    }
    result.ms = Date.now() - start;
    await page.screenshot({ path: join(setup.screenshots, `${name}.png`) });
    console.log(JSON.stringify(result));
  }
  await close();
}

await play();
