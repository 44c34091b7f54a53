import type { Author, Chat, Colleague, EventEntry, Item } from "@engage/client";
import { plain } from "@engage/react";
import { memo } from "react";
import { SentFiles } from "../files/sent";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { agentName, contactName } from "../shell/names";
import { t, told } from "../words";
import { clock, full } from "../words/time";
import { Body } from "./text";

/** Messages of one author within this time stand together, in ms. */
const TOGETHER = 5 * 60_000;
const NOBODY: readonly Colleague[] = [];

interface LineProps {
  chat: Chat;
  item: Item;
  /** It begins a group of its author's. */
  starts: boolean;
  /** Of our newest message: what became of it. */
  state: "sent" | "seen" | null;
  me: string | undefined;
  /** Back to where one writes. */
  again(): void;
}

/** One line of a conversation: a message, a note, or what happened to the conversation. */
export const Line = memo(function Line({ chat, item, starts, state, me, again }: LineProps) {
  const { entry, pending, mine } = item;
  if (entry && entry.type !== "message" && entry.type !== "note") {
    const said = describe(entry);
    return said ? (
      <p className="e-event">
        <span dir="auto">{said}</span>{" "}
        <time dateTime={entry.at} title={full(entry.at)}>
          {clock(entry.at)}
        </time>
      </p>
    ) : null;
  }
  const note = (entry?.type ?? pending?.kind) === "note";
  const visitor = entry?.author.kind === "visitor";
  const kind = note ? "e-note" : mine ? "e-mine" : visitor ? "e-theirs" : "e-team";
  const mentions = (entry?.type === "note" ? entry.mentions : pending?.mentions) ?? NOBODY;
  const at = atOf(item);
  const name = mine || !entry ? t("you") : authorName(entry.author, me);
  return (
    <article className={`e-line ${kind} e-${item.state}${starts ? " e-starts" : ""}`}>
      {starts && visitor && !note && <Avatar name={name} />}
      {starts && (
        <header>
          <span className="e-who" dir="auto">
            {name}
          </span>
          {note && (
            <span className="e-private">
              <Icon name="lock" /> {t("note")}
            </span>
          )}
          <time dateTime={at} title={full(at)}>
            {clock(at)}
          </time>
        </header>
      )}
      <div className="e-body" dir="auto" title={clock(at)}>
        <Body text={entry?.body ?? pending?.body ?? ""} mentions={mentions} me={me} />
        <SentFiles files={entry?.files ?? pending?.files ?? []} />
      </div>
      <Foot chat={chat} item={item} state={state} again={again} />
    </article>
  );
});

function Foot({ chat, item, state, again }: Pick<LineProps, "chat" | "item" | "state" | "again">) {
  if (item.state === "failed" && item.pending) {
    const { id, code } = item.pending;
    return (
      <footer className="e-refused">
        <span>{code ? t("failed.why", { why: told("refused", code, code) }) : t("failed")}</span>
        <button type="button" className="link" onClick={() => chat.retry(id)}>
          {t("again")}
        </button>
        {(["edit", "discard"] as const).map((what) => (
          <button
            key={what}
            type="button"
            className="link"
            onClick={() => {
              again();
              chat[what](id);
            }}
          >
            {t(what === "edit" ? "edit" : "delete")}
          </button>
        ))}
      </footer>
    );
  }
  if (item.state === "sending") return <footer>{t("sending")}</footer>;
  if (item.state === "waiting") return <footer>{t("waiting")}</footer>;
  return state ? <footer>{t(state)}</footer> : null;
}

export function authorName(author: Author, me?: string): string {
  if (author.kind === "agent") return agentName({ name: author.name, ...(author.id && { id: author.id }) }, me);
  if (author.kind === "visitor") return plain(author.name ?? "") || t("visitor");
  return plain(author.name ?? "") || told("author", author.kind, t("author.system"));
}

export function atOf(item: Item): string {
  return item.entry?.at ?? new Date(item.pending?.at ?? 0).toISOString();
}

export function together(previous: Item | undefined, item: Item): boolean {
  if (!previous || !isText(previous) || kindOf(previous) !== kindOf(item) || previous.mine !== item.mine) return false;
  const [a, b] = [previous.entry?.author, item.entry?.author];
  if (!item.mine && (a?.id !== b?.id || a?.name !== b?.name || a?.kind !== b?.kind)) return false;
  return Date.parse(atOf(item)) - Date.parse(atOf(previous)) < TOGETHER;
}

function isText(item: Item): boolean {
  return !item.entry || item.entry.type === "message" || item.entry.type === "note";
}

function kindOf(item: Item): string {
  return item.entry?.type ?? item.pending?.kind ?? "";
}

/** What happened, in a sentence. Empty for what needs none. */
function describe(entry: EventEntry): string {
  const who = authorName(entry.author);
  switch (entry.type) {
    case "status":
      return t(`event.${entry.status}`, { who });
    case "assigned":
      return entry.agent ? t("event.assigned", { who: agentName(entry.agent) }) : t("event.unassigned");
    case "team":
      return entry.team === null ? t("event.no-team") : t("event.team", { team: plain(entry.team) });
    case "priority":
      return t("event.priority", { priority: t(`priority.${entry.priority}`) });
    case "language":
      return entry.language ? t("event.language", { language: languageName(entry.language) }) : t("event.no-language");
    case "contact":
      return t("event.contact", { who: contactName(entry.contact) });
    case "rated":
      return `${t("event.rated", { n: entry.score })}${entry.comment ? ` “${plain(entry.comment)}”` : ""}`;
    case "labels":
      return entry.labels.length > 0
        ? t("event.labels", { labels: entry.labels.map(plain).join(", ") })
        : t("event.no-labels");
    case "handoff":
      return t("event.handoff");
    case "attributes":
      return t("event.attributes", { names: Object.keys(entry.changed).map(plain).join(", ") });
    default:
      return "";
  }
}

/** The name of a language in the one that is spoken here. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
