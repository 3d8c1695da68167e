/** The menu behind the status bar item. */

import * as vscode from "vscode";
import type { Connection } from "./connection";
import { writeInWorkspace, writeSetting } from "./settings";
import type { ServerStatus } from "./status";

interface MenuItem extends vscode.QuickPickItem {
  readonly run: () => unknown;
}

const ON = "$(play)";
const OFF = "$(circle-slash)";

/** Shows the menu, and does what is picked. */
export async function showMenu(status: ServerStatus): Promise<void> {
  const items = [...needs(status), ...switches(), heading("models"), ...commands()];
  const title = ["flashls", status.state, status.model].filter((part) => part !== "").join(" · ");
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: status.message });
  await picked?.run();
}

/** What came of the last requests: where nothing was suggested, why. */
export async function showLastRequests(server: Connection): Promise<void> {
  const status = await server.execute<{ readonly last?: readonly Last[] }>("flashls.status", []);
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

/** What the server's command `flashls.status` tells of a request; the newest comes last. */
interface Last {
  readonly what: string;
  readonly reason: string;
  readonly detail?: string;
  readonly ms: number;
}

function needs(status: ServerStatus): MenuItem[] {
  return status.state === "no model"
    ? [item("$(key) Set API key", "setKey"), item("$(cloud-download) Use a small model on this machine", "pullModel")]
    : [];
}

/** What turns suggestions on and off: in a language, a file, the workspace, everywhere. */
function switches(): MenuItem[] {
  const section = vscode.workspace.getConfiguration("flashls");
  const enabled = section.get<boolean>("complete.enabled", true);
  const here = section.inspect<boolean>("complete.enabled")?.workspaceValue;
  const document = vscode.window.activeTextEditor?.document;
  const items: MenuItem[] = [];
  if (document !== undefined && enabled) {
    const pattern = patternOf(document.uri);
    items.push(listed("languages.off", document.languageId, `in ${document.languageId}`));
    items.push(...(pattern === undefined ? [] : [listed("paths.off", pattern, "in this file")]));
  }
  if (hasSettings() && (enabled || here === false)) {
    const run = (): Promise<void> => writeInWorkspace("complete.enabled", here === false ? undefined : false);
    items.push({ label: here === false ? `${ON} Complete in this workspace` : `${OFF} Do not complete in this workspace`, run });
  }
  const everywhere = (): Promise<void> => writeSetting("complete.enabled", !enabled);
  return here === false
    ? items
    : [...items, { label: enabled ? `${OFF} Turn completions off` : `${ON} Turn completions on`, run: everywhere }];
}

/** Puts an entry on a list of what is off, or takes it from there. */
function listed(name: "languages.off" | "paths.off", entry: string, where: string): MenuItem {
  const off = vscode.workspace.getConfiguration("flashls").get<string[]>(name, []);
  const detail = name === "paths.off" ? { detail: "What is off here is shown to no model, in no task" } : {};
  const write = name === "paths.off" && vscode.workspace.workspaceFolders !== undefined ? writeInWorkspace : writeSetting;
  return off.includes(entry)
    ? { label: `${ON} Complete ${where}`, run: () => write(name, off.filter((each) => each !== entry)) }
    : { label: `${OFF} Do not complete ${where}`, ...detail, run: () => write(name, [...off, entry]) };
}

/** Whether there is a folder whose settings count: until it is trusted they only hide files. */
function hasSettings(): boolean {
  return vscode.workspace.workspaceFolders !== undefined && vscode.workspace.isTrusted;
}

/** A file as .gitignore would name it: below the window's folder; by its whole path elsewhere, and among several folders. */
function patternOf(uri: vscode.Uri): string | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const only = folders.length === 1 ? `${folders[0]?.uri.path}/` : "";
  const path = only !== "" && uri.path.startsWith(only) ? uri.path.slice(only.length - 1) : uri.path;
  return uri.scheme === "untitled" ? undefined : path.replace(/[\\*?[\] ]/g, "\\$&");
}

function commands(): MenuItem[] {
  return [
    item("$(arrow-swap) Switch model…", "switchModel"),
    item("$(key) Set API key", "setKey"),
    heading("why and what"),
    item("$(question) Why was nothing suggested? Last requests", "showLastRequests"),
    item("$(eye) Show what is sent from here", "showWhatIsSent"),
    item("$(graph) Statistics", "showStatistics"),
    heading("server"),
    item("$(output) Show log", "showLog"),
    item("$(debug-restart) Restart server", "restart"),
  ];
}

function item(label: string, command: string): MenuItem {
  return { label, run: () => vscode.commands.executeCommand(`flashls.${command}`) };
}

function heading(label: string): MenuItem {
  return { label, kind: vscode.QuickPickItemKind.Separator, run: () => undefined };
}
