import type { TicketEdit } from "@engage/client";
import { Suspense, useState } from "react";
import { BulkBar, type BulkProps } from "../list/bulk";
import { headed, people, priorities, teamChoices, times } from "../list/choices";
import { useKnown } from "../shell/known";
import { later } from "../shell/later";
import { Menu } from "../shell/menu";
import { toast } from "../shell/toast";
import { useAgents, useMe } from "../shell/use";
import { t } from "../words";
import { TagDialog } from "./chips";
import { allStatuses, useStatuses, useTickets } from "./use";

const RunMacro = later(() => import("../rules/run"));

/** So many the server takes at once. */
const AT_ONCE = 100;

/** What can be done with all that was picked. What fails stays picked. */
export function Bulk({ picked, all, pick }: BulkProps) {
  const desk = useTickets();
  const agents = useAgents();
  const me = useMe();
  const { teams } = useKnown();
  const statuses = allStatuses(useStatuses());
  const [busy, setBusy] = useState(false);
  const [tagging, setTagging] = useState(false);
  const [running, setRunning] = useState(false);
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
  return (
    <>
      <BulkBar
        {...{ picked, all, pick }}
        label={t("ticket.bulk")}
        busy={busy ? t("saving") : null}
        more={[
          { key: "macro", name: t("macro.apply.one"), act: () => setRunning(true) },
          { key: "tag", name: t("ticket.tag.add"), act: () => setTagging(true) },
          ...priorities((priority) => void each({ priority })),
          ...headed(
            t("do.snooze"),
            times((snoozed_until) => void each({ snoozed_until })),
          ),
          { key: "wake", name: t("ticket.wake"), act: () => void each({ snoozed_until: null }) },
        ]}
      >
        <Menu
          label={t("filter.status")}
          choices={statuses.map(({ id, name }) => ({ key: id, name, act: () => void each({ status: id }) }))}
        >
          {t("filter.status")}
        </Menu>
        <Menu
          label={t("do.assign")}
          choices={[
            ...people(agents, me?.id, (assignee) => void each({ assignee })),
            ...teamChoices(teams, "do.transfer", (team) => void each({ team })),
          ]}
        >
          {t("do.assign")}
        </Menu>
      </BulkBar>
      {running && (
        <Suspense>
          <RunMacro tickets={ids} close={() => setRunning(false)} done={(done) => pick(done, false)} />
        </Suspense>
      )}
      {tagging && <TagDialog close={() => setTagging(false)} add={(tag) => void each({ add_tags: [tag] })} />}
    </>
  );
}
