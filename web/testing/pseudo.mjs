// English, made longer and marked: a text without the marks does not come from the catalogue, and one that does not fit is clipped.
import { readFileSync } from "node:fs";

const LONGER = { a: "áá", e: "éé", i: "íí", o: "óó", u: "úú" };

/** The catalogue, for `data-engage-strings`. */
export function compilePseudo() {
  const files = ["en", "en-later"].map((name) => new URL(`../packages/react/src/locales/${name}.ts`, import.meta.url));
  const texts = Object.assign({}, ...files.map((file) => read(readFileSync(file, "utf8"))));
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, pseudo(text)]));
}

/** A catalogue is nothing but an object of texts. */
function read(source) {
  return new Function(source.replace(/^[\s\S]*?export const texts[^=]*=/, "return"))();
}

function pseudo(text) {
  if (typeof text === "object")
    return Object.fromEntries(Object.entries(text).map(([name, one]) => [name, pseudo(one)]));
  return `⟦${text.replace(/[aeiou]/g, (letter) => LONGER[letter])}⟧`;
}
