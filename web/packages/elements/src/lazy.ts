import { useEffect, useState } from "react";

const known = new Map<unknown, unknown>();
let css = "";
let words: Promise<void> = Promise.resolve();

/** What comes later waits for its words. */
export function attend(texts: Promise<void>): void {
  words = texts;
}

/** What parts that come later look like. It grows as they come, in every panel of the page. */
export const later = new CSSStyleSheet();

/** What `load` fetches, once it is `wanted` and there; null until then, and as long as it cannot be fetched. */
export function useLazy<T extends object>(load: () => Promise<T>, wanted: boolean): T | null {
  const [, again] = useState({});
  useEffect(() => {
    if (!wanted || known.has(load)) return;
    let live = true;
    Promise.all([load(), words]).then(
      ([module]) => {
        known.set(load, module);
        wear((module as { css?: string }).css);
        if (live) again({});
      },
      () => {},
    );
    return () => {
      live = false;
    };
  }, [load, wanted]);
  return wanted ? ((known.get(load) as T) ?? null) : null;
}

function wear(more = ""): void {
  if (css.includes(more)) return;
  css += more;
  later.replaceSync(css);
}
