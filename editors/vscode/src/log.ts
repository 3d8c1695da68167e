/** The output channel, for the language client's trace of what is sent. */

import type { LogOutputChannel } from "vscode";

/** The same channel, but a traced message shows no key: settings are traced whole, and keys travel in them. */
export function withoutKeys(log: LogOutputChannel, keys: () => readonly string[]): LogOutputChannel {
  const hide = (text: string): string =>
    keys().reduce((shown, key) => (key === "" ? shown : shown.replaceAll(JSON.stringify(key).slice(1, -1), "•••")), text);
  const trace = (message: string, ...rest: unknown[]): void => log.trace(hide(message), ...rest);
  return Object.create(log, { trace: { value: trace } }) as LogOutputChannel;
}
