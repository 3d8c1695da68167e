/** API keys, kept in VS Code's secret store and nowhere else. */

import * as vscode from "vscode";

const SECRET = "flashls.keys";

const PROVIDERS: readonly (vscode.QuickPickItem & { readonly provider?: string })[] = [
  { label: "Google Gemini", description: "gemini", provider: "gemini" },
  { label: "OpenAI", description: "openai", provider: "openai" },
  { label: "Anthropic", description: "anthropic", provider: "anthropic" },
  { label: "XRoute", description: "xroute", provider: "xroute" },
  { label: "Another provider…", description: "by its name in your config.toml" },
];

export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** Told when a key was set or removed, in any window. */
  onDidChange(listener: () => unknown): vscode.Disposable {
    return this.secrets.onDidChange((change) => change.key === SECRET && listener());
  }

  /** The keys by their providers' names; what cannot be read counts as none. */
  async all(): Promise<Record<string, string>> {
    try {
      return JSON.parse((await this.secrets.get(SECRET)) ?? "{}") as Record<string, string>;
    } catch {
      return {};
    }
  }

  async set(provider: string, key: string): Promise<void> {
    await this.secrets.store(SECRET, JSON.stringify({ ...(await this.all()), [provider]: key }));
  }

  async remove(provider: string): Promise<void> {
    const { [provider]: _removed, ...rest } = await this.all();
    await this.secrets.store(SECRET, JSON.stringify(rest));
  }
}

/** Asks for a provider and its key, and keeps it. */
export async function setKey(keys: Keys): Promise<void> {
  const provider = await askProvider();
  if (provider === undefined) {
    return;
  }
  const key = await vscode.window.showInputBox({
    title: `flashls: API key for ${provider}`,
    prompt: "Kept in VS Code's secret store; not in your settings.",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (/^\S+$/.test(text.trim()) ? undefined : "A key has no spaces and is not empty."),
  });
  if (key !== undefined) {
    await keys.set(provider, key.trim());
    void vscode.window.showInformationMessage(`flashls: the key for ${provider} is stored.`);
  }
}

/** Asks which of the stored keys to remove, and removes it. */
export async function removeKey(keys: Keys): Promise<void> {
  const stored = Object.keys(await keys.all());
  if (stored.length === 0) {
    void vscode.window.showInformationMessage("flashls: no key is stored in VS Code.");
    return;
  }
  const provider = await vscode.window.showQuickPick(stored, { title: "flashls: remove the key for", ignoreFocusOut: true });
  if (provider !== undefined) {
    await keys.remove(provider);
    void vscode.window.showInformationMessage(`flashls: the key for ${provider} is removed.`);
  }
}

async function askProvider(): Promise<string | undefined> {
  const picked = await vscode.window.showQuickPick(PROVIDERS, { title: "flashls: set the key for", ignoreFocusOut: true });
  if (picked === undefined || picked.provider !== undefined) {
    return picked?.provider;
  }
  const name = await vscode.window.showInputBox({
    title: "flashls: the provider's name",
    prompt: "NAME of a [providers.NAME] table in your config.toml",
    ignoreFocusOut: true,
    validateInput: (text) => (/^[\w-]+$/.test(text) ? undefined : "Letters, digits, - and _ only."),
  });
  return name;
}
