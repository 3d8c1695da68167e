/** Which model answers: chosen among those that the user's own config.toml names, or the server's own. */

import * as vscode from "vscode";
import type { Connection } from "./connection";
import { writeSetting } from "./settings";

type Task = "complete" | "explain";

/** What the server's command `flashls.status` tells of models. */
interface Told {
  readonly models?: Readonly<Record<Task, string>> & { readonly choices: Readonly<Record<Task, readonly string[]>> };
}

/** Asks what for and which, and writes the setting: the model picked comes first, the others stay its fall-back. */
export async function switchModel(server: Connection): Promise<void> {
  const models = (await server.execute<Told>("flashls.status", []))?.models;
  if (models === undefined) {
    return;
  }
  const uses = [
    { label: "For completions", description: models.complete, task: "complete" as const },
    { label: "For everything else", description: models.explain, task: "explain" as const },
  ];
  const use = await vscode.window.showQuickPick(uses, { title: "flashls: switch model" });
  const model = use && (await vscode.window.showQuickPick(choices(models.choices[use.task], models[use.task]), { title: use.label }));
  if (use !== undefined && model !== undefined) {
    const rest = vscode.workspace.getConfiguration("flashls").get<string[]>(`models.${use.task}`, []);
    const { name } = model;
    await writeSetting(`models.${use.task}`, name && [name, ...rest.filter((each) => each !== name)]);
  }
}

function choices(names: readonly string[], now: string): (vscode.QuickPickItem & { readonly name: string | undefined })[] {
  const items = names.map((name) => ({ label: name, description: name === now ? "in use" : "", name }));
  const description = "what config.toml says, or else Gemini with a key and a small local model without one";
  return [...items, { label: "Automatic", description, name: undefined }];
}
