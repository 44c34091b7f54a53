import type { TicketFilter } from "@engage/client";
import { plain } from "@engage/react";
import { type RefObject, useState } from "react";
import { PRIORITIES } from "../inbox/filter";
import { Icon } from "../shell/icon";
import { useKnown } from "../shell/known";
import { type Choice, Menu } from "../shell/menu";
import { agentName } from "../shell/names";
import { SearchField } from "../shell/paged";
import { go } from "../shell/route";
import { useAgents, useMe } from "../shell/use";
import { t } from "../words";
import { BUILT_IN, filterLink, sameFilter } from "./filter";
import { allStatuses, useStatuses } from "./use";

interface QueueHeadProps {
  filter: TicketFilter;
  text: string;
  search(text: string): void;
  field: RefObject<HTMLInputElement | null>;
  create(): void;
}

/** What stands above the queue: which view it is, how to find something, and how to narrow it. */
export function QueueHead({ filter, text, search, field, create }: QueueHeadProps) {
  const [open, setOpen] = useState(false);
  const narrowed = (["assignee", "team", "tag", "requester", "priority"] as const).filter(
    (name) => filter[name],
  ).length;
  return (
    <div className="inbox-head">
      <div className="inbox-title">
        <h2>
          <Views filter={filter} />
        </h2>
        <a
          className="tool"
          href={filterLink(filter, true)}
          aria-label={t("ticket.board.show")}
          title={t("ticket.board.show")}
        >
          <Icon name="board" />
        </a>
        <button type="button" className="tool" aria-label={t("ticket.new")} title={t("ticket.new")} onClick={create}>
          <Icon name="plus" />
        </button>
        <button
          type="button"
          className="tool"
          aria-expanded={open}
          aria-label={t("filter.label")}
          title={t("filter.label")}
          onClick={() => setOpen(!open)}
        >
          <Icon name="filter" />
          {narrowed > 0 && (
            <span className="tool-count" aria-hidden="true">
              {narrowed}
            </span>
          )}
        </button>
      </div>
      <SearchField
        label={t("ticket.search")}
        value={text}
        set={search}
        field={field}
        leave={() => field.current?.blur()}
      />
      {open && (
        <div className="filters">
          <Filters filter={filter} board={false} />
        </div>
      )}
    </div>
  );
}

/** The views, of which one is shown. */
function Views({ filter }: { filter: TicketFilter }) {
  const known = BUILT_IN.find((one) => sameFilter(one.filter, filter));
  const choices: Choice[] = BUILT_IN.map((one) => ({
    key: one.key,
    name: t(one.name),
    chosen: one === known,
    act: () => go(filterLink(one.filter)),
  }));
  return (
    <Menu label={t("view.label")} choices={choices} look="view-button">
      <span className="cut-text">{known ? t(known.name) : t("view.own")}</span>
      <Icon name="down" />
    </Menu>
  );
}

/** The parts of the filter, each a choice of its own. On the board the columns are the statuses. */
export function Filters({ filter, board }: { filter: TicketFilter; board: boolean }) {
  const agents = useAgents();
  const me = useMe();
  const { teams } = useKnown();
  const statuses = allStatuses(useStatuses());
  const set = (part: Partial<TicketFilter>) => go(filterLink({ ...filter, ...part }, board));
  const [tag, setTag] = useState(filter.tag ?? "");
  const keepTag = () => tag.trim() !== (filter.tag ?? "") && set({ tag: tag.trim() });
  return (
    <>
      {!board && (
        <label className="filter">
          <span>{t("filter.status")}</span>
          <select value={filter.status ?? "unsolved"} onChange={(event) => set({ status: event.currentTarget.value })}>
            <option value="unsolved">{t("ticket.view.unsolved")}</option>
            {statuses.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
            <option value="all">{t("ticket.view.all")}</option>
          </select>
        </label>
      )}
      <label className="filter">
        <span>{t("filter.assignee")}</span>
        <select value={filter.assignee ?? ""} onChange={(event) => set({ assignee: event.currentTarget.value })}>
          <option value="">{t("filter.anybody")}</option>
          <option value="me">{t("me")}</option>
          <option value="none">{t("nobody")}</option>
          {agents
            .filter((agent) => agent.id !== me?.id)
            .map((agent) => (
              <option key={agent.id} value={agent.id}>
                {agentName(agent)}
              </option>
            ))}
        </select>
      </label>
      <label className="filter">
        <span>{t("filter.team")}</span>
        <select value={filter.team ?? ""} onChange={(event) => set({ team: event.currentTarget.value })}>
          <option value="">{t("filter.any")}</option>
          {[...new Set([...teams, ...(filter.team ? [filter.team] : [])])].map((team) => (
            <option key={team} value={team}>
              {plain(team)}
            </option>
          ))}
        </select>
      </label>
      <label className="filter">
        <span>{t("filter.priority")}</span>
        <select
          value={filter.priority ?? ""}
          onChange={(event) => set({ priority: event.currentTarget.value as NonNullable<TicketFilter["priority"]> })}
        >
          <option value="">{t("filter.any")}</option>
          {PRIORITIES.map((priority) => (
            <option key={priority} value={priority}>
              {t(`priority.${priority}`)}
            </option>
          ))}
        </select>
      </label>
      <form
        className="filter"
        onSubmit={(event) => {
          event.preventDefault();
          keepTag();
        }}
      >
        <label htmlFor="filter-tag">{t("ticket.tag")}</label>
        <input
          id="filter-tag"
          dir="auto"
          maxLength={50}
          placeholder={t("filter.any")}
          value={tag}
          onChange={(event) => setTag(event.currentTarget.value)}
          onBlur={keepTag}
        />
      </form>
      {filter.requester && (
        <button type="button" className="link" onClick={() => set({ requester: "" })}>
          {t("ticket.of-all")}
        </button>
      )}
      {filter.status !== "all" && (
        <label className="check">
          <input
            type="checkbox"
            checked={filter.snoozed !== "no"}
            onChange={(event) => set({ snoozed: event.currentTarget.checked ? "yes" : "no" })}
          />
          {t("ticket.with-snoozed")}
        </label>
      )}
    </>
  );
}
