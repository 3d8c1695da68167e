/** The tasks as commands: what each asks of the server, and what is said when it is done. */

import * as vscode from "vscode";
import { LSPErrorCodes, ResponseError } from "vscode-languageclient/node";
import { writeMessage } from "./commit";
import type { Connection } from "./connection";
import type { Panel } from "./panel";
import { message, stream } from "./stream";
import { type Argument, problems, subject } from "./subject";

/** What the server's commands answer; see each of them in the server. */
interface Answer {
  readonly applied?: boolean;
  readonly how?: string;
  readonly state?: string;
  readonly note?: string;
  readonly symbols?: readonly string[];
  readonly uri?: string;
  readonly names?: readonly string[];
  readonly findings?: number;
  readonly dropped?: number;
}

const STREAMED = new Set(["flashls.explain", "flashls.ask"]);
const SHOWN_MS = 8000;

// What there is to say of an answer. Where something was not done, the server itself has said why.
const ENDINGS: Readonly<Record<string, (answer: Answer) => unknown>> = {
  "flashls.fix": ({ applied, state, how }) =>
    applied && tell(state === "verified" ? `fixed, ${how}` : `fixed, not verified: ${how}`),
  "flashls.document": ({ applied, symbols }) => applied && tell(`documented ${symbols?.join(", ")}`),
  "flashls.generate": ({ applied, how, note }) => applied && tell(`code written, ${how}${note ? `: ${note}` : ""}`),
  "flashls.test": async ({ applied, uri, names, how }) => {
    if (applied && uri !== undefined) {
      tell(`${names?.length} tests written, ${how}`);
      const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      await vscode.window.showTextDocument(vscode.Uri.parse(uri), options);
    }
  },
  "flashls.review": ({ findings, dropped }) =>
    tell(`${findings || "no"} finding${findings === 1 ? "" : "s"}${dropped ? `, ${dropped} dropped` : ""}`),
};

export class Tasks {
  constructor(
    private readonly server: Connection,
    private readonly panel: Panel,
  ) {}

  /** The commands of the palette and the menus, by the names that package.json has for them. */
  get commands(): Readonly<Record<string, (given?: unknown) => unknown>> {
    return {
      explainSelection: () => this.#here("flashls.explain"),
      askWorkspace: () => this.#ask(),
      fixSelection: () => this.#fix(),
      fixFile: () => this.#here("flashls.fix", { all: true }),
      documentSymbol: () => this.#here("flashls.document"),
      documentFile: () => this.#here("flashls.document", { all: true }),
      writeTests: () => this.#here("flashls.test"),
      generateCode: () => this.#generate(),
      reviewFile: () => this.#review({}),
      reviewChanges: () => this.#review({ since: "HEAD" }),
      writeCommitMessage: (given) => this.#report(() => writeMessage(this.server, given)),
      showWhatIsSent: () => this.#showWhatIsSent(),
    };
  }

  /** Runs one of the server's commands, and says what came of it. What fails is shown; what was cancelled is not. */
  async perform(command: string, given: readonly unknown[]): Promise<unknown> {
    if (STREAMED.has(command)) {
      return stream(this.server, this.panel, command, given[0] as Argument);
    }
    return this.#report(async () => {
      const answer = await this.server.execute<Answer>(command, given);
      await (answer && ENDINGS[command]?.(answer));
      return answer;
    });
  }

  async #report<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const cancelled = error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled;
      if (!cancelled) {
        void vscode.window.showErrorMessage(`flashls: ${message(error)}`);
      }
      return undefined;
    }
  }

  async #here(command: string, more: Argument = {}): Promise<void> {
    const here = subject();
    if (here === undefined) {
      void vscode.window.showInformationMessage("flashls: open a file and put the cursor on what you mean.");
    } else {
      await this.perform(command, [{ ...here, ...more }]);
    }
  }

  async #fix(): Promise<void> {
    const client = await this.server.running();
    const known = problems();
    await this.#here("flashls.fix", known.length > 0 ? { diagnostics: client?.code2ProtocolConverter.asDiagnostics(known) } : {});
  }

  async #generate(): Promise<void> {
    const instruction = await vscode.window.showInputBox({
      title: "flashls: generate code",
      prompt: "What the code is to do. Left empty: what the comment at the cursor says.",
    });
    if (instruction !== undefined) {
      await this.#here("flashls.generate", { instruction });
    }
  }

  async #ask(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const about = editor === undefined || editor.selection.isEmpty ? undefined : subject();
    const question = await vscode.window.showInputBox({
      title: about === undefined ? "flashls: ask about the workspace" : "flashls: ask about the selection",
      placeHolder: "Where are retries made?",
      ignoreFocusOut: true,
    });
    if (question?.trim()) {
      await this.perform("flashls.ask", [{ ...about, question }]);
    }
  }

  /** Reviews the selection, if there is one, else the whole file. */
  async #review(more: Argument): Promise<void> {
    const here = subject();
    const { range: _range, ...file } = here ?? {};
    const whole = vscode.window.activeTextEditor?.selection.isEmpty !== false || "since" in more;
    await (here === undefined ? this.#here("flashls.review") : this.perform("flashls.review", [{ ...(whole ? file : here), ...more }]));
  }

  async #showWhatIsSent(): Promise<void> {
    const here = subject();
    const position = here?.range.start;
    if (here === undefined) {
      return this.#here("flashls.showContext");
    }
    await this.#report(async () => {
      const text = await this.server.execute<string>("flashls.showContext", [{ uri: here.uri, position }]);
      const place = `${vscode.workspace.asRelativePath(vscode.Uri.parse(here.uri))}:${(position?.line ?? 0) + 1}`;
      this.panel.begin(`What a completion at ${place} would send`, () => undefined).end("", text ?? "");
    });
  }
}

function tell(text: string): void {
  vscode.window.setStatusBarMessage(`flashls: ${text}`, SHOWN_MS);
}
