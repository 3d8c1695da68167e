/** Where the `flashls` program is. */

import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";

const PROGRAM = process.platform === "win32" ? "flashls.exe" : "flashls";

export const INSTALL = "uv tool install 'flashls[local]'";

/** There is no server to start; the message says what to do. */
export class ServerNotFound extends Error {}

/**
 * The absolute path of the server: the setting `flashls.server.path`, else the first on PATH, in the folder that
 * `uv tool install` and `pipx` use, or in the active Python environment.
 *
 * A Python environment may be part of the folder that is open, so it is only asked once that folder is trusted; for
 * the same reason relative entries of PATH are passed over.
 */
export async function findServer(): Promise<string> {
  const chosen = vscode.workspace.getConfiguration("flashls").get<string>("server.path", "").trim();
  if (chosen !== "") {
    if (path.isAbsolute(chosen) && (await isProgram(chosen))) {
      return chosen;
    }
    throw new ServerNotFound(`"${chosen}" (the setting flashls.server.path) is not the absolute path of a program.`);
  }
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const places = [...folders, path.join(os.homedir(), ".local", "bin"), ...(await pythonFolders())];
  for (const folder of places.filter((place) => path.isAbsolute(place))) {
    const program = path.join(folder, PROGRAM);
    if (await isProgram(program)) {
      return program;
    }
  }
  throw new ServerNotFound(
    `The server was not found. Install it with \`${INSTALL}\` or \`pip install 'flashls[local]'\`, ` +
      "or say where it is in the setting flashls.server.path.",
  );
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await fs.access(file, fs.constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The part of the Python extension's public interface that is used here. */
interface PythonExtension {
  readonly environments: { getActiveEnvironmentPath(): { readonly path: string } };
}

async function pythonFolders(): Promise<string[]> {
  const python = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (!vscode.workspace.isTrusted || python === undefined) {
    return [];
  }
  try {
    const { environments } = await python.activate();
    const environment = environments.getActiveEnvironmentPath().path; // an interpreter, or an environment's folder
    return [path.dirname(environment), path.join(environment, "bin"), path.join(environment, "Scripts")];
  } catch {
    return [];
  }
}
