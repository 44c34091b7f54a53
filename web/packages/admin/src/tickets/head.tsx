import type { TicketFilter } from "@engage/client";
import { AssigneeFilter, FilterChoice, PriorityFilter, TeamFilter, WordFilter } from "../list/filters";
import type { Seeking } from "../list/head";
import { ViewsHead } from "../list/views";
import { Icon } from "../shell/icon";
import { go } from "../shell/route";
import { t } from "../words";
import { filterLink, VIEWS } from "./filter";
import { allStatuses, useStatuses } from "./use";

interface QueueHeadProps extends Seeking {
  filter: TicketFilter;
  create(): void;
}

/** What stands above the queue. */
export function QueueHead({ filter, create, ...seeking }: QueueHeadProps) {
  const narrowed = (["assignee", "team", "tag", "requester", "priority"] as const).filter((name) => filter[name]);
  return (
    <ViewsHead
      {...seeking}
      of={VIEWS}
      filter={filter}
      narrowed={narrowed.length}
      label={t("ticket.search")}
      tools={
        <>
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
        </>
      }
    >
      {() => <Filters filter={filter} board={false} />}
    </ViewsHead>
  );
}

/** The parts of the filter, each a choice of its own. On the board the columns are the statuses. */
export function Filters({ filter, board }: { filter: TicketFilter; board: boolean }) {
  const statuses = allStatuses(useStatuses());
  const set = (part: Partial<TicketFilter>) => go(filterLink({ ...filter, ...part }, board));
  return (
    <>
      {!board && (
        <FilterChoice label={t("filter.status")} value={filter.status ?? "unsolved"} set={(status) => set({ status })}>
          <option value="unsolved">{t("ticket.view.unsolved")}</option>
          {statuses.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
          <option value="all">{t("ticket.view.all")}</option>
        </FilterChoice>
      )}
      <AssigneeFilter value={filter.assignee} set={(assignee) => set({ assignee })} />
      <TeamFilter value={filter.team} set={(team) => set({ team })} />
      <PriorityFilter
        value={filter.priority}
        set={(priority) => set({ priority: priority as NonNullable<TicketFilter["priority"]> })}
      />
      <WordFilter label={t("ticket.tag")} value={filter.tag} set={(tag) => set({ tag })} />
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
