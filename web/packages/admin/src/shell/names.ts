import { plain } from "@engage/react";
import { t } from "../words";

/** A name to tell people without one apart. What a visitor put into it does not turn the words around it. */
export function contactName(contact: { id: string; name: string | null; email: string | null } | undefined): string {
  if (!contact) return t("visitor");
  return plain(contact.name ?? "") || plain(contact.email ?? "") || t("visitor.some", { mark: contact.id.slice(-4) });
}

/** An agent's name; the host may not have given one. */
export function agentName(agent: { id?: string; name: string | null }, me?: string): string {
  if (agent.id !== undefined && agent.id === me) return t("me");
  return plain(agent.name ?? "") || plain(agent.id ?? "") || t("agent");
}
