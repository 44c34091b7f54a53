import type { TicketCategory } from "@engage/client";
import { plain } from "@engage/react";
import { Switch, Words } from "../settings/values";
import { t } from "../words";
import { CardSetting } from "./cards";
import { Choice, Line } from "./inputs";
import { freeName, STATES } from "./model";

const MOST = 50;

interface Status {
  id: string;
  name: string;
  category: TicketCategory;
}

/** How tickets are called, which statuses they may have, and how people hear of them. */
export default function DeskSettings() {
  return (
    <>
      <Words name="tickets.prefix" title={t("desk.prefix")} hint={t("desk.prefix.hint")} most={8} must />
      <CardSetting<Status>
        name="tickets.statuses"
        title={t("desk.statuses")}
        hint={t("desk.statuses.hint")}
        read={(value) => (Array.isArray(value) ? value : [])}
        write={(one) => ({ ...one, name: one.name.trim() })}
        most={MOST}
        add={t("desk.status.add")}
        none={t("desk.status.none-yet")}
        fresh={fresh}
        copy={(one, all) => ({ ...fresh(all), category: one.category })}
        say={(one) => (
          <p>
            {t(`ticket.is.${one.category}`)} · <code>{plain(one.id)}</code>
          </p>
        )}
        edit={(one, set, path) => (
          <div className="form-row">
            <Line
              label={t("desk.status.name")}
              path={`${path}/name`}
              value={one.name}
              most={60}
              set={(name) => set({ ...one, name })}
            />
            <Choice
              label={t("desk.status.category")}
              path={`${path}/category`}
              value={one.category}
              options={STATES.map((state) => [state, t(`ticket.is.${state}`)] as const)}
              set={(category) => set({ ...one, category: category as TicketCategory })}
            />
          </div>
        )}
      />
      <Switch name="tickets.mail_replies" title={t("desk.replies")} hint={t("desk.replies.hint")} />
      <Switch name="tickets.mail_received" title={t("desk.received")} hint={t("desk.received.hint")} />
      <Words name="tickets.mail_address" title={t("desk.address")} hint={t("desk.address.hint")} most={254} />
      <Words name="tickets.page" title={t("desk.page")} hint={t("desk.page.hint")} most={500} />
    </>
  );
}

/** Rules and tickets know a status by its id, which stays when the name changes. */
function fresh(all: readonly Status[]): Status {
  const taken = all.map((one) => Number(/^status_(\d+)$/.exec(one.id)?.[1] ?? 0));
  return {
    id: `status_${Math.max(0, ...taken) + 1}`,
    name: freeName(t("desk.status.new"), all),
    category: "open",
  };
}
