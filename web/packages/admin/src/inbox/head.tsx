import type { Filter, Status, View } from "@engage/client";
import { plain } from "@engage/react";
import { type RefObject, useState } from "react";
import { Icon } from "../shell/icon";
import { useKnown } from "../shell/known";
import { type Choice, Menu } from "../shell/menu";
import { agentName } from "../shell/names";
import { SearchField } from "../shell/paged";
import { go } from "../shell/route";
import { useAgents, useMe, useSelect } from "../shell/use";
import { t } from "../words";
import { BUILT_IN, filterLink, PRIORITIES, sameFilter } from "./filter";
import { filterOfView, SaveView, useMayChange, useViews } from "./views";

const STATUSES: readonly (Status | "all")[] = ["open", "snoozed", "closed", "all"];

interface HeadProps {
  text: string;
  search(text: string): void;
  field: RefObject<HTMLInputElement | null>;
}

/** What stands above the list: which view it is, how to find something, and how to narrow it. */
export function InboxHead({ text, search, field }: HeadProps) {
  const { views, present } = useViews();
  const filter = useSelect((state) => state.inbox.filter);
  const [open, setOpen] = useState(false);
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
    <div className="inbox-head">
      <div className="inbox-title">
        <h2>
          <Menu label={t("view.label")} choices={choices} look="view-button">
            <span className="cut-text" dir="auto">
              {title}
            </span>
            <Icon name="down" />
          </Menu>
        </h2>
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
        label={t("search.label")}
        hint={t("search.hint")}
        value={text}
        set={search}
        field={field}
        leave={() => field.current?.blur()}
      />
      {open && (
        <div className="filters">
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
        </div>
      )}
      {saving && <SaveView filter={filter} {...(saving !== true && { view: saving })} close={() => setSaving(null)} />}
    </div>
  );
}

/** The parts of the filter, each a choice of its own. `more`: the server knows teams and priorities in it. */
function Filters({ filter, more }: { filter: Filter; more: boolean }) {
  const agents = useAgents();
  const me = useMe();
  const { teams, labels } = useKnown();
  const set = (part: Partial<Filter>) => go(filterLink({ ...filter, ...part }));
  const [label, setLabel] = useState(filter.label ?? "");
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
      <label className="filter">
        <span>{t("filter.assignee")}</span>
        <select value={filter.assignee ?? "any"} onChange={(event) => set({ assignee: event.currentTarget.value })}>
          <option value="any">{t("filter.anybody")}</option>
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
      {more && (
        <>
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
              onChange={(event) => set({ priority: (event.currentTarget.value || undefined) as Filter["priority"] })}
            >
              <option value="">{t("filter.any")}</option>
              {PRIORITIES.map((priority) => (
                <option key={priority} value={priority}>
                  {t(`priority.${priority}`)}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
      <form
        className="filter"
        onSubmit={(event) => {
          event.preventDefault();
          set({ label: label.trim() });
        }}
      >
        <label htmlFor="filter-label">{t("filter.label-field")}</label>
        <input
          id="filter-label"
          list="known-labels"
          dir="auto"
          maxLength={50}
          placeholder={t("filter.any")}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          onBlur={() => label.trim() !== (filter.label ?? "") && set({ label: label.trim() })}
        />
        <datalist id="known-labels">
          {labels.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </form>
    </>
  );
}
