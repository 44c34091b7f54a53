import { plain, type Strings } from "@engage/react";

/** What staff read in place of what a visitor does. */
export const words: Partial<Strings> = {
  offline: "No connection. What you see may be out of date. Trying again…",
  ended: "The server ended the connection. What you see may be out of date.",
  denied: "You have no access to this inbox.",
  write: "Write to the visitor",
};

/** A name to tell people without one apart. */
export function contactName(contact: { id: string; name: string | null; email: string | null } | undefined): string {
  if (!contact) return "Visitor";
  return plain(contact.name ?? "") || plain(contact.email ?? "") || `Visitor ${contact.id.slice(-4)}`;
}

/** What went wrong with a command, for people. */
export function trouble(error: unknown): string {
  const code = (error as { failure?: { code: string } }).failure?.code ?? "";
  const known: Record<string, string> = {
    network: "No answer from the server. Try again when you are connected.",
    conflict: "Somebody else has changed this meanwhile. Look again.",
    forbidden: "You may not do this.",
    not_found: "This conversation is no longer yours to see.",
    rate_limited: "Too fast. Wait a moment and try again.",
    unavailable: "The server is busy. Try again in a moment.",
  };
  return known[code] ?? `That did not work${code ? ` (${code})` : ""}. Try again.`;
}
