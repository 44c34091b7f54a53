import type { DeskTicket } from "@engage/client";
import { type RefObject, useCallback, useRef } from "react";
import { useCommands } from "../shell/keys";
import type { Paged } from "../shell/paged";
import { go, href } from "../shell/route";
import { useMe, useNow } from "../shell/use";
import { Virtual } from "../shell/virtual";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { Row } from "./row";
import { useStatuses } from "./use";

interface QueueProps {
  of: Paged<"tickets", DeskTicket>;
  selected: string | null;
  picked: ReadonlySet<string>;
  pick(ids: readonly string[], on: boolean): void;
  box: RefObject<HTMLDivElement | null>;
}

/** The tickets that fit the filter, of which only those in sight are in the page. */
export function Queue({ of, selected, picked, pick, box }: QueueProps) {
  const me = useMe()?.id;
  const now = useNow(30_000);
  const statuses = useStatuses();
  const last = useRef<string | null>(null);
  const items = of.data?.tickets ?? [];
  const isSelected = (item: DeskTicket) => item.id === selected || String(item.number) === selected;

  const move = (by: number) => {
    const at = items.findIndex(isSelected);
    const next = items[at < 0 ? 0 : at + by];
    if (next) go(href("t", next.id), selected !== null);
  };
  const current = useRef({ items, picked });
  current.current = { items, picked };
  const toggle = useCallback(
    (id: string, range: boolean) => {
      const { items, picked } = current.current;
      const at = items.findIndex((item) => item.id === id);
      const from = range ? items.findIndex((item) => item.id === last.current) : -1;
      const ids = from < 0 ? [id] : items.slice(Math.min(at, from), Math.max(at, from) + 1).map((item) => item.id);
      last.current = id;
      pick(ids, !picked.has(id));
    },
    [pick],
  );
  useCommands({
    next: () => move(1),
    previous: () => move(-1),
    pick: () => {
      const focused = document.activeElement?.closest<HTMLElement>("li[data-at]")?.dataset.at;
      const id = focused === undefined ? items.find(isSelected)?.id : items[Number(focused)]?.id;
      if (id) toggle(id, false);
    },
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
      current={items.find(isSelected)?.id ?? null}
      open={Boolean(of.data?.next)}
      near={of.more}
      box={box}
      row={(item) => (
        <Row
          item={item}
          me={me}
          statuses={statuses}
          selected={isSelected(item)}
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
