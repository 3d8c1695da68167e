/** The extension's root: everything is made here, once, and tied to VS Code's life. */

import * as vscode from "vscode";
import { Connection } from "./connection";
import { explain, type Target, targetAtCursor } from "./explain";
import { Keys, removeKey, setKey } from "./keys";
import { ExplainPanel } from "./panel";
import { showMenu, Status } from "./status";

let connection: Connection | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("flashls", { log: true });
  const keys = new Keys(context.secrets);
  const status = new Status();
  const panel = new ExplainPanel(context.extensionUri);
  const server = new Connection(log, keys, status, (target) => explainIn(panel, server, target));
  connection = server;

  const command = (name: string, run: (...given: never[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`flashls.${name}`, run);
  context.subscriptions.push(
    log,
    status,
    panel,
    command("explainSelection", () => explainIn(panel, server, targetAtCursor())),
    command("setKey", () => setKey(keys)),
    command("removeKey", () => removeKey(keys)),
    command("restart", () => server.restart()),
    command("showLog", () => log.show()),
    command("menu", () => showMenu()),
    keys.onDidChange(() => server.sendSettings()),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("flashls.server.path")) {
        await server.restart();
      } else if (change.affectsConfiguration("flashls")) {
        await server.sendSettings();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.startIfStopped()),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}

async function explainIn(panel: ExplainPanel, server: Connection, target: Target | undefined): Promise<void> {
  const client = server.client;
  if (target === undefined) {
    void vscode.window.showInformationMessage("flashls: open a file and put the cursor on what you want explained.");
  } else if (client === undefined) {
    await server.start();
    if (server.client !== undefined) {
      await explain(server.client, panel, target);
    }
  } else {
    await explain(client, panel, target);
  }
}
