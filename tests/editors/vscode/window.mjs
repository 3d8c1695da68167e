// A VS Code window in headless Chromium, and what a person does in it.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again until `probe` gives something true; fails with what it last gave. */
export async function until(what, probe, ms = 15000) {
  let last;
  for (const end = Date.now() + ms; Date.now() < end; await sleep(40)) {
    last = await probe();
    if (last) {
      return last;
    }
  }
  throw new Error(`${what}: not within ${ms} ms (last: ${JSON.stringify(last)})`);
}

/** Opens the project in a browser of its own that can reach nothing but this machine. */
export async function openWindow({ url, playwright, chromium, project, file }) {
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
  page.setDefaultTimeout(20000);
  const payload = JSON.stringify([["openFile", `vscode-remote://${new URL(url).host}${join(project, file)}`]]);
  const query = new URLSearchParams({ folder: project, payload });
  await page.goto(`${url}/?${query}`, { waitUntil: "domcontentloaded" });
  await page.locator(`.tab[data-resource-name="${file}"]`).waitFor({ timeout: 60000 });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { page, close };
}

/** Shows a file of the project, which has so many lines, and puts the cursor at its end. */
export async function edit(page, file, lines) {
  await nothingAsked(page);
  await page.keyboard.press("Control+p");
  await pick(page, file);
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

/** Runs a command by its title, from the palette. */
export async function run(page, title) {
  await nothingAsked(page);
  await page.keyboard.press("F1");
  await pick(page, title, { typed: `>${title}` });
}

/** Waits until the last question has gone: its going would close the next one. */
async function nothingAsked(page) {
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** Narrows the open quick pick (the one with this title, if given) to one row, and takes it. */
export async function pick(page, text, { title = "", typed = text } = {}) {
  const widget = page.locator(".quick-input-widget:visible");
  await widget.locator(".quick-input-title", { hasText: title }).waitFor({ state: "attached" });
  await widget.locator("input.input").fill(typed);
  await widget.locator(".quick-input-list .monaco-list-row.focused", { hasText: text }).first().waitFor();
  await page.keyboard.press("Enter");
}

export async function save(page, file, content) {
  await page.keyboard.press("Control+s");
  await until(`${file} saved as ${JSON.stringify(content)}`, () => readFileSync(file, "utf8") === content, 5000).catch(
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

/** The explanation panel's page. */
export function panel(page) {
  return page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
}

/** How often `pattern` was sent to the server so far. */
export function sent(wire, pattern) {
  return existsSync(wire) ? (readFileSync(wire, "utf8").match(pattern) ?? []).length : 0;
}
