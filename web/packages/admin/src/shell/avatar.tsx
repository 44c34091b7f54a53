import type { Availability } from "@engage/client";

/** The first letters of a name on a calm colour of its own. Never an image: none is ever loaded from elsewhere. */
export function Avatar({ name, status }: { name: string; status?: Availability }) {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : ""].map(
    (word) => Array.from(word ?? "")[0] ?? "",
  );
  return (
    <span className={`avatar tint-${tint(name)}`} aria-hidden="true">
      {letters.join("").toUpperCase() || "?"}
      {status && <span className={`dot is-${status}`} />}
    </span>
  );
}

function tint(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return sum % 6;
}
