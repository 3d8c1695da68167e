// Bundles the extension and the explanation panel's page into out/, with the licences of what is bundled.
// With --minify: as they are shipped.
import { build } from "esbuild";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";

const shared = {
  bundle: true,
  outdir: "out",
  minify: process.argv.includes("--minify"),
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

await rm("out", { recursive: true, force: true });
const bundles = await Promise.all([
  build({
    ...shared,
    entryPoints: ["src/extension.ts"],
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode"],
  }),
  build({ ...shared, entryPoints: ["src/webview/panel.ts", "src/webview/panel.css"], target: "chrome122" }),
]);
await writeFile("out/THIRD-PARTY.txt", await licences(bundles.flatMap((bundle) => Object.keys(bundle.metafile.inputs))));

async function licences(files) {
  const folders = new Set(files.map((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean));
  return (await Promise.all([...folders].sort().map(licence))).join("\n\n");
}

async function licence(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) {
    throw new Error(`${name} has no licence file to ship with the bundle`);
  }
  return `${name} ${version} (${license})\n\n${(await readFile(`${folder}/${file}`, "utf8")).trim()}`;
}
