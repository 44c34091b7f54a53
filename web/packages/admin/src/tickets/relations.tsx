import type { DeskTicket } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Icon } from "../shell/icon";
import { href } from "../shell/route";
import { attempt, useLoad } from "../shell/use";
import { t } from "../words";
import type { Opened, Snapshot } from "./open";
import { Relate } from "./picker";
import { Part } from "./side";
import { statusName, useStatuses, useTickets } from "./use";

/** So many that are only known by their id are looked up. */
const MOST = 20;

interface RelationsProps {
  of: Opened;
  ticket: DeskTicket;
  snapshot: Snapshot;
}

/** The whole that it is a part of, its own parts, what it has to do with, and what has become a part of it. */
export function Relations({ of, ticket, snapshot }: RelationsProps) {
  const desk = useTickets();
  const [asking, setAsking] = useState<"merge" | "link" | "parent" | null>(null);
  const { parent, links } = ticket.desk;
  const wanted = [...(parent ? [parent] : []), ...links].slice(0, MOST);
  const found = useLoad(wanted.length > 0 ? `related ${wanted.join()}` : null, async () => {
    const all = await Promise.all(wanted.map((id) => desk.show(id).catch(() => null)));
    return new Map(all.flatMap((one) => (one ? [[one.ticket.id, one.ticket] as const] : [])));
  });
  const named = (id: string) => found.data?.get(id) ?? null;
  const does = async (work: Promise<DeskTicket>) => {
    if (await attempt(work)) of.take(await work);
    of.reload();
  };
  return (
    <Part name={t("ticket.related")}>
      {parent && (
        <Group name={t("ticket.parent")}>
          <One id={parent} of={named(parent)} drop={() => void does(desk.setParent(ticket.id, null))} />
        </Group>
      )}
      {snapshot.children.length > 0 && (
        <Group name={t("ticket.children")}>
          {snapshot.children.map((one) => (
            <One key={one.id} id={one.id} of={one} />
          ))}
        </Group>
      )}
      {links.length > 0 && (
        <Group name={t("ticket.links")}>
          {links.map((id) => (
            <One key={id} id={id} of={named(id)} drop={() => void does(desk.link(ticket.id, id, false))} />
          ))}
        </Group>
      )}
      {snapshot.merged.length > 0 && (
        <Group name={t("ticket.merged-here")}>
          {snapshot.merged.map((part) => (
            <One key={part.ticket.id} id={part.ticket.id} of={part.ticket} />
          ))}
        </Group>
      )}
      {!ticket.merged_into && (
        <div className="labels">
          {(["link", "parent", "merge"] as const).map((how) => (
            <button key={how} type="button" className="chip is-new" onClick={() => setAsking(how)}>
              {t(({ link: "ticket.link", parent: "ticket.parent.set", merge: "ticket.merge" } as const)[how])}
            </button>
          ))}
        </div>
      )}
      {asking && <Relate how={asking} of={of} ticket={ticket} close={() => setAsking(null)} />}
    </Part>
  );
}

function Group({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <h4 className="quiet">{name}</h4>
      <ul>{children}</ul>
    </div>
  );
}

function One({ id, of, drop }: { id: string; of: DeskTicket | null; drop?: () => void }) {
  const statuses = useStatuses();
  const name = of ? `${plain(of.reference)} ${plain(of.subject)}` : t("ticket.one");
  return (
    <li className="ticket-related">
      <a href={href("t", id)} className="cut-text" dir="auto">
        {name}
      </a>
      {of && <span className={`badge is-ticket-${of.desk.category}`}>{statusName(of.desk.status, statuses)}</span>}
      {drop && (
        <button type="button" className="tool is-small" aria-label={t("remove", { name })} onClick={drop}>
          <Icon name="close" />
        </button>
      )}
    </li>
  );
}
