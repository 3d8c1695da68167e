/** What the server is told: the section `flashls` as it stands in VS Code, and the keys. */

import * as vscode from "vscode";

export type ServerSettings = Record<string, unknown>;

interface Manifest {
  readonly contributes: { readonly configuration: readonly { readonly properties: Readonly<Record<string, unknown>> }[] };
}

// What hides files: a folder's settings add to the user's own, where another setting takes the user's place.
const ADDS = "paths.off";

// Where the server is, it need not be told.
const OURS = "server.";

/**
 * The settings object of the server, nested as its keys are. Only what somebody has set is sent: VS Code's defaults
 * would otherwise overrule the user's own config.toml. In a folder that is not trusted no tool is run on its code.
 */
export function serverSettings(
  extension: vscode.Extension<unknown>,
  keys: Readonly<Record<string, string>>,
): ServerSettings {
  const section = vscode.workspace.getConfiguration("flashls");
  const settings: Record<string, Record<string, unknown>> = { keys: { ...keys } };
  for (const name of names(extension.packageJSON as Manifest).filter((each) => isSet(section, each))) {
    const [group, key] = name.split(".") as [string, string];
    settings[group] = { ...settings[group], [key]: name === ADDS ? hidden(section) : section.get(name) };
  }
  if (!vscode.workspace.isTrusted) {
    settings["fix"] = { ...settings["fix"], tools: [] };
  }
  return settings;
}

/** The patterns of files that no model may see, of the user's settings and of the folder's; what is no list, as it is. */
function hidden(section: vscode.WorkspaceConfiguration): unknown {
  const found = section.inspect<unknown>(ADDS);
  const told = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].filter((each) => each !== undefined);
  return told.find((each) => !Array.isArray(each)) ?? [...new Set(told.flat())];
}

/** Writes a setting where it holds: in the workspace if that has a value of its own, else for the user. */
export async function writeSetting(name: string, value: unknown): Promise<void> {
  const section = vscode.workspace.getConfiguration("flashls");
  const { Workspace, Global } = vscode.ConfigurationTarget;
  await section.update(name, value, section.inspect(name)?.workspaceValue !== undefined ? Workspace : Global);
}

/** Writes a setting for the workspace alone; undefined takes it back. */
export async function writeInWorkspace(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("flashls").update(name, value, vscode.ConfigurationTarget.Workspace);
}

function names(manifest: Manifest): string[] {
  const all = manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
  return all.map((name) => name.slice("flashls.".length)).filter((name) => !name.startsWith(OURS));
}

function isSet(section: vscode.WorkspaceConfiguration, name: string): boolean {
  const found = section.inspect(name);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some((value) => value !== undefined);
}
