import type { Priority } from "@engage/client";
import { useEngage } from "@engage/react";
import { useState } from "react";
import { BulkBar, type BulkProps } from "../list/bulk";
import { naps, people, priorities } from "../list/choices";
import { Menu } from "../shell/menu";
import { toast } from "../shell/toast";
import { useAgents, useDesk, useMe } from "../shell/use";
import { markUnread } from "../talk/unread";
import { t } from "../words";
import { LabelDialog } from "./label";

/** So many are under way at once. */
const AT_ONCE = 4;

/** What can be done with all that was picked. Each is done by itself: what fails stays picked. */
export function Bulk({ picked, all, pick }: BulkProps) {
  const { client } = useEngage();
  const desk = useDesk();
  const agents = useAgents();
  const me = useMe();
  const [done, setDone] = useState<number | null>(null);
  const [labels, setLabels] = useState(false);
  const ids = [...picked];

  const each = async (work: (id: string) => Promise<unknown>, undo?: (id: string) => Promise<unknown>) => {
    if (done !== null) return;
    setDone(0);
    const left = [...ids];
    const failed: string[] = [];
    let why: unknown = null;
    const one = async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        await work(id).catch((error) => {
          failed.push(id as string);
          why = error;
        });
        setDone((count) => (count ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    setDone(null);
    const good = ids.filter((id) => !failed.includes(id));
    pick(good, false);
    const back = undo && (() => void Promise.all(good.map((id) => undo(id).catch(toast.failed))));
    if (good.length > 0) toast(t("bulk.done", { n: good.length }), back);
    if (failed.length > 0) {
      toast.bad(t("bulk.failed", { n: failed.length }));
      toast.failed(why);
    }
  };
  const status = (next: "open" | "closed") =>
    each(
      (id) => client.setStatus(id, next),
      (id) => client.setStatus(id, next === "open" ? "closed" : "open"),
    );
  const priority = (next: Priority) =>
    each((id) => client.command(id, { priority: next }, () => desk.priority(id, next)));
  return (
    <>
      <BulkBar
        {...{ picked, all, pick }}
        label={t("bulk.label")}
        busy={done === null ? null : t("bulk.busy", { done, n: ids.length })}
        more={[
          { key: "open", name: t("do.reopen"), act: () => void status("open") },
          { key: "label", name: t("do.label"), act: () => setLabels(true) },
          { key: "unread", name: t("do.unread"), act: () => void each((id) => markUnread(client, desk, id)) },
          ...priorities((next) => void priority(next)),
        ]}
      >
        <button type="button" className="button" disabled={done !== null} onClick={() => status("closed")}>
          {t("do.close")}
        </button>
        <Menu
          label={t("do.assign")}
          choices={people(agents, me?.id, (agent) => void each((id) => client.assign(id, agent)))}
        >
          {t("do.assign")}
        </Menu>
        <Menu
          label={t("do.snooze")}
          choices={naps((until) => void each((id) => client.setStatus(id, "snoozed", until)))}
        >
          {t("do.snooze")}
        </Menu>
      </BulkBar>
      {labels && (
        <LabelDialog
          close={() => setLabels(false)}
          add={(label) => each((id) => client.command(id, {}, () => desk.labels(id, { add: [label] })))}
        />
      )}
    </>
  );
}
