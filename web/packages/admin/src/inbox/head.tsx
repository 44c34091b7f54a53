import type { Filter, Status, View } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { AssigneeFilter, PriorityFilter, TeamFilter, WordFilter } from "../list/filters";
import { ListHead, type Seeking } from "../list/head";
import { SaveView, useMayChange, useViews } from "../list/views";
import { useKnown } from "../shell/known";
import type { Choice } from "../shell/menu";
import { go } from "../shell/route";
import { useSelect } from "../shell/use";
import { t } from "../words";
import { BUILT_IN, filterLink, sameFilter } from "./filter";
import { filterOfView } from "./views";

const STATUSES: readonly (Status | "all")[] = ["open", "snoozed", "closed", "all"];

/** What stands above the list of conversations. */
export function InboxHead(seeking: Seeking) {
  const { views, present } = useViews("chat");
  const filter = useSelect((state) => state.inbox.filter);
  const [saving, setSaving] = useState<View | true | null>(null);
  const may = useMayChange();
  const saved = views.find((view) => sameFilter(filterOfView(view), filter));
  const known = BUILT_IN.find((one) => sameFilter(one.filter, filter));
  const title = saved ? plain(saved.name) : known ? t(known.name) : t("view.own");
  const choices: Choice[] = [
    ...BUILT_IN.map((one) => ({
      key: one.key,
      name: t(one.name),
      chosen: one === known,
      act: () => go(filterLink(one.filter)),
    })),
    ...views.map((view, index) => ({
      key: view.id,
      ...(index === 0 && { group: t("view.label") }),
      name: plain(view.name),
      chosen: view === saved,
      act: () => go(filterLink(filterOfView(view))),
    })),
  ];
  const narrowed = ["assignee", "team", "label", "priority"].filter((name) => filter[name as keyof Filter]).length;
  return (
    <>
      <ListHead
        {...seeking}
        views={choices}
        title={title}
        narrowed={narrowed}
        label={t("search.label")}
        hint={t("search.hint")}
      >
        <Filters filter={filter} more={present} />
        {present && (
          <div className="filter-actions">
            {saved && may(saved) && (
              <button type="button" className="link" onClick={() => setSaving(saved)}>
                {t("view.edit")}
              </button>
            )}
            {!saved && !known && (
              <button type="button" className="link" onClick={() => setSaving(true)}>
                {t("view.save")}
              </button>
            )}
          </div>
        )}
      </ListHead>
      {saving && (
        <SaveView
          kind="chat"
          filter={filter}
          {...(saving !== true && { view: saving })}
          close={() => setSaving(null)}
        />
      )}
    </>
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
