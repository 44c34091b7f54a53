import type { Client, Desk, Team } from "@engage/client";
import { useEngage } from "@engage/react";
import { useMemo } from "react";
import { useDesk, useLoad, useMe, useSelect } from "./use";

/** So long an answer serves everybody who asks, in ms: a picker that opens twice asks once. */
const FRESH = 20_000;
const AGAIN = 60_000;

interface Kept {
  at: number;
  answer: Promise<unknown>;
}

const kept = new WeakMap<Client, Map<string, Kept>>();

/** An answer that everybody who asks for `key` lately gets. */
export function shared<T>(client: Client, key: string, ask: () => Promise<T>): Promise<T> {
  const answers = kept.get(client) ?? new Map<string, Kept>();
  kept.set(client, answers);
  const known = answers.get(key);
  if (known && Date.now() - known.at < FRESH) return known.answer as Promise<T>;
  const answer = ask();
  answers.set(key, { at: Date.now(), answer });
  answer.catch(() => answers.delete(key));
  return answer;
}

/** Whatever was said of the teams is asked anew. */
export function forgetTeams(client: Client): void {
  kept.get(client)?.delete("teams");
}

/** The teams of the site; null until they are there, and where the server tells of none. */
export function useTeams(): Team[] | null {
  const { client } = useEngage();
  const desk = useDesk();
  const me = useMe();
  const load = () => shared(client, "teams", () => desk.teams());
  return useLoad(me && "teams", load, AGAIN).data?.teams ?? null;
}

/** The teams and labels that can be chosen: those that the server knows, and those that were seen since. */
export function useKnown(): { teams: string[]; labels: string[] } {
  const { client } = useEngage();
  const desk: Desk = useDesk();
  const me = useMe();
  const told = useTeams();
  const labelled = useLoad(me && "labels", () => shared(client, "labels", () => desk.knownLabels()), AGAIN).data;
  const items = useSelect((state) => state.inbox.items);
  const mine = me?.teams;
  return useMemo(() => {
    const teams = new Set<string>([...(mine ?? []), ...(told ?? []).map((team) => team.name)]);
    const labels = new Set<string>(labelled?.labels);
    for (const item of items.slice(0, 200)) {
      if (item.team) teams.add(item.team);
      for (const label of item.labels ?? []) labels.add(label);
    }
    const inOrder = (all: Set<string>) => [...all].sort((a, b) => a.localeCompare(b));
    return { teams: inOrder(teams), labels: inOrder(labels) };
  }, [told, labelled, items, mine]);
}
