import { clock, format, sameDay } from "./time";

/** Today the time, before that the date. */
export function short(at: string, now: number, locale?: string): string {
  if (sameDay(at, new Date(now).toISOString())) return clock(at, locale);
  return format({ day: "numeric", month: "short" }, locale).format(new Date(at));
}
