/** The status bar item: what the server is doing, with which model, and a small menu behind it. */

import * as vscode from "vscode";
import { writeSetting } from "./settings";

/** The server's notification `flashls/status`; `starting` is ours, for the time before there is a server. */
export interface ServerStatus {
  readonly state: "starting" | "ready" | "busy" | "error" | "off" | "no model";
  readonly model: string;
  readonly message: string;
  readonly cost_today_usd?: number | null;
}

const ICONS: Record<ServerStatus["state"], string> = {
  starting: "$(loading~spin)",
  ready: "$(zap)",
  busy: "$(loading~spin)",
  error: "$(warning)",
  off: "$(circle-slash)",
  "no model": "$(key)",
};

export class Status implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("flashls.status", vscode.StatusBarAlignment.Right, 100);

  constructor() {
    this.#item.name = "flashls";
    this.#item.command = "flashls.menu";
  }

  show(status: ServerStatus): void {
    const name = status.model.slice(status.model.lastIndexOf("/") + 1);
    this.#item.text = `${ICONS[status.state] ?? "$(question)"} ${name === "" ? "flashls" : name}`;
    this.#item.tooltip = tooltip(status);
    this.#item.accessibilityInformation = { label: `flashls: ${status.state}, ${status.model}` };
    this.#item.backgroundColor =
      status.state === "error" || status.state === "no model"
        ? new vscode.ThemeColor("statusBarItem.warningBackground")
        : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

/** The menu behind the status bar item. */
export async function showMenu(): Promise<void> {
  const picked = await vscode.window.showQuickPick(menuItems(), { title: "flashls" });
  await picked?.run();
}

interface MenuItem extends vscode.QuickPickItem {
  readonly run: () => PromiseLike<unknown>;
}

function menuItems(): MenuItem[] {
  const section = vscode.workspace.getConfiguration("flashls");
  const enabled = section.get<boolean>("complete.enabled", true);
  const off = section.get<string[]>("languages.off", []);
  const language = vscode.window.activeTextEditor?.document.languageId;
  const items: MenuItem[] = [];
  if (language !== undefined && enabled) {
    const isOff = off.includes(language);
    items.push({
      label: isOff ? `$(play) Complete in ${language}` : `$(circle-slash) Do not complete in ${language}`,
      run: () => writeSetting("languages.off", isOff ? off.filter((name) => name !== language) : [...off, language]),
    });
  }
  items.push(
    {
      label: enabled ? "$(circle-slash) Turn completions off" : "$(play) Turn completions on",
      run: () => writeSetting("complete.enabled", !enabled),
    },
    { label: "$(history) Show last requests", run: showLastRequests },
    { label: "$(key) Set API key", run: () => vscode.commands.executeCommand("flashls.setKey") },
    { label: "$(output) Show log", run: () => vscode.commands.executeCommand("flashls.showLog") },
    { label: "$(debug-restart) Restart server", run: () => vscode.commands.executeCommand("flashls.restart") },
  );
  return items;
}

/** What the server's command `flashls.status` tells of a request; the newest comes last. */
interface Last {
  readonly what: string;
  readonly reason: string;
  readonly detail?: string;
  readonly ms: number;
}

/** What came of the last requests: where nothing was suggested, why. */
async function showLastRequests(): Promise<void> {
  const status = await vscode.commands.executeCommand<{ readonly last?: readonly Last[] } | undefined>("flashls.status");
  const items = [...(status?.last ?? [])].reverse().map(({ what, reason, detail, ms }) => ({
    label: `${what}: ${reason}`,
    description: `${Math.round(ms)} ms`,
    ...(detail ? { detail } : {}),
  }));
  await vscode.window.showQuickPick(items, {
    title: "flashls: last requests",
    placeHolder: items.length === 0 ? "Nothing has been asked yet." : "Newest first",
  });
}

function tooltip(status: ServerStatus): vscode.MarkdownString {
  const text = new vscode.MarkdownString("**flashls**: ");
  text.appendText([status.state, status.model].filter((part) => part !== "").join(", "));
  for (const line of [status.message, cost(status.cost_today_usd)].filter((part) => part !== "")) {
    text.appendMarkdown("\n\n").appendText(line);
  }
  return text;
}

function cost(usd: number | null | undefined): string {
  return typeof usd === "number" ? `Today: $${usd.toFixed(usd < 0.1 ? 4 : 2)}` : "";
}
