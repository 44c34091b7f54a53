import type { Agent, Colleague, Conversation } from "@engage/client";

/** Whom a note may ask, as the server says too. */
const MOST = 20;

/** Whether what is `team`'s exists for an agent. Servers that do not say who sees what decide by themselves. */
export function sees(agent: Agent, conversation: Pick<Conversation, "team"> | null): boolean {
  const team = conversation?.team;
  return !team || agent.admin !== false || (agent.teams ?? []).includes(team);
}

/** The text in pieces, of which some are whom it asks: `@` and a name, before which a word ends and behind which one may. */
export function split<A extends Colleague>(text: string, agents: readonly A[]): (string | A)[] {
  // The longest first: of Ada and Ada Lovelace, the text means the second when it says so.
  const known = [...agents].sort((a, b) => b.name.length - a.name.length);
  const pieces: (string | A)[] = [];
  let from = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    if (at > from - 1 && at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) continue;
    const agent = known.find(({ name }) => name && text.startsWith(name, at + 1) && ends(text, at + 1 + name.length));
    if (!agent) continue;
    pieces.push(text.slice(from, at), agent);
    from = at + 1 + agent.name.length;
    at = from - 1;
  }
  return [...pieces, text.slice(from)].filter((piece) => piece !== "");
}

/** Whom a text asks, each once. `picked` is who was chosen by hand, for names that several bear. */
export function mentioned(
  text: string,
  agents: readonly Agent[],
  picked: ReadonlyMap<string, string>,
): readonly Colleague[] {
  const named = agents.map((agent) => ({ id: agent.id, name: agent.name ?? agent.id }));
  const meant = named.filter(({ id, name }) => (picked.get(name) ?? id) === id);
  const asked = split(text, meant).filter((piece) => typeof piece !== "string");
  return [...new Map(asked.map((agent) => [agent.id, agent])).values()].slice(0, MOST);
}

function ends(text: string, at: number): boolean {
  return at >= text.length || !/[\p{L}\p{N}]/u.test(text[at] ?? "");
}
