import { useCallback, useEffect, useRef, useState } from "react";
import { useCommands } from "../shell/keys";
import { usePaged } from "../shell/paged";
import { go, useRoute } from "../shell/route";
import { t } from "../words";
import { Board } from "./board";
import { Bulk } from "./bulk";
import { filterLink, filterOf } from "./filter";
import { QueueHead } from "./head";
import { Create } from "./new";
import { Queue } from "./queue";
import { Search } from "./search";
import { TicketView } from "./ticket";
import { AGAIN, useFollowed, useTicketChanges, useTickets } from "./use";

const NOTHING: ReadonlySet<string> = new Set();
/** What changes together is asked for once, in ms. */
const CALM = 300;

/** The queue and a ticket side by side; on a phone one at a time. Or the board. */
export default function Tickets() {
  const desk = useTickets();
  const route = useRoute();
  const selected = route.screen === "t" ? route.id : null;
  const board = route.screen === "tickets" && route.id === "board";
  // The address says what is listed; one that names a ticket leaves the list as it is.
  const last = useRef(filterOf(new URLSearchParams()));
  if (route.screen === "tickets") last.current = filterOf(route.query);
  const filter = last.current;
  const key = filterLink(filter);
  const queue = usePaged(board ? null : key, "tickets", (after) => desk.list(filter, after), AGAIN);
  const [picked, setPicked] = useState(NOTHING);
  const [text, setText] = useState("");
  const [creating, setCreating] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const items = queue.data?.tickets ?? [];

  useEffect(() => {
    setPicked(NOTHING);
    setText("");
  }, [key]);
  useFollowed();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useTicketChanges(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(queue.reload, CALM);
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  const pick = useCallback((ids: readonly string[], on: boolean) => {
    setPicked((old) => {
      const next = new Set(old);
      for (const id of ids) on ? next.add(id) : next.delete(id);
      return next;
    });
  }, []);
  const back = useCallback(() => {
    go(filterLink(last.current));
    // On a phone the list has only just come back.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[aria-current], .row-link")?.focus());
  }, []);
  useCommands({
    search: () => field.current?.focus(),
    create: () => setCreating(true),
    ...(selected && { back }),
  });
  // What has left the list is no longer picked.
  const there =
    picked.size === 0 ? picked : new Set(items.filter((item) => picked.has(item.id)).map((item) => item.id));
  const dialog = creating && <Create close={() => setCreating(false)} />;

  if (board) {
    return (
      <>
        <Board filter={filter} create={() => setCreating(true)} />
        {dialog}
      </>
    );
  }
  return (
    <div className={selected ? "columns has-selection" : "columns"}>
      <section
        className={there.size > 0 ? "inbox has-picked" : "inbox"}
        role={selected ? undefined : "main"}
        aria-label={t("ticket.list")}
      >
        <QueueHead filter={filter} text={text} search={setText} field={field} create={() => setCreating(true)} />
        {there.size > 0 && <Bulk picked={there} all={items.map((item) => item.id)} pick={pick} />}
        {text.trim() ? (
          <Search text={text} selected={selected} />
        ) : (
          <Queue key={key} of={queue} selected={selected} picked={there} pick={pick} box={box} />
        )}
      </section>
      {selected ? (
        <TicketView key={selected} id={selected} back={back} />
      ) : (
        <section className="empty" aria-label={t("ticket.log")}>
          <p>{t("ticket.choose")}</p>
          <p className="quiet">
            <kbd>?</kbd> {t("choose.keys")}
          </p>
        </section>
      )}
      {dialog}
    </div>
  );
}
