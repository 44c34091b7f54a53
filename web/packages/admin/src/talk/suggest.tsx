import type { Conversation } from "@engage/client";
import { composes, plain } from "@engage/react";
import { type AriaAttributes, type KeyboardEvent, useId, useState } from "react";
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
function useSuggestions(
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

export interface Suggesting {
  /** Whether there is anything to choose from. */
  open: boolean;
  /** Looks what is asked for before the caret. */
  ask(before: string): void;
  /** The same while the caret is moved. */
  moved(before: string): void;
  close(): void;
  /** Whether a key was for the list. */
  pressed(event: KeyboardEvent): boolean;
  /** What the box says of the list to who does not see it. */
  box: AriaAttributes;
  list: SuggestionsProps;
}

/** What is suggested while one writes, and the keys by which it is chosen. `put` is given what was chosen, and for what. */
export function useSuggesting(
  note: boolean,
  about: Pick<Conversation, "team"> | null,
  put: (one: Suggestion, to: Asked) => void,
): Suggesting {
  const [question, setQuestion] = useState<Asked | null>(null);
  const [chosen, setChosen] = useState(0);
  const found = useSuggestions(question, about);
  const id = useId();
  const open = question !== null && found.length > 0;
  const at = Math.min(chosen, found.length - 1);

  const close = () => setQuestion(null);
  const ask = (before: string) => {
    setQuestion(asked(before, note));
    setChosen(0);
  };
  const choose = (one: Suggestion | undefined) => one && question && put(one, question);
  const pressed = (event: KeyboardEvent) => {
    if (!open || composes(event)) return false;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined) setChosen((to + found.length) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(found[at]);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    open,
    ask,
    moved: (before) => question && ask(before),
    close,
    pressed,
    box: {
      "aria-haspopup": "listbox",
      "aria-controls": open ? id : undefined,
      "aria-activedescendant": open ? `${id}-${at}` : undefined,
      "aria-autocomplete": "list",
    },
    list: { id, found: open ? found : [], at, choose },
  };
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
    <>
      <p className="aside" role="status">
        {found.length > 0 ? t("suggest.count", { n: found.length }) : ""}
      </p>
      {found.length > 0 && <List {...{ id, found, at, choose }} />}
    </>
  );
}

function List({ id, found, at, choose }: SuggestionsProps) {
  return (
    <div id={id} role="listbox" aria-label={t("suggest.label")} className="suggestions">
      {found.map((one, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
        <div
          key={one.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
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
