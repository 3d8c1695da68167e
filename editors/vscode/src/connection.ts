/** The server's life: started, told the settings, restarted, stopped. */

import * as os from "node:os";
import * as vscode from "vscode";
import { DidChangeConfigurationNotification, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import type { LanguageClientOptions, Middleware } from "vscode-languageclient/node";
import type { Target } from "./explain";
import { findServer, INSTALL, ServerNotFound } from "./find";
import type { Keys } from "./keys";
import { withoutKeys } from "./log";
import { type ServerSettings, serverSettings } from "./settings";
import type { ServerStatus, Status } from "./status";

// Not every scheme: what VS Code shows of its own (output, settings, diffs) is no one's code.
const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-vfs", "vscode-remote", "memfs", "sftp", "ftp"];

export class Connection {
  #client: LanguageClient | undefined;
  #starting: Promise<void> | undefined;
  #keys: Readonly<Record<string, string>> = {};
  #sent: ServerSettings = {};

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly keys: Keys,
    private readonly status: Status,
    private readonly explain: (target: Target) => Promise<void>,
  ) {}

  /** The running client, if there is one. */
  get client(): LanguageClient | undefined {
    return this.#client?.isRunning() ? this.#client : undefined;
  }

  /** Finds and starts the server. What goes wrong is shown, not thrown. */
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async startIfStopped(): Promise<void> {
    if (this.client === undefined) {
      await this.start();
    }
  }

  async restart(): Promise<void> {
    await this.#starting;
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.dispose().catch(() => undefined); // a server that has died cannot say good-bye
  }

  /** Tells the server its settings and keys anew. */
  async sendSettings(): Promise<void> {
    const settings = { flashls: await this.#settings() };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  async #start(): Promise<void> {
    await this.stop();
    this.status.show({ state: "starting", model: "", message: "" });
    try {
      const command = await findServer();
      await this.#settings();
      this.log.info(`Starting ${command}`);
      const client = new LanguageClient(
        "flashls",
        "flashls",
        { command, args: ["serve"], options: { cwd: os.homedir() } },
        this.#options(),
      );
      this.#client = client;
      client.onNotification("flashls/status", (status: ServerStatus) => this.status.show(status));
      client.onDidChangeState(({ newState }) => newState === State.Stopped && this.#stopped(client));
      await client.start();
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: SCHEMES.map((scheme) => ({ scheme })),
      initializationOptions: () => this.#sent, // a server that has died is started anew with what holds then
      initializationFailedHandler: () => false,
      outputChannel: this.log,
      traceOutputChannel: withoutKeys(this.log, () => Object.values(this.#keys)),
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: this.#middleware(),
    };
  }

  #middleware(): Middleware {
    return {
      // The list would say what the ghost text says, and cost a request with every key.
      provideCompletionItem: () => undefined,
      // The server's own code actions and hovers carry this command; here it streams into the panel.
      executeCommand: (command, args, next) =>
        command === "flashls.explain" ? this.explain(args[0] as Target) : next(command, args),
      workspace: {
        configuration: (params, token, next) =>
          params.items.every((item) => item.section === "flashls")
            ? this.#settings().then((settings) => params.items.map(() => settings))
            : next(params, token),
      },
    };
  }

  async #settings(): Promise<ServerSettings> {
    this.#keys = await this.keys.all();
    this.#sent = serverSettings(this.#keys);
    return this.#sent;
  }

  #stopped(client: LanguageClient): void {
    if (client === this.#client) {
      this.status.show({ state: "error", model: "", message: "The server has stopped. Its log says why." });
    }
  }

  #failed(error: Error): void {
    void this.stop();
    this.log.error(error.message);
    this.status.show({ state: "error", model: "", message: error.message });
    void this.#offerHelp(error);
  }

  async #offerHelp(error: Error): Promise<void> {
    const [copy, open, log] = ["Copy install command", "Open settings", "Show log"] as const;
    const offers = error instanceof ServerNotFound ? [copy, open] : [log];
    const picked = await vscode.window.showErrorMessage(`flashls: ${error.message}`, ...offers);
    if (picked === copy) {
      await vscode.env.clipboard.writeText(INSTALL);
    } else if (picked === open) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "flashls.server.path");
    } else if (picked === log) {
      this.log.show();
    }
  }
}
