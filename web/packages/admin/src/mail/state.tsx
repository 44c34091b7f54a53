import type { DeadLetter, MailRow } from "@engage/client";
import { told } from "../words";

/** The states of the ledger. */
export const STATES = ["sending", "deferred", "uncertain", "sent", "kept", "refused", "suppressed"] as const;

const LOOKS: Readonly<Record<string, string>> = {
  sent: "is-good",
  kept: "is-good",
  deferred: "is-warn",
  uncertain: "is-warn",
  refused: "is-bad",
  given_up: "is-bad",
};

/** What became of a mail, with what only the outbox knows: that it was given up. */
export function stateOf(row: MailRow, buried: readonly DeadLetter[]): string {
  return buried.some((one) => one.id === row.id) ? "given_up" : row.state;
}

export function StateBadge({ state }: { state: string }) {
  return <span className={`badge ${LOOKS[state] ?? ""}`}>{told("mail.state", state, state)}</span>;
}
