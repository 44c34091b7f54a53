/** Characters that turn the direction of all that follows, as U+202E does. */
export const TURNS = "\\u202A-\\u202E\\u2066-\\u2069";

const ALL = new RegExp(`[${TURNS}]`, "g");

/** A name as it may stand inside of other words: what a visitor put into it must not turn those around. */
export function plain(name: string): string {
  return name.replace(ALL, "");
}

/** At most two letters to know a name by: of its first and its last word. Empty where there is no letter in it. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]\S*/gu) ?? [];
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked
    .map((word) => Array.from(word ?? "")[0])
    .join("")
    .toLocaleUpperCase();
}
