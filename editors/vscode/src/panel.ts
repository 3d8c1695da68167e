/** The side panel that shows explanations and answers. The text lives here; the page only draws it. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { FromPage, ToPage } from "./messages";
import { showPlace } from "./places";

/** One answer being shown. Once another has begun, what is said to this one goes nowhere. */
export interface Page {
  append(text: string): void;
  /** `whole`, if given, takes the place of what was appended. */
  end(note: string, whole?: string): void;
}

interface Answer {
  readonly heading: string;
  readonly stop: () => void;
  text: string;
  note: string;
  running: boolean;
}

export class Panel implements vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #shown: Answer | undefined;

  constructor(private readonly extension: vscode.Uri) {}

  /** Opens the panel, or takes over the open one, whose answer is stopped. */
  begin(heading: string, stop: () => void): Page {
    this.#stop();
    const answer: Answer = { heading, stop, text: "", note: "", running: true };
    this.#shown = answer;
    this.#panel ??= this.#open();
    this.#panel.reveal(undefined, true);
    this.#draw();
    return {
      append: (text) => {
        answer.text += text;
        if (answer === this.#shown) {
          this.#post({ kind: "append", text });
        }
      },
      end: (note, whole) => {
        Object.assign(answer, { note, running: false, text: whole ?? answer.text });
        if (answer === this.#shown) {
          this.#draw();
        }
      },
    };
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #open(): vscode.WebviewPanel {
    const resources = vscode.Uri.joinPath(this.extension, "out");
    const panel = vscode.window.createWebviewPanel(
      "flashls.answer",
      "flashls",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [resources], enableFindWidget: true },
    );
    panel.webview.onDidReceiveMessage((message: FromPage) => this.#hear(message));
    panel.onDidDispose(() => {
      this.#stop();
      this.#panel = this.#shown = undefined;
    });
    panel.webview.html = html(panel.webview, resources);
    return panel;
  }

  #hear(message: FromPage): void {
    if (message.kind === "place") {
      void showPlace(message.place);
    } else if (message.kind === "stop") {
      this.#stop();
    } else {
      this.#draw();
    }
  }

  /** Sends everything: a page that was hidden has forgotten it all. */
  #draw(): void {
    if (this.#shown !== undefined) {
      const { heading, text, running, note } = this.#shown;
      this.#post({ kind: "show", heading, text, running, note });
    }
  }

  #post(message: ToPage): void {
    void this.#panel?.webview.postMessage(message);
  }

  #stop(): void {
    if (this.#shown?.running === true) {
      this.#shown.stop();
    }
  }
}

function html(webview: vscode.Webview, resources: vscode.Uri): string {
  const nonce = randomBytes(16).toString("hex");
  const source = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(resources, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <title>flashls</title>
  <link rel="stylesheet" href="${source("panel.css")}">
</head>
<body>
  <header><h1 id="heading"></h1><button id="stop" type="button" hidden>Stop</button></header>
  <main id="text" aria-live="polite"></main>
  <p id="note" role="status"></p>
  <script nonce="${nonce}" src="${source("panel.js")}"></script>
</body>
</html>`;
}
