import { en } from "./en";
import type { Table, Text } from "./index";

const ACCENTS: Record<string, string> = {
  a: "á",
  e: "é",
  i: "í",
  o: "ó",
  u: "ú",
  A: "Á",
  E: "É",
  O: "Ó",
  c: "ç",
  n: "ñ",
  s: "š",
  y: "ý",
};

/** The English, a third longer, accented and in brackets: what shows without brackets was never translated. */
export const table: Table = Object.fromEntries(
  Object.entries(en).map(([key, text]: [string, Text]) => [
    key,
    typeof text === "string"
      ? pseudo(text)
      : Object.fromEntries(Object.entries(text).map(([form, words]) => [form, pseudo(words)])),
  ]),
) as Table;

function pseudo(text: string): string {
  const parts = text.split(/(\{\w+\})/);
  const said = parts.map((part) =>
    part.startsWith("{") ? part : part.replace(/[a-zA-Z]/g, (it) => ACCENTS[it] ?? it),
  );
  return `⟦${said.join("")}${"·".repeat(Math.ceil(text.length / 3))}⟧`;
}
