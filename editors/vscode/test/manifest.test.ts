import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const { commands, menus, walkthroughs, configuration } = manifest.contributes;
const known = new Set<string>(commands.map(({ command }: { command: string }) => command));
const source = ["src/extension.ts", "src/tasks.ts"].map((file) => readFileSync(file, "utf8")).join("\n");

test("no key is bound: Tab and all others stay what they are", () => {
  assert.equal(manifest.contributes.keybindings, undefined);
});

test("every command is there", () => {
  assert.deepEqual(
    [...known].filter((command) => !new RegExp(`^ +${command.replace("flashls.", "")}: `, "m").test(source)),
    [],
  );
});

test("what menus and the walkthrough name is a command", () => {
  const entries = Object.values(menus).flat() as { command?: string }[];
  const links = JSON.stringify(walkthroughs).matchAll(/(?:command|onCommand):(flashls\.\w+)/g);
  const named = [...entries.flatMap(({ command }) => command ?? []), ...[...links].map(([, command]) => command!)];
  assert.deepEqual([...new Set(named)].filter((command) => !known.has(command)), []);
});

test("the walkthrough's pages are there", () => {
  const pages = walkthroughs[0].steps.map(({ media }: { media: { markdown: string } }) => media.markdown);
  assert.deepEqual(pages.filter((page: string) => !existsSync(page)), []);
});

test("until a folder is trusted, its settings only hide files", () => {
  const all = configuration.flatMap(({ properties }: { properties: object }) => Object.keys(properties));
  const { restrictedConfigurations: restricted } = manifest.capabilities.untrustedWorkspaces;
  assert.deepEqual(all.filter((name: string) => !restricted.includes(name)), ["flashls.paths.off"]);
});

test("no setting chooses an endpoint, a key or a program to run; where the server is, is the machine's own", () => {
  const settings = Object.assign({}, ...configuration.map(({ properties }: { properties: object }) => properties));
  assert.deepEqual(Object.keys(settings).filter((name) => /provider|network|key|proxy|trust|url/i.test(name)), []);
  assert.equal(settings["flashls.server.path"].scope, "machine");
});
