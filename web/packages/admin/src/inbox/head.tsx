import type { Filter, Status } from "@engage/client";
import { AssigneeFilter, PriorityFilter, TeamFilter, WordFilter } from "../list/filters";
import type { Seeking } from "../list/head";
import { ViewsHead } from "../list/views";
import { useKnown } from "../shell/known";
import { go } from "../shell/route";
import { useSelect } from "../shell/use";
import { t } from "../words";
import { filterLink, VIEWS } from "./filter";

const STATUSES: readonly (Status | "all")[] = ["open", "snoozed", "closed", "all"];

/** What stands above the list of conversations. */
export function InboxHead(seeking: Seeking) {
  const filter = useSelect((state) => state.inbox.filter);
  const narrowed = (["assignee", "team", "label", "priority"] as const).filter((name) => filter[name]).length;
  return (
    <ViewsHead
      {...seeking}
      of={VIEWS}
      filter={filter}
      narrowed={narrowed}
      label={t("search.label")}
      hint={t("search.hint")}
    >
      {(known) => <Filters filter={filter} more={known} />}
    </ViewsHead>
  );
}

/** The parts of the filter, each a choice of its own. `more`: the server knows teams and priorities in it. */
function Filters({ filter, more }: { filter: Filter; more: boolean }) {
  const { labels } = useKnown();
  const set = (part: Partial<Filter>) => go(filterLink({ ...filter, ...part }));
  return (
    <>
      <fieldset className="tabs">
        <legend className="aside">{t("filter.status")}</legend>
        {STATUSES.map((status) => (
          <button key={status} type="button" aria-pressed={filter.status === status} onClick={() => set({ status })}>
            {t(`status.${status}`)}
          </button>
        ))}
      </fieldset>
      <AssigneeFilter value={filter.assignee} set={(assignee) => set({ assignee })} />
      {more && (
        <>
          <TeamFilter value={filter.team} set={(team) => set({ team })} />
          <PriorityFilter
            value={filter.priority}
            set={(priority) => set({ priority: (priority || undefined) as Filter["priority"] })}
          />
        </>
      )}
      <WordFilter label={t("filter.label-field")} known={labels} value={filter.label} set={(label) => set({ label })} />
    </>
  );
}
