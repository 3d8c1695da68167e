// The server and its keys: missing, given, killed, installed.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { answer, blankGives, edit, expect, pick, pressInToast, run, sent, shot, status, toast, until } from "../window.mjs";

/** Writes VS Code's settings until it is seen that they were read: a change on the disk may go unnoticed. */
async function configured(setup, settings, seen) {
  await until("the settings are read", async () => {
    writeFileSync(setup.machineSettings, settings);
    return seen.waitFor({ timeout: 10000 }).then(() => true, () => false);
  }, 90000);
}

async function giveKey(page, setup, look) {
  await pick(page, "Google Gemini", { title: "set the key for" });
  await page.locator('.quick-input-widget input[type="password"]').waitFor();
  await answer(page, "", setup.key, look);
}

async function geminiAnswersOnceItHasAKey(page, setup) {
  await run(page, "flashls: Restart server");
  await status(page).filter({ hasText: "gemini-3.5-flash-lite" }).waitFor();
  await edit(page, "keyless.py", 2);
  await page.keyboard.type("    return ", { delay: 30 });
  await status(page).locator(".codicon-warning").waitFor();
  const said = toast(page, "There is no key for Gemini");
  await said.waitFor();
  expect((await said.count()) === 1, "it is said more than once");
  await shot(page, setup, "no_key_message");
  await pressInToast(said, "Set API key");
  await giveKey(page, setup);
  await toast(page, "the key for gemini is stored").waitFor();
  await edit(page, "keyless.py", 2);
  await page.keyboard.press("Backspace");
  await page.keyboard.type(" ");
  await blankGives(page, "3.14 * r * r");
  await shot(page, setup, "key_works");
}

export default {
  async key_is_kept_secret(page, setup) {
    await run(page, "flashls: Set API key");
    await giveKey(page, setup, () => shot(page, setup, "key_asked"));
    await until("the server has it", () => sent(setup.wire, new RegExp(`"keys": ?{"gemini": ?"${setup.key}"}`, "g")) > 0);
    await run(page, "flashls: Remove API key");
    const told = sent(setup.wire, /"keys": ?{}/g);
    await pick(page, "gemini", { title: "remove the key for" });
    await until("the server forgets it", () => sent(setup.wire, /"keys": ?{}/g) > told);
  },

  // There is no key for Gemini, the message offers to set one, and then Gemini answers.
  async no_key(page, setup) {
    const before = readFileSync(setup.serverSettings, "utf8");
    writeFileSync(setup.serverSettings, before.replace(/= \["scripted.*\]/g, '= ["gemini/gemini-3.5-flash-lite"]'));
    try {
      await geminiAnswersOnceItHasAKey(page, setup);
    } finally {
      writeFileSync(setup.serverSettings, before);
    }
    await run(page, "flashls: Restart server");
    await status(page).filter({ hasText: "test" }).waitFor();
  },

  async server_killed(page, setup) {
    const started = sent(setup.wire, /"method": ?"initialize"/g);
    const warned = status(page).locator(".codicon-warning").waitFor(); // it is there for a second only
    process.kill(Number(readFileSync(setup.serverPid, "utf8")), "SIGKILL");
    await warned;
    await shot(page, setup, "server_killed_message");
    await until("it is started again", () => sent(setup.wire, /"method": ?"initialize"/g) > started);
    await status(page).filter({ hasText: "test" }).waitFor();
    await edit(page, "again.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await blankGives(page, "3.14 * r * r");
  },

  async server_not_found(page, setup) {
    const missing = JSON.stringify({ "flashls.server.path": "/nowhere/flashls" });
    await configured(setup, missing, toast(page, "/nowhere/flashls"));
    await shot(page, setup, "server_not_found_message");
    await configured(setup, "{}", status(page).filter({ hasText: "test" })); // it is to be found in ~/.local/bin
  },

  // There is none anywhere: it is installed into an environment of the extension's own.
  async server_installed(page, setup) {
    rmSync(setup.server);
    writeFileSync(setup.machineSettings, "{}");
    await run(page, "flashls: Restart server");
    const said = toast(page, "The server is not installed");
    await said.waitFor();
    await shot(page, setup, "install_offered");
    await pressInToast(said, "Install…");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "With uv" }).waitFor();
    await shot(page, setup, "install_ways");
    await pick(page, "For VS Code alone", { title: "how to install" });
    await toast(page, "installing the server").waitFor();
    await shot(page, setup, "install_progress");
    await status(page).filter({ hasText: "test" }).waitFor({ timeout: 120000 });
  },

  // By a real uv, from a folder of wheels, to where all editors find it.
  async server_installed_with_uv(page, setup) {
    const started = sent(setup.wire, /"method": ?"initialize"/g);
    await run(page, "flashls: Install server…");
    await pick(page, "With uv", { title: "how to install" });
    await until("it is installed", () => existsSync(setup.server), 120000);
    await until("it is started", () => sent(setup.wire, /"method": ?"initialize"/g) > started, 60000);
    await status(page).filter({ hasText: "test" }).waitFor();
  },
};
