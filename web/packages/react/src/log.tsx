import type { Author, Chat, ChatView, Item } from "@engage/client";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useEngage } from "./context";
import { Icon } from "./icons";
import { Line } from "./line";
import type { Strings } from "./strings";
import { plain } from "./text";
import { day, sameDay } from "./time";

/** Messages of one author within this time stand together, in ms. */
const TOGETHER = 5 * 60_000;
/** So near to its end a reader wants to see what comes, in px. */
const NEAR = 80;

/** The messages of a conversation. Stays at the end while the reader is there, and never moves what is being read. */
export function Log({ chat, view }: { chat: Chat; view: ChatView }) {
  const { strings, locale } = useEngage();
  const box = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const first = view.items[0]?.key;
  const last = view.items[view.items.length - 1];
  const newest = view.items.findLast((item) => item.mine && item.state === "stored" && isText(item));
  const before = useRef({ first, height: 0, top: 0, chat });

  useLayoutEffect(() => {
    const { current: log } = box;
    if (!log) return;
    const known = before.current;
    const fresh = known.chat !== chat || known.height === 0;
    const prepended = !fresh && known.first !== first && log.scrollHeight > known.height && known.top < NEAR;
    if (fresh || !away || last?.state === "sending") log.scrollTop = log.scrollHeight;
    else if (prepended) log.scrollTop = known.top + log.scrollHeight - known.height;
    before.current = { first, height: log.scrollHeight, top: log.scrollTop, chat };
  }, [chat, first, last?.key, last?.state, view.typing.length, view.items.length]);

  // A smaller box (a keyboard, a longer draft) must not hide the newest message.
  useEffect(() => {
    const { current: log } = box;
    if (!log || away || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      log.scrollTop = log.scrollHeight;
    });
    observer.observe(log);
    return () => observer.disconnect();
  }, [away, chat]);

  const scrolled = () => {
    const { current: log } = box;
    if (!log) return;
    before.current = { ...before.current, top: log.scrollTop };
    setAway(log.scrollHeight - log.scrollTop - log.clientHeight > NEAR);
  };
  const toEnd = () => {
    const { current: log } = box;
    log?.scrollTo({ top: log.scrollHeight });
    setAway(false);
  };

  return (
    <div className="e-log-frame">
      <div
        className="e-log"
        role="log"
        aria-label={strings.log}
        aria-live="polite"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={scrolled}
      >
        {view.hasMore && (
          <button type="button" className="e-quiet" disabled={view.loadingMore} onClick={() => chat.older()}>
            {view.loadingMore ? strings.loading : strings.earlier}
          </button>
        )}
        {view.items.map((item, index) => {
          const previous = view.items[index - 1];
          const newDay = !previous || !sameDay(atOf(previous), atOf(item));
          return (
            <div key={item.key} className="e-slot">
              {newDay && (
                <div className="e-day" part="day">
                  {day(atOf(item), locale)}
                </div>
              )}
              <Line
                chat={chat}
                item={item}
                starts={newDay || !together(previous, item)}
                state={stateOf(item, newest, view, strings)}
              />
            </div>
          );
        })}
      </div>
      <div className="e-typing" role="status">
        {view.typing.length > 0
          ? strings.typing(view.typing.map((author) => nameOf(author, strings)).join(", "))
          : view.position !== null && strings.queue(view.position)}
      </div>
      {away && (
        <button type="button" className="e-newest" onClick={toEnd}>
          <Icon name="down" /> {view.unread > 0 ? strings.unread(view.unread) : strings.newest}
        </button>
      )}
    </div>
  );
}

export function nameOf(author: Author, strings: Strings): string {
  const unnamed = { visitor: strings.visitor, bot: strings.bot, agent: strings.agent, system: strings.agent };
  return (author.name && plain(author.name)) || unnamed[author.kind];
}

export function atOf(item: Item): string {
  return item.entry?.at ?? new Date(item.pending?.at ?? 0).toISOString();
}

/** What is said under a message of our own. That it is stored or seen, only the newest one tells: it holds for all above. */
function stateOf(item: Item, newest: Item | undefined, view: ChatView, strings: Strings): string | null {
  if (!item.mine) return null;
  if (item.state === "sending") return strings.sending;
  if (item.state === "waiting") return strings.waiting;
  if (item.state === "failed") return strings.failed;
  if (item !== newest || item.entry?.type === "note") return null;
  return item.entry && view.seen >= item.entry.seq ? strings.seen : strings.sent;
}

function isText(item: Item): boolean {
  return !item.entry || item.entry.type === "message" || item.entry.type === "note";
}

function kindOf(item: Item): string {
  return item.entry?.type ?? item.pending?.kind ?? "";
}

function together(previous: Item | undefined, item: Item): boolean {
  if (!previous || !isText(previous) || kindOf(previous) !== kindOf(item) || previous.mine !== item.mine) return false;
  const [a, b] = [previous.entry?.author, item.entry?.author];
  if (!item.mine && (a?.id !== b?.id || a?.name !== b?.name || a?.kind !== b?.kind)) return false;
  return Date.parse(atOf(item)) - Date.parse(atOf(previous)) < TOGETHER;
}
