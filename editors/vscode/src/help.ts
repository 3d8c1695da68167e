/** Messages that offer to mend what they tell of. */

import * as vscode from "vscode";
import { MessageType } from "vscode-languageclient/node";
import { ServerNotFound } from "./find";
import type { ServerStatus } from "./status";

type Offers = Readonly<Record<string, string>>;

const MISSING: Offers = { "Install…": "flashls.installServer", "Say where it is": "flashls.openServerSetting" };
const BROKEN: Offers = { "Try again": "flashls.restart", "Show log": "flashls.showLog" };
const MODELLESS: Offers = { "Set API key": "flashls.setKey", "Use a small local model": "flashls.pullModel" };
const KEYLESS: Offers = { "Set API key": "flashls.setKey" };

/** Says why there is no server, and offers what helps. */
export async function help(error: Error): Promise<void> {
  const text = `flashls: ${error.message}`;
  await offer(vscode.window.showErrorMessage, text, error instanceof ServerNotFound ? MISSING : BROKEN);
}

/** Shows a message of the server's; where it lacks a model or a key, with a way to give it one. */
export async function tellMessage(text: string, type: number, status: ServerStatus): Promise<void> {
  const { showErrorMessage, showWarningMessage, showInformationMessage } = vscode.window;
  const show = type === MessageType.Error ? showErrorMessage : type === MessageType.Warning ? showWarningMessage : showInformationMessage;
  const offers = status.state === "no model" ? MODELLESS : status.state === "error" && /\bkey\b/i.test(text) ? KEYLESS : {};
  await offer(show, text, offers);
}

async function offer(
  show: (text: string, ...items: string[]) => Thenable<string | undefined>,
  text: string,
  offers: Offers,
): Promise<void> {
  const command = offers[(await show(text, ...Object.keys(offers))) ?? ""];
  await (command && vscode.commands.executeCommand(command));
}
