/** The server's life: started, told the settings, started again when it has died, stopped. */

import * as os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import {
  CloseAction,
  type CloseHandlerResult,
  DidChangeConfigurationNotification,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  ShowMessageNotification,
} from "vscode-languageclient/node";
import { Backoff } from "./backoff";
import { findServer } from "./find";
import type { Keys } from "./keys";
import { withoutKeys } from "./log";
import { type ServerSettings, serverSettings } from "./settings";
import type { ServerStatus, Status } from "./status";

// Not every scheme: what VS Code shows of its own (output, settings, diffs) is no one's code.
const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-vfs", "vscode-remote", "memfs", "sftp", "ftp"];

/** What the connection tells of: the extension's other parts hear of it here. */
export interface Told {
  /** The server could not be started; the status bar says so already. */
  failed(error: Error): unknown;
  /** A message of the server's for the user. */
  message(text: string, type: number): unknown;
  /** A command of the server's is to be run, by a code action or a code lens. */
  perform(command: string, given: readonly unknown[]): unknown;
}

export class Connection {
  #client: LanguageClient | undefined;
  #starting: Promise<void> | undefined;
  #alive = false;
  #keys: Readonly<Record<string, string>> = {};
  #sent: ServerSettings = {};
  readonly #backoff = new Backoff();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly keys: Keys,
    private readonly status: Status,
    private readonly told: Told,
  ) {}

  /** The running client; starts the server if there is none. Undefined if that fails, which is shown. */
  async running(): Promise<LanguageClient | undefined> {
    if (!this.#alive) {
      await this.start();
    }
    return this.#alive ? this.#client : undefined;
  }

  /** Runs a command of the server's. Rejects with what the server says, or undefined if there is no server. */
  async execute<T>(command: string, given: readonly unknown[], cancel?: vscode.CancellationToken): Promise<T | undefined> {
    const client = await this.running();
    const params = { command, arguments: [...given] };
    return (await client?.sendRequest(ExecuteCommandRequest.type, params, cancel)) as T | undefined;
  }

  /** Finds and starts the server. What goes wrong is shown, not thrown. */
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async restart(): Promise<void> {
    await this.#starting;
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#alive = false;
    await client?.dispose().catch(() => undefined); // a server that has died cannot say good-bye
  }

  /** Tells the server its settings and keys anew. */
  async sendSettings(): Promise<void> {
    await this.#starting; // one that is just starting may have been told what held before
    const settings = { flashls: await this.#settings() };
    if (this.#alive) {
      await this.#client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
    }
  }

  async #start(): Promise<void> {
    await this.stop();
    this.status.show({ state: "starting", model: "", message: "" });
    try {
      const command = await findServer(this.context.globalStorageUri);
      await this.#settings();
      this.log.info(`Starting ${command}`);
      const client: LanguageClient = new LanguageClient(
        "flashls",
        "flashls",
        { command, args: ["serve"], options: { cwd: os.homedir() } },
        this.#options(() => this.#closed(client)),
      );
      this.#client = client;
      client.onNotification("flashls/status", (status: ServerStatus) => this.status.show(status));
      client.onNotification(ShowMessageNotification.type, ({ message, type }) => {
        this.told.message(message, type);
      });
      await client.start();
      this.#alive = client === this.#client;
    } catch (error) {
      await this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #options(closed: () => CloseHandlerResult): LanguageClientOptions {
    return {
      documentSelector: SCHEMES.map((scheme) => ({ scheme })),
      initializationOptions: () => this.#sent, // a server that has died is started anew with what holds then
      initializationFailedHandler: () => false,
      errorHandler: { closed, error: () => ({ action: ErrorAction.Continue, handled: true }) },
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
      // Code actions, lenses and accepted suggestions carry the server's commands.
      executeCommand: (command, given) => this.told.perform(command, given),
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
    this.#sent = serverSettings(this.context.extension, this.#keys);
    return this.#sent;
  }

  /** The server has died. One that has run is started again, ever later; one that does not even start is not. */
  #closed(client: LanguageClient): CloseHandlerResult {
    if (client === this.#client && this.#alive) {
      this.#alive = false;
      void this.#startAgain(client);
    }
    return { action: CloseAction.DoNotRestart, handled: true, message: "The server has stopped." };
  }

  async #startAgain(client: LanguageClient): Promise<void> {
    const seconds = this.#backoff.next(performance.now() / 1000);
    const message = `The server has stopped; it is started again in ${seconds} s. The log may say more.`;
    this.status.show({ state: "error", model: "", message });
    await sleep(seconds * 1000);
    if (client === this.#client) {
      await this.start(); // unless somebody has stopped or started it meanwhile
    }
  }

  async #failed(error: Error): Promise<void> {
    await this.stop();
    this.log.error(error.message);
    this.status.show({ state: "error", model: "", message: error.message });
    void this.told.failed(error);
  }
}
