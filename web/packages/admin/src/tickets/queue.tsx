import type { DeskTicket } from "@engage/client";
import type { RefObject } from "react";
import { type Picking, useListKeys } from "../list/pick";
import type { Paged } from "../shell/paged";
import { go, href } from "../shell/route";
import { useMe, useNow } from "../shell/use";
import { Virtual } from "../shell/virtual";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { Row } from "./row";
import { useStatuses } from "./use";

interface QueueProps extends Pick<Picking, "picked" | "pick"> {
  of: Paged<"tickets", DeskTicket>;
  selected: string | null;
  box: RefObject<HTMLDivElement | null>;
}

/** The tickets that fit the filter, of which only those in sight are in the page. */
export function Queue({ of, selected, picked, pick, box }: QueueProps) {
  const me = useMe()?.id;
  const now = useNow(30_000);
  const statuses = useStatuses();
  const items = of.data?.tickets ?? [];
  // An address may name a ticket by its number.
  const current = items.find((item) => item.id === selected || String(item.number) === selected)?.id ?? null;
  const toggle = useListKeys({
    items,
    selected: current,
    open: (id) => go(href("t", id), selected !== null),
    picked,
    pick,
  });

  if (items.length === 0) {
    return (
      <div className="hint" role="status">
        {of.data ? (
          <>
            <p>{t("list.empty")}</p>
            <p className="quiet">{t("ticket.empty")}</p>
          </>
        ) : (
          <p className="quiet">{of.error ? trouble(of.error) : t("loading")}</p>
        )}
      </div>
    );
  }
  return (
    <Virtual<DeskTicket>
      items={items}
      keyOf={idOf}
      label={t("ticket.list")}
      current={current}
      open={Boolean(of.data?.next)}
      near={of.more}
      box={box}
      row={(item) => (
        <Row
          item={item}
          me={me}
          statuses={statuses}
          selected={item.id === current}
          picked={picked.has(item.id)}
          now={item.desk.waiting_since || item.desk.owed.length > 0 ? now : 0}
          pick={toggle}
        />
      )}
    />
  );
}

function idOf(item: DeskTicket): string {
  return item.id;
}
