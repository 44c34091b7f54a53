import type { Client } from "@engage/client";

/** Under this name the client remembers what is typed about oneself and not saved. */
export const MEMO = "who";

export type Words = Record<"name" | "email", string>;

/** Whether the client holds something that was typed and not saved. */
export function isTelling(client: Client): boolean {
  return kept(client) !== null;
}

export function kept(client: Client): Words | null {
  try {
    const { name, email } = JSON.parse(client.memo(MEMO));
    return { name: String(name), email: String(email) };
  } catch {
    return null;
  }
}
