/** The status bar item: what the server is doing, with which model, and what that has cost today. */

import * as vscode from "vscode";

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

  #now: ServerStatus = { state: "starting", model: "", message: "" };

  constructor() {
    this.#item.name = "flashls";
    this.#item.command = "flashls.menu";
  }

  /** What was shown last. */
  get now(): ServerStatus {
    return this.#now;
  }

  show(status: ServerStatus): void {
    this.#now = status;
    const name = status.model.slice(status.model.lastIndexOf("/") + 1);
    const text = [ICONS[status.state] ?? "$(question)", name === "" ? "flashls" : name, cost(status.cost_today_usd)];
    this.#item.text = text.filter((part) => part !== "").join(" ");
    void vscode.commands.executeCommand("setContext", "flashls.state", status.state);
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

function tooltip(status: ServerStatus): vscode.MarkdownString {
  const text = new vscode.MarkdownString("**flashls**: ");
  text.appendText([status.state, status.model].filter((part) => part !== "").join(", "));
  for (const line of [status.message, today(status)].filter((part) => part !== "")) {
    text.appendMarkdown("\n\n").appendText(line);
  }
  return text;
}

function today(status: ServerStatus): string {
  const spent = cost(status.cost_today_usd);
  return spent === "" ? "" : `Today: ${spent}`;
}

function cost(usd: number | null | undefined): string {
  return usd ? `$${usd.toFixed(usd < 0.1 ? 4 : 2)}` : "";
}
