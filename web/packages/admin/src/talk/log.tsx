import type { Chat, ChatView, Item, ServerFrame } from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { memo, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "../shell/icon";
import { t } from "../words";
import { day, sameDay } from "../words/time";
import { atOf, authorName, Line, together } from "./line";

/** So near to its end a reader wants to see what comes, in px. */
const NEAR = 80;
/** Lines that are kept together: a change in one renders these only, and the browser skips those out of sight. */
const CHUNK = 40;

interface LogProps {
  chat: Chat;
  view: ChatView;
  field: RefObject<HTMLTextAreaElement | null>;
  me: string | undefined;
}

/** The messages of a conversation, however many. Stays at the end while the reader is there, and never moves what is being read. */
export function Log({ chat, view, field, me }: LogProps) {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const [unreadFrom] = useState(() => firstUnread(view));
  const first = view.items[0]?.key;
  const last = view.items[view.items.length - 1];
  const known = useRef({ first, height: 0, top: 0 });
  const pinned = useRef(true);

  useLayoutEffect(() => {
    const { current: log } = box;
    if (!log) return;
    const before = known.current;
    const fresh = before.height === 0;
    if (last?.state === "sending") pinned.current = true;
    if (fresh || pinned.current) log.scrollTop = log.scrollHeight;
    else if (before.first !== first && before.top < NEAR) log.scrollTop = before.top + log.scrollHeight - before.height;
    known.current = { first, height: log.scrollHeight, top: log.scrollTop };
  }, [first, last?.key, last?.state, view.items.length, view.typing.length]);

  // What grows when it comes into sight, a keyboard, a longer draft: none may hide the newest message.
  useEffect(() => {
    const { current: log } = box;
    if (!log || !inner.current || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (pinned.current) log.scrollTop = log.scrollHeight;
      known.current = { ...known.current, height: log.scrollHeight };
    });
    observer.observe(log);
    observer.observe(inner.current);
    return () => observer.disconnect();
  }, []);

  const scrolled = () => {
    const { current: log } = box;
    if (!log) return;
    known.current = { ...known.current, top: log.scrollTop, height: log.scrollHeight };
    const far = log.scrollHeight - log.scrollTop - log.clientHeight > NEAR;
    pinned.current = !far;
    setAway(far);
    if (log.scrollTop < NEAR && view.hasMore && !view.loadingMore) chat.older();
  };
  const toEnd = () => {
    pinned.current = true;
    setAway(false);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  };
  const again = useCallback(() => field.current?.focus(), [field]);

  return (
    <div className="log-frame">
      <div
        className="log"
        role="log"
        aria-label={t("log.label")}
        aria-live="polite"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={scrolled}
      >
        <div className="log-inner" ref={inner}>
          {view.hasMore && (
            <button type="button" className="link log-more" disabled={view.loadingMore} onClick={() => chat.older()}>
              {view.loadingMore ? t("loading") : t("log.earlier")}
            </button>
          )}
          {chunks(view.items).map(({ key, items, previous }) => (
            <Chunk
              key={key}
              items={items}
              previous={previous}
              chat={chat}
              seen={seenIn(view, items)}
              unreadFrom={unreadFrom}
              me={me}
              again={again}
            />
          ))}
        </div>
      </div>
      <Preview conversation={view.id} typing={view.typing.length > 0} />
      <div className="e-typing" role="status">
        {view.typing.length > 0 && t("typing", { who: view.typing.map((one) => authorName(one, me)).join(", ") })}
      </div>
      {away && (
        <button type="button" className="newest" onClick={toEnd}>
          <Icon name="down" /> {view.unread > 0 ? t("unread", { n: view.unread }) : t("log.newest")}
        </button>
      )}
    </div>
  );
}

/** What the visitor is writing and has not sent, where the site shows that to its staff. */
function Preview({ conversation, typing }: { conversation: string | null; typing: boolean }) {
  const { client } = useEngage();
  const [text, setText] = useState("");
  useEffect(() => {
    setText("");
    return client.hear((frame: ServerFrame) => {
      if (frame.type !== "typing" || frame.conversation !== conversation || frame.author.kind !== "visitor") return;
      const { text } = frame as { text?: string | null };
      setText(frame.typing && text ? text : "");
    });
  }, [client, conversation]);
  if (!typing || !text) return null;
  return (
    <p className="preview-typing">
      <span className="quiet">{t("talk.preview")}</span> <span dir="auto">{plain(text)}</span>
    </p>
  );
}

interface ChunkProps {
  items: readonly Item[];
  previous: Item | undefined;
  chat: Chat;
  /** The newest message of ours in here that is stored, and whether it was seen. */
  seen: string | null;
  unreadFrom: number;
  me: string | undefined;
  again(): void;
}

const Chunk = memo(
  function Chunk({ items, previous, chat, seen, unreadFrom, me, again }: ChunkProps) {
    return (
      <div className="chunk">
        {items.map((item, index) => {
          const above = index === 0 ? previous : items[index - 1];
          const newDay = !above || !sameDay(atOf(above), atOf(item));
          const fresh = item.entry?.seq === unreadFrom;
          return (
            <div key={item.key} className="slot">
              {newDay && <div className="day">{day(atOf(item))}</div>}
              {fresh && <div className="fresh">{t("log.new")}</div>}
              <Line
                chat={chat}
                item={item}
                starts={newDay || fresh || !together(above, item)}
                state={seen?.startsWith(`${item.key} `) ? (seen.endsWith("seen") ? "seen" : "sent") : null}
                me={me}
                again={again}
              />
            </div>
          );
        })}
      </div>
    );
  },
  (a, b) =>
    a.seen === b.seen &&
    a.me === b.me &&
    a.previous === b.previous &&
    a.items.length === b.items.length &&
    a.items.every((item, index) => item === b.items[index]),
);

/** The lines in groups that stay the same when earlier ones are put before them: by their number, not their place. */
function chunks(items: readonly Item[]): { key: string; items: Item[]; previous: Item | undefined }[] {
  const all: { key: string; items: Item[]; previous: Item | undefined }[] = [];
  let group = Number.NaN;
  let previous: Item | undefined;
  for (const item of items) {
    const next = item.entry ? Math.floor(item.entry.seq / CHUNK) : Number.POSITIVE_INFINITY;
    const open = all[all.length - 1];
    // What is on its way goes with the last group: it becomes part of it without being made anew.
    if (open && (next === group || next === Number.POSITIVE_INFINITY)) open.items.push(item);
    else {
      group = next;
      all.push({ key: String(group), items: [item], previous });
    }
    previous = item;
  }
  return all;
}

function seenIn(view: ChatView, items: readonly Item[]): string | null {
  const newest = view.items.findLast((item) => item.mine && item.state === "stored" && item.entry?.type === "message");
  if (!newest || !items.includes(newest)) return null;
  return `${newest.key} ${newest.entry && view.seen >= newest.entry.seq ? "seen" : "sent"}`;
}

/** The number of the first message that this reader had not read when they came. 0: none. */
function firstUnread(view: ChatView): number {
  const texts = view.items.filter(
    (item) => !item.mine && (item.entry?.type === "message" || item.entry?.type === "note"),
  );
  const first = view.unread > 0 ? texts[Math.max(0, texts.length - view.unread)] : undefined;
  return first?.entry?.seq ?? 0;
}
