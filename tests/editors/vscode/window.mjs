// A VS Code window in headless Chromium, and what a person does in it.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file of the project, as a path. */
export const at = (setup, file) => join(setup.project, file);

export function expect(truth, what) {
  if (!truth) {
    throw new Error(what);
  }
}

/** Leaves a picture, to be looked at: of what fades in, or moves, as it is in the end. */
export const shot = (page, setup, name) =>
  page.screenshot({ path: join(setup.screenshots, `${name}.png`), animations: "disabled", caret: "initial" });

/** The extension's own entry in the status bar. */
export const status = (page) => page.locator('.statusbar-item[id^="flashls"]');

/** A passing message in the status bar. */
export const message = (page, text) => page.locator(".statusbar-item", { hasText: `flashls: ${text}` });

export const toast = (page, text) => page.locator(".notification-toast", { hasText: text });

export async function pressInToast(said, button) {
  await said.locator(".monaco-button", { hasText: button }).first().press("Enter"); // a hover may be in a click's way
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again until `probe` gives something true; fails with what it last gave. */
export async function until(what, probe, ms = 30000) {
  let last;
  for (const end = Date.now() + ms; Date.now() < end; await sleep(40)) {
    last = await probe();
    if (last) {
      return last;
    }
  }
  throw new Error(`${what}: not within ${ms} ms (last: ${JSON.stringify(last)})`);
}

/** Does something until `seen` appears, again every few seconds: a busy window may lose a key, a click or a search. */
export function again(what, act, seen, ms = 60000) {
  return until(what, async () => {
    await act().catch(() => undefined);
    return seen.first().waitFor({ timeout: 6000 }).then(() => true, () => false);
  }, ms);
}

/** Opens a folder (or a workspace with it) and a file of it in a browser of its own that can reach nothing but this machine. */
export async function openWindow({ url, playwright, chromium, project, workspace, file, trusted }) {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const browser = createRequire(import.meta.url)(playwright).chromium;
  const context = await browser.launchPersistentContext(profile, {
    executablePath: chromium,
    headless: true,
    viewport: { width: 1280, height: 720 },
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(45000);
  const payload = JSON.stringify([["openFile", `vscode-remote://${new URL(url).host}${join(project, file)}`]]);
  const query = new URLSearchParams({ ...(workspace ? { workspace } : { folder: project }), payload });
  await page.goto(`${url}/?${query}`, { waitUntil: "domcontentloaded" });
  await page.locator(`.tab[data-resource-name="${file}"]`).waitFor({ timeout: 120000 });
  if (workspace) {
    await foldersShown(page);
  }
  if (trusted) {
    await trust(page);
  }
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { page, close };
}

/** Waits for the folders of a workspace; a busy window may have read its file as an empty one, and does so once only. */
async function foldersShown(page) {
  await until("the workspace's folders are shown", async () => {
    const row = page.locator(".explorer-folders-view .monaco-list-row").first();
    const shown = await row.waitFor({ timeout: 20000 }).then(() => true, () => false);
    return shown || (page.reload({ waitUntil: "domcontentloaded" }).then(() => false));
  }, 180000);
}

/** Trusts the folder that is open. */
export async function trust(page) {
  const restricted = page.locator(".statusbar-item", { hasText: "Restricted Mode" });
  const button = page.getByRole("button", { name: "Trust", exact: true });
  await restricted.waitFor({ timeout: 120000 });
  await again("the button that trusts", () => restricted.click({ timeout: 5000 }), button);
  await button.click();
  await restricted.waitFor({ state: "detached" });
  await leaveModal(page);
}

/** Closes the editor that stands over all others, as that of the settings does. */
export async function leaveModal(page) {
  const block = page.locator(".monaco-modal-editor-block");
  await until("the modal editor is closed", async () => {
    await block.locator(".action-label.codicon-close").last().click({ timeout: 5000 }).catch(() => undefined);
    return block.waitFor({ state: "detached", timeout: 5000 }).then(() => true, () => false);
  });
}

/** Shows a file of the project, which has so many lines, in the first group, and puts the cursor at its end. */
export async function edit(page, file, lines) {
  await nothingAsked(page);
  await page.keyboard.press("Control+1");
  await until(`${file} is picked`, async () => {
    await page.keyboard.press("Control+p"); // keys pressed in a web view arrive late: the group's focus may end the picking
    await sleep(300);
    if (!(await page.locator(".quick-input-widget:visible input.input").isVisible())) {
      return false;
    }
    // A search made while a window is still starting may never answer: it is ended and made again.
    return pick(page, file, { ms: 5000 }).then(() => true, () => page.keyboard.press("Escape"));
  }, 60000);
  await page.locator(`.tab.active[data-resource-name="${file}"]`).waitFor();
  await page.locator(`.editor-group-container.active .monaco-editor.focused[data-uri$="${file}"]`).waitFor();
  // An editor that has just been shown may set its cursor once more.
  const position = page.locator(".statusbar-item", { hasText: `Ln ${lines},` });
  await until(`cursor in line ${lines} of ${file}`, async () => {
    await page.keyboard.press("Control+End");
    await sleep(100);
    return position.isVisible();
  });
}

/**
 * Selects the whole file, opens the light bulb's menu, and takes the entry with this text, until the server is asked to
 * run the command behind it; `look` sees the menu open.
 */
export async function takeFromLightBulb(page, setup, text, command, look = () => undefined) {
  const rows = page.locator(".action-widget .monaco-list-row", { hasText: text });
  const focused = page.locator(".action-widget .monaco-list-row.focused", { hasText: text });
  const asked = () => sent(setup.wire, new RegExp(`"workspace/executeCommand", ?"params": ?{"command": ?"${command}"`, "g"));
  const before = asked();
  await until(`the light bulb's ${text} is taken`, async () => {
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+.");
    if (!(await rows.first().waitFor({ timeout: 6000 }).then(() => true, () => false))) {
      await page.keyboard.press("Escape");
      return false;
    }
    await look();
    for (let row = 0; row < 20 && (await focused.count()) === 0; row++) {
      await page.keyboard.press("ArrowDown");
    }
    await page.keyboard.press("Enter");
    return until("the server is asked", () => asked() > before, 6000).catch(() => page.keyboard.press("Escape"));
  }, 90000);
}

/** Puts the terminal's panel away. */
export function hidePanel(page) {
  return until("the panel is put away", async () => {
    await page.keyboard.press("Control+j");
    return page.locator(".part.panel").waitFor({ state: "hidden", timeout: 3000 }).then(() => true, () => false);
  });
}

/** Runs a command by its whole title, from the palette. */
export async function run(page, title) {
  const whole = new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
  await asking(page, `${title} is picked`, () => page.keyboard.press("F1"), whole, { typed: `>${title}` });
}

/** Takes an entry of the menu behind the status bar's. */
export async function fromMenu(page, entry) {
  await asking(page, `${entry} is picked`, () => status(page).click({ timeout: 5000 }), entry, { title: "flashls" });
}

/** Answers a question that has this title with a text. */
export async function answer(page, title, text, look = () => undefined) {
  const widget = page.locator(".quick-input-widget:visible");
  await widget.locator(".quick-input-title", { hasText: title }).waitFor();
  await widget.locator("input.input").fill(text);
  await look();
  await widget.locator("input.input").press("Enter");
}

async function asking(page, what, open, text, options) {
  await until(what, async () => {
    await nothingAsked(page);
    await open().catch(() => undefined);
    return pick(page, text, { ...options, ms: 8000 }).then(() => true, () => page.keyboard.press("Escape"));
  }, 90000);
}

/** Waits until the last question has gone: its going would close the next one. */
async function nothingAsked(page) {
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** Narrows the open quick pick (the one with this title, if given) to one row, waiting at most `ms` for it, and takes it. */
export async function pick(page, text, { title = "", typed = text, ms = 20000 } = {}) {
  const widget = page.locator(".quick-input-widget:visible");
  await widget.locator(".quick-input-title", { hasText: title }).waitFor({ state: "attached", timeout: ms });
  await widget.locator("input.input").fill(typed, { timeout: ms });
  const row = widget.locator(".quick-input-list .monaco-list-row.focused .label-name", { hasText: text });
  await row.first().waitFor({ timeout: ms });
  await until(`${text} is taken`, async () => {
    await widget.locator("input.input").press("Enter", { timeout: 1000 }).catch(() => undefined); // it may be closing
    return row.first().waitFor({ state: "hidden", timeout: 3000 }).then(() => true, () => false);
  }, ms);
}

export async function save(page, file, content) {
  await until(`${file} saved as ${JSON.stringify(content)}`, async () => {
    await page.keyboard.press("Control+s");
    const saved = () => readFileSync(file, "utf8") === content;
    return until("it is saved", saved, 3000).catch(() => false);
  }, 20000).catch(
    (error) => {
      throw new Error(`${error.message}; it holds ${JSON.stringify(readFileSync(file, "utf8"))}`);
    },
  );
}

/** The suggestion as it is drawn: the grey part of the cursor's line, then the grey lines below it. */
export function ghost(page) {
  return page.evaluate(readGhost);
}

export async function ghostIs(page, text) {
  await until(`ghost text ${JSON.stringify(text)}`, async () => (await ghost(page)) === text).catch(async (error) => {
    throw new Error(`${error.message}; drawn: ${JSON.stringify(await ghost(page))}`);
  });
}

/** Waits for ghost text behind a blank just typed; types it again where nothing comes: the server may start anew. */
export async function blankGives(page, text) {
  await until(`ghost text ${JSON.stringify(text)}`, async () => {
    const drawn = await until("any ghost text", () => ghost(page), 10000).catch(() => "");
    if (drawn === "") {
      await page.keyboard.press("Backspace");
      await page.keyboard.type(" ");
    }
    return (await ghost(page)) === text;
  }, 60000).catch(async (error) => {
    throw new Error(`${error.message}; drawn: ${JSON.stringify(await ghost(page))}`);
  });
}

function readGhost() {
  const plain = (element) => element.textContent.replaceAll("\u00a0", " ").replaceAll("\u200b", "");
  const lines = [...document.querySelectorAll(".suggest-preview-text .view-line")].map(plain);
  return [[...document.querySelectorAll(".ghost-text-decoration")].map(plain).join(""), ...lines].join("\n");
}

/** Types `text` a key at a time and notes, frame by frame, how the line that starts with `start` is drawn. */
export async function framesWhileTyping(page, start, text, delay) {
  await page.evaluate((head) => {
    window.frames_seen = [];
    const note = () => {
      const lines = [...document.querySelectorAll(".view-lines .view-line")].map((line) =>
        line.textContent.replaceAll("\u00a0", " ").replaceAll("\u200b", ""));
      window.frames_seen.push(lines.find((line) => line.startsWith(head)) ?? "");
      window.frames_next = requestAnimationFrame(note);
    };
    note();
  }, start);
  await page.keyboard.type(text, { delay });
  await sleep(300);
  return page.evaluate(() => {
    cancelAnimationFrame(window.frames_next);
    return window.frames_seen;
  });
}

/** The panel's page. */
export function panel(page) {
  return page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
}

/** How often `pattern` was sent to the server so far. */
export function sent(wire, pattern) {
  return existsSync(wire) ? (readFileSync(wire, "utf8").match(pattern) ?? []).length : 0;
}
