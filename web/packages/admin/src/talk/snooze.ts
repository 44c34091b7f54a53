import { t } from "../words";

export interface Snooze {
  key: string;
  name: string;
  /** RFC 3339, or null: until the visitor writes again. */
  until: string | null;
}

/** The usual times to come back to a conversation, seen from `now`, in the agent's own time zone. */
export function snoozes(now: Date): Snooze[] {
  const soon = new Date(now.getTime() + 3 * 3_600_000);
  const tomorrow = at(now, 1);
  const monday = at(now, ((8 - now.getDay()) % 7 || 7) as number);
  return [
    { key: "soon", name: t("snooze.soon"), until: soon.toISOString() },
    { key: "tomorrow", name: t("snooze.tomorrow"), until: tomorrow.toISOString() },
    { key: "monday", name: t("snooze.monday"), until: monday.toISOString() },
    { key: "reply", name: t("snooze.reply"), until: null },
  ];
}

/** Nine o'clock, `days` from now. */
function at(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
}
