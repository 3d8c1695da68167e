/** What the extension and the panel's page say to each other. */

/** To the page: all there is, some more text, or the end with a closing line (which may be empty). */
export type ToPage =
  | { readonly kind: "show"; readonly heading: string; readonly text: string; readonly running: boolean; readonly note: string }
  | { readonly kind: "append"; readonly text: string };

/** From the page: it is loaded and knows nothing yet; its Stop button was pressed; a place in the code is to be shown. */
export type FromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "stop" }
  | { readonly kind: "place"; readonly place: string };
