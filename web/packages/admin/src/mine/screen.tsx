import { useEngage } from "@engage/react";
import { useEffect, useRef } from "react";
import { Row as TalkRow } from "../inbox/row";
import { useCommands } from "../shell/keys";
import { useDesk, useLoad, useMe, useNow, useOnline } from "../shell/use";
import { Row as TicketRow } from "../tickets/row";
import { AGAIN, useFollowed, useStatuses, useTicketChanges, useTickets } from "../tickets/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { type Item, inOrder } from "./order";

/** So many of each are looked at. */
const MOST = 100;
/** What changes together is asked for once, in ms. */
const CALM = 300;

/** All that is mine, conversations and tickets in one list: what waits for me first. */
export default function Mine() {
  const { client } = useEngage();
  const online = useOnline();
  const desk = useDesk();
  const tickets = useTickets();
  const now = useNow(30_000);
  const known = useMe() !== null;
  const box = useRef<HTMLDivElement>(null);
  const talks = useLoad(known ? "mine talks" : null, () => myTalks(desk), AGAIN);
  const asked = useLoad(
    known ? "mine tickets" : null,
    () => tickets.list({ status: "unsolved", assignee: "me", snoozed: "no" }, null, MOST),
    AGAIN,
  );

  useFollowed();
  const timers = useRef<Record<"talks" | "asked", ReturnType<typeof setTimeout> | undefined>>({
    talks: undefined,
    asked: undefined,
  });
  const soon = (which: "talks" | "asked") => {
    clearTimeout(timers.current[which]);
    timers.current[which] = setTimeout(which === "talks" ? talks.reload : asked.reload, CALM);
  };
  const hear = useRef(soon);
  hear.current = soon;
  useTicketChanges(() => soon("asked"));
  useEffect(() => {
    if (!online) return;
    return client.hear((frame) => frame.type === "inbox" && hear.current("talks"));
  }, [client, online]);
  useEffect(
    () => () => {
      clearTimeout(timers.current.talks);
      clearTimeout(timers.current.asked);
    },
    [],
  );

  // The keys of every list; Enter follows the link that has the focus.
  const move = (by: number) => {
    const links = [...(box.current?.querySelectorAll<HTMLElement>(".row-link") ?? [])];
    const at = links.indexOf(document.activeElement as HTMLElement);
    links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
  };
  useCommands({ next: () => move(1), previous: () => move(-1) });

  const { waiting, rest } = inOrder(talks.data ?? [], asked.data?.tickets ?? [], now);
  const error = talks.error || asked.error;
  const there = talks.data !== null && asked.data !== null;
  return (
    <main className="page mine" aria-labelledby="mine-title">
      <header className="page-head">
        <h2 id="mine-title">{t("nav.mine")}</h2>
      </header>
      {!there && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {there && waiting.length + rest.length === 0 && <p className="quiet card-empty">{t("mine.none")}</p>}
      <div ref={box} className="mine-parts">
        <Part name={t("mine.waiting")} items={waiting} now={now} />
        <Part name={t("mine.rest")} items={rest} now={now} />
      </div>
    </main>
  );
}

interface PartProps {
  name: string;
  items: readonly Item[];
  now: number;
}

function Part({ name, items, now }: PartProps) {
  const me = useMe()?.id;
  const statuses = useStatuses();
  if (items.length === 0) return null;
  return (
    <section aria-label={name}>
      <h3>
        {name} <span className="badge">{items.length}</span>
      </h3>
      <ul>
        {items.map(({ key, talk, ticket }) => (
          <li key={key}>
            {talk && <TalkRow item={talk} me={me} selected={false} picked={false} minute={now} from="mine" />}
            {ticket && (
              <TicketRow
                item={ticket}
                me={me}
                statuses={statuses}
                selected={false}
                picked={false}
                now={now}
                from="mine"
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Those that I have, and those in which somebody asks me to look. */
async function myTalks(desk: ReturnType<typeof useDesk>) {
  const [mine, asks] = await Promise.all([
    desk.conversations({ status: "open", assignee: "me", limit: MOST }),
    desk.conversations({ status: "all", mentioned: true, limit: MOST }),
  ]);
  return [...mine.conversations, ...asks.conversations];
}
