import type { Conversation } from "@engage/client";
import { plain } from "@engage/react";
import { Avatar } from "../shell/avatar";
import { useAgents, useCalm, useDesk, useLoad, useMe } from "../shell/use";
import { t } from "../words";
import { sees } from "./mentions";

/** What is being asked for in the text before the caret, and where that stands. */
export interface Asked {
  kind: "canned" | "agent";
  word: string;
  from: number;
  to: number;
}

export type Suggestion =
  | { kind: "canned"; id: string; name: string; text: string }
  | { kind: "agent"; id: string; name: string; text: string };

const MOST = 8;

/** `/word` anywhere a word may begin; `@word` the same in notes. Null: nothing is asked for. */
export function asked(before: string, note: boolean): Asked | null {
  const canned = /(?:^|\s)(\/([a-z0-9_-]{0,50}))$/i.exec(before);
  const agent = note ? /(?:^|\s)(@([^\s@]{0,40}))$/.exec(before) : null;
  const found = canned ?? agent;
  if (!found) return null;
  return {
    kind: canned ? "canned" : "agent",
    word: found[2] ?? "",
    from: before.length - (found[1]?.length ?? 0),
    to: before.length,
  };
}

/** What fits: canned replies from the server, colleagues from those that are known. */
export function useSuggestions(
  question: Asked | null,
  conversation: Pick<Conversation, "team"> | null,
): readonly Suggestion[] {
  const desk = useDesk();
  const agents = useAgents();
  const me = useMe();
  const word = useCalm(question?.kind === "canned" ? question.word.toLowerCase() : null, 80);
  const { data } = useLoad(word === null ? null : `canned ${word}`, () => desk.canned(word ?? "", null, MOST));
  if (!question) return [];
  if (question.kind === "canned") {
    return (data?.replies ?? [])
      .filter((one) => one.shortcode.startsWith(question.word.toLowerCase()))
      .map((one) => ({ kind: "canned", id: one.id, name: one.shortcode, text: plain(one.text) }));
  }
  const sought = question.word.toLowerCase();
  return agents
    .filter(
      (agent) =>
        agent.id !== me?.id && sees(agent, conversation) && (agent.name ?? agent.id).toLowerCase().includes(sought),
    )
    .slice(0, MOST)
    .map((agent) => ({
      kind: "agent",
      id: agent.id,
      name: agent.name ?? agent.id,
      text: t(`presence.${agent.status}`),
    }));
}

interface SuggestionsProps {
  id: string;
  found: readonly Suggestion[];
  at: number;
  choose(one: Suggestion): void;
}

/** The list above the box; the box keeps the focus and the keys. */
export function Suggestions({ id, found, at, choose }: SuggestionsProps) {
  return (
    <div id={id} role="listbox" aria-label={t("suggest.label")} className="suggestions">
      {found.map((one, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
        <div
          key={one.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === Math.min(at, found.length - 1)}
          className="suggestion"
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(one)}
        >
          {one.kind === "agent" ? <Avatar name={plain(one.name)} /> : <kbd>/{one.name}</kbd>}
          {one.kind === "agent" && <span dir="auto">{plain(one.name)}</span>}
          <span className="cut-text quiet" dir="auto">
            {one.text}
          </span>
        </div>
      ))}
    </div>
  );
}
