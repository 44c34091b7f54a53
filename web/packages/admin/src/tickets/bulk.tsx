import type { TicketEdit } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { PRIORITIES } from "../inbox/filter";
import { Icon } from "../shell/icon";
import { useKnown } from "../shell/known";
import { type Choice, Menu } from "../shell/menu";
import { agentName } from "../shell/names";
import { toast } from "../shell/toast";
import { useAgents, useMe } from "../shell/use";
import { snoozes } from "../talk/snooze";
import { t } from "../words";
import { TagDialog } from "./chips";
import { allStatuses, useStatuses, useTickets } from "./use";

/** So many the server takes at once. */
const AT_ONCE = 100;

interface BulkProps {
  picked: ReadonlySet<string>;
  all: readonly string[];
  pick(ids: readonly string[], on: boolean): void;
}

/** What can be done with all that was picked. What fails stays picked. */
export function Bulk({ picked, all, pick }: BulkProps) {
  const desk = useTickets();
  const agents = useAgents();
  const me = useMe();
  const { teams } = useKnown();
  const statuses = allStatuses(useStatuses());
  const [busy, setBusy] = useState(false);
  const [tagging, setTagging] = useState(false);
  const ids = [...picked];

  const each = async (edit: TicketEdit) => {
    if (busy) return;
    setBusy(true);
    let done = 0;
    let failed = 0;
    try {
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const { results } = await desk.bulk(ids.slice(from, from + AT_ONCE), edit);
        const good = results.filter((one) => one.ticket).map((one) => one.id);
        pick(good, false);
        done += good.length;
        failed += results.length - good.length;
      }
    } catch (error) {
      toast.failed(error);
    }
    setBusy(false);
    desk.changed(null);
    if (done > 0) toast(t("ticket.bulk.done", { n: done }));
    if (failed > 0) toast.bad(t("ticket.bulk.failed", { n: failed }));
  };
  const people: Choice[] = [
    { key: "none", name: t("nobody"), act: () => void each({ assignee: null }) },
    ...agents.map((agent) => ({
      key: agent.id,
      name: agentName(agent, me?.id),
      act: () => void each({ assignee: agent.id }),
    })),
    ...teams.map((team, index) => ({
      key: `team-${team}`,
      ...(index === 0 && { group: t("do.transfer") }),
      name: plain(team),
      act: () => void each({ team }),
    })),
  ];
  return (
    <section className="bulk" aria-label={t("ticket.bulk")}>
      <span className="bulk-count" role="status">
        {busy ? t("saving") : t("bulk.count", { n: ids.length })}
      </span>
      <Menu
        label={t("filter.status")}
        choices={statuses.map(({ id, name }) => ({ key: id, name, act: () => void each({ status: id }) }))}
      >
        {t("filter.status")}
      </Menu>
      <Menu label={t("do.assign")} choices={people}>
        {t("do.assign")}
      </Menu>
      <Menu
        label={t("bulk.more")}
        look="tool"
        title={t("bulk.more")}
        choices={[
          { key: "tag", name: t("ticket.tag.add"), act: () => setTagging(true) },
          ...PRIORITIES.map((priority, index) => ({
            key: priority,
            ...(index === 0 && { group: t("filter.priority") }),
            name: t(`priority.${priority}`),
            act: () => void each({ priority }),
          })),
          ...snoozes(new Date())
            .filter((one) => one.until)
            .map(({ key, name, until }, index) => ({
              key,
              ...(index === 0 && { group: t("do.snooze") }),
              name,
              act: () => void each({ snoozed_until: until }),
            })),
          { key: "wake", name: t("ticket.wake"), act: () => void each({ snoozed_until: null }) },
          {
            key: "all",
            group: t("bulk.selection"),
            name: t("bulk.all", { n: all.length }),
            act: () => pick(all, true),
          },
        ]}
      >
        <Icon name="more" />
        <span className="aside">{t("bulk.more")}</span>
      </Menu>
      <button
        type="button"
        className="tool"
        aria-label={t("bulk.none")}
        title={t("bulk.none")}
        onClick={() => pick(ids, false)}
      >
        <Icon name="close" />
      </button>
      {tagging && <TagDialog close={() => setTagging(false)} add={(tag) => void each({ add_tags: [tag] })} />}
    </section>
  );
}
