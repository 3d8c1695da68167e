/** The panel's page: draws Markdown as it arrives. It never reaches the network (see its policy). */

import MarkdownIt from "markdown-it";
import type { FromPage, ToPage } from "../messages";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

// HTML in the text is shown as text; images would need the network.
const markdown = new MarkdownIt({ html: false, linkify: false }).disable("image");
const PLACE = /^[^\s:]+:\d+(?:[-–]\d+)?$/;
const asCode = markdown.renderer.rules.code_inline!;
markdown.renderer.rules.code_inline = (tokens, index, ...rest) => {
  const drawn = asCode(tokens, index, ...rest);
  return PLACE.test(tokens[index]!.content) ? `<a href="#" class="place">${drawn}</a>` : drawn;
};
const vscode = acquireVsCodeApi();
const [heading, stop, body, note] = ["heading", "stop", "text", "note"].map((id) => document.getElementById(id)!) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
let text = "";
let drawing = 0;

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === "append") {
    text += data.text;
  } else {
    text = data.text;
    heading.textContent = data.heading;
    note.textContent = data.note;
    stop.hidden = !data.running;
    body.setAttribute("aria-busy", String(data.running));
  }
  drawing ||= requestAnimationFrame(draw);
});
stop.addEventListener("click", askToStop);
body.addEventListener("click", ({ target }) => {
  const place = target instanceof Element ? target.closest("a.place")?.textContent : undefined;
  if (place) {
    vscode.postMessage({ kind: "place", place });
  }
});
window.addEventListener("keydown", (event) => event.key === "Escape" && !stop.hidden && askToStop());
vscode.postMessage({ kind: "ready" });

function draw(): void {
  drawing = 0;
  body.innerHTML = markdown.render(text);
}

function askToStop(): void {
  vscode.postMessage({ kind: "stop" });
}
