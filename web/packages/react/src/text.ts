/** Characters that turn the direction of all that follows, as U+202E does. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g;

/** A name as it may stand inside of other words: what a visitor put into it must not turn those around. */
export function plain(name: string): string {
  return name.replace(TURNS, "");
}
