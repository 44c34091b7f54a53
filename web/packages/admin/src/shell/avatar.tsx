import type { Availability } from "@engage/client";
import { initials } from "@engage/react";

/** The first letters of a name on a calm colour of its own. Never an image: none is ever loaded from elsewhere. */
export function Avatar({ name, status }: { name: string; status?: Availability }) {
  return (
    <span className={`avatar tint-${tint(name)}`} aria-hidden="true">
      {initials(name) || "?"}
      {status && <span className={`dot is-${status}`} />}
    </span>
  );
}

function tint(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return sum % 6;
}
