import { useCallback, useEffect, useRef, useState } from "react";
import { usePicked } from "../list/pick";
import { useCommands } from "../shell/keys";
import { usePaged } from "../shell/paged";
import { go, href, useRoute } from "../shell/route";
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
  const [text, setText] = useState("");
  const [creating, setCreating] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const items = queue.data?.tickets ?? [];
  const { picked, pick, clear } = usePicked(items);

  useEffect(() => {
    clear();
    setText("");
  }, [key, clear]);
  useFollowed();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useTicketChanges(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(queue.reload, CALM);
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  const back = useCallback(() => {
    if (route.query.get("from") === "mine") return go(href("mine"));
    go(filterLink(last.current));
    // On a phone the list has only just come back.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[aria-current], .row-link")?.focus());
  }, []);
  useCommands({
    search: () => field.current?.focus(),
    create: () => setCreating(true),
    ...(selected && { back }),
  });
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
        className={picked.size > 0 ? "inbox has-picked" : "inbox"}
        role={selected ? undefined : "main"}
        aria-label={t("ticket.list")}
      >
        <QueueHead filter={filter} text={text} search={setText} field={field} create={() => setCreating(true)} />
        {picked.size > 0 && <Bulk picked={picked} all={items.map((item) => item.id)} pick={pick} />}
        {text.trim() ? (
          <Search text={text} selected={selected} />
        ) : (
          <Queue key={key} of={queue} selected={selected} picked={picked} pick={pick} box={box} />
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
