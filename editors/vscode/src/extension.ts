/** The extension's root: everything is made here, once, and tied to VS Code's life. */

import * as vscode from "vscode";
import { Connection } from "./connection";
import { findServer } from "./find";
import { help, tellMessage } from "./help";
import { installServer } from "./install";
import { Keys, removeKey, setKey } from "./keys";
import { showLastRequests, showMenu } from "./menu";
import { switchModel } from "./models";
import { Panel } from "./panel";
import { Status } from "./status";
import { Tasks } from "./tasks";
import { runInTerminal } from "./terminal";

let connection: Connection | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("flashls", { log: true });
  const keys = new Keys(context.secrets);
  const status = new Status();
  const panel = new Panel(context.extensionUri);
  const server: Connection = new Connection(context, log, keys, status, {
    failed: (error) => help(error),
    message: (text, type) => tellMessage(text, type, status.now),
    perform: (command, given) => tasks.perform(command, given),
  });
  const tasks = new Tasks(server, panel);
  connection = server;
  const inTerminal = async (...given: string[]): Promise<boolean> =>
    runInTerminal(await findServer(context.globalStorageUri), given);
  const commands: Readonly<Record<string, (given?: unknown) => unknown>> = {
    ...tasks.commands,
    menu: () => showMenu(status.now),
    showLastRequests: () => showLastRequests(server),
    switchModel: () => switchModel(server),
    showStatistics: () => inTerminal("stats"),
    pullModel: async () => (await inTerminal("models", "pull", "qwen2.5-coder-0.5b")) && server.restart(),
    setKey: () => setKey(keys),
    removeKey: () => removeKey(keys),
    installServer: async () => (await installServer(context.globalStorageUri, log)) && server.restart(),
    restart: () => server.restart(),
    openServerSetting: () => vscode.commands.executeCommand("workbench.action.openSettings", "flashls.server.path"),
    showLog: () => log.show(),
  };
  context.subscriptions.push(
    log,
    status,
    panel,
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`flashls.${name}`, run)),
    keys.onDidChange(() => server.sendSettings()),
    vscode.workspace.onDidChangeConfiguration((change) => changed(change, server)),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      await server.running(); // it may be in the folder's environment
      await server.sendSettings();
    }),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}

async function changed(change: vscode.ConfigurationChangeEvent, server: Connection): Promise<void> {
  if (change.affectsConfiguration("flashls.server.path")) {
    await server.restart();
  } else if (change.affectsConfiguration("flashls")) {
    await server.sendSettings();
  }
}
