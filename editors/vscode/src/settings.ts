/** What the server is told: the section `flashls` as it stands in VS Code, and the keys. */

import * as vscode from "vscode";

export type ServerSettings = Record<string, unknown>;

const SENT = ["complete.enabled", "complete.debounce_ms", "complete.multiline", "languages.off"] as const;

/**
 * The settings object of the server, nested as its keys are. Only what somebody has set is sent: VS Code's defaults
 * would otherwise overrule the user's own config.toml.
 */
export function serverSettings(keys: Readonly<Record<string, string>>): ServerSettings {
  const section = vscode.workspace.getConfiguration("flashls");
  const settings: Record<string, Record<string, unknown>> = { keys: { ...keys } };
  for (const name of SENT) {
    if (isSet(section, name)) {
      const [group, key] = name.split(".") as [string, string];
      settings[group] = { ...settings[group], [key]: section.get(name) };
    }
  }
  return settings;
}

/** Writes a setting where it holds: in the workspace if that has a value of its own, else for the user. */
export async function writeSetting(name: (typeof SENT)[number], value: unknown): Promise<void> {
  const section = vscode.workspace.getConfiguration("flashls");
  const inWorkspace = section.inspect(name)?.workspaceValue !== undefined;
  await section.update(name, value, inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

function isSet(section: vscode.WorkspaceConfiguration, name: string): boolean {
  const found = section.inspect(name);
  return found?.globalValue !== undefined || found?.workspaceValue !== undefined;
}
