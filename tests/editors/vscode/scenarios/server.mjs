// The server and its keys: missing, given, killed, installed.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { edit, expect, ghostIs, pick, pressInToast, run, sent, shot, status, toast, until } from "../window.mjs";

export default {
  async key_is_kept_secret(page, setup) {
    await run(page, "flashls: Set API key");
    await pick(page, "Google Gemini", { title: "set the key for" });
    await page.locator('.quick-input-widget input[type="password"]').waitFor();
    await page.keyboard.type(setup.key);
    await shot(page, setup, "key_asked");
    await page.keyboard.press("Enter");
    await until("the server has it", () => sent(setup.wire, new RegExp(`"keys": ?{"gemini": ?"${setup.key}"}`, "g")) > 0);
    await run(page, "flashls: Remove API key");
    const told = sent(setup.wire, /"keys": ?{}/g);
    await pick(page, "gemini", { title: "remove the key for" });
    await until("the server forgets it", () => sent(setup.wire, /"keys": ?{}/g) > told);
  },

  // There is no key for Gemini, the message offers to set one, and then Gemini answers.
  async no_key(page, setup) {
    const configured = readFileSync(setup.serverSettings, "utf8");
    writeFileSync(setup.serverSettings, configured.replace(/= \["scripted.*\]/g, '= ["gemini/gemini-3.5-flash-lite"]'));
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
    await pick(page, "Google Gemini", { title: "set the key for" });
    await page.locator('.quick-input-widget input[type="password"]').waitFor();
    await page.keyboard.type(setup.key);
    await page.keyboard.press("Enter");
    await toast(page, "the key for gemini is stored").waitFor();
    await edit(page, "keyless.py", 2);
    await page.keyboard.press("Backspace");
    await page.keyboard.type(" ");
    await ghostIs(page, "3.14 * r * r");
    await shot(page, setup, "key_works");
    writeFileSync(setup.serverSettings, configured);
    await run(page, "flashls: Restart server");
    await status(page).filter({ hasText: "test" }).waitFor();
  },

  async server_killed(page, setup) {
    const started = sent(setup.wire, /"method": ?"initialize"/g);
    process.kill(Number(readFileSync(setup.serverPid, "utf8")), "SIGKILL");
    await status(page).locator(".codicon-warning").waitFor();
    await shot(page, setup, "server_killed_message");
    await until("it is started again", () => sent(setup.wire, /"method": ?"initialize"/g) > started);
    await status(page).filter({ hasText: "test" }).waitFor();
    await edit(page, "again.py", 2);
    await page.keyboard.type("    return ", { delay: 30 });
    await ghostIs(page, "3.14 * r * r");
  },

  async server_not_found(page, setup) {
    writeFileSync(setup.machineSettings, JSON.stringify({ "flashls.server.path": "/nowhere/flashls" }));
    await toast(page, "/nowhere/flashls").waitFor();
    await shot(page, setup, "server_not_found_message");
    writeFileSync(setup.machineSettings, "{}"); // now it is to be found in ~/.local/bin
    await status(page).filter({ hasText: "test" }).waitFor();
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
    await status(page).filter({ hasText: "test" }).waitFor({ timeout: 60000 });
  },
};
