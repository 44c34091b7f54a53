import type { TicketTarget } from "@engage/client";
import { Icon } from "../shell/icon";
import { t } from "../words";
import { full, waits } from "../words/time";

/** With less than this left, something is to be hurried with, in ms. */
const SOON = 30 * 60_000;

/** By when something is owed: how long is left, or since when it is late. */
export function Owed({ target, now, brief = false }: { target: TicketTarget; now: number; brief?: boolean }) {
  const left = Date.parse(target.due) - now;
  const late = left < 0 || target.breached;
  const time = waits(Math.abs(left));
  return (
    <span
      className={`owed${late ? " is-late" : left < SOON ? " is-soon" : ""}`}
      title={`${t(`ticket.owed.${target.metric}`)}: ${full(target.due)}`}
    >
      <Icon name={late ? "warn" : "clock"} />
      <span className={brief ? "aside" : undefined}>{t(`ticket.owed.${target.metric}`)}</span>
      <time dateTime={target.due}>{t(late ? "ticket.late" : "ticket.left", { time })}</time>
    </span>
  );
}
