import { spoken } from "./index";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The time of day. */
export function clock(at: string): string {
  return format({ hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** The day, in words. */
export function day(at: string): string {
  return format({ weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
}

/** All of it: for a title, or where exactness matters. */
export function full(at: string): string {
  return format({ dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** Today the time, before that the date. */
export function short(at: string, now = Date.now()): string {
  if (sameDay(at, new Date(now).toISOString())) return clock(at);
  return format({ day: "numeric", month: "short" }).format(new Date(at));
}

/** How long ago, or in how long, in the largest unit that fits. */
export function ago(at: string, now = Date.now()): string {
  const past = Date.parse(at) - now;
  const far = Math.abs(past);
  if (far < MINUTE) return relative().format(0, "second");
  if (far < HOUR) return relative().format(Math.trunc(past / MINUTE), "minute");
  if (far < DAY) return relative().format(Math.trunc(past / HOUR), "hour");
  return relative().format(Math.trunc(past / DAY), "day");
}

/** How long something lasts, in two units at most: `3m 20s`, `2h 5m`, `4d`. */
export function lasts(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const unit = (value: number, name: string) =>
    number({ style: "unit", unit: name, unitDisplay: "narrow" }).format(value);
  if (ms < HOUR) return `${unit(Math.floor(seconds / 60), "minute")} ${unit(seconds % 60, "second")}`;
  if (ms < DAY) return `${unit(Math.floor(ms / HOUR), "hour")} ${unit(Math.floor((ms % HOUR) / MINUTE), "minute")}`;
  return unit(Math.floor(ms / DAY), "day");
}

/** The same in one unit: for a list, where seconds would only flicker. */
export function waits(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / MINUTE));
  const unit = minutes < 60 ? "minute" : minutes < 1_440 ? "hour" : "day";
  const value = Math.floor(minutes / { minute: 1, hour: 60, day: 1_440 }[unit]);
  return number({ style: "unit", unit, unitDisplay: "narrow" }).format(value);
}

export function sameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

// Making a formatter is slow, and a long list wants many.
const formats = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();
const relatives = new Map<string, Intl.RelativeTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return known(formats, JSON.stringify(options), () => new Intl.DateTimeFormat(spoken(), options));
}

function number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return known(numbers, JSON.stringify(options), () => new Intl.NumberFormat(spoken(), options));
}

function relative(): Intl.RelativeTimeFormat {
  return known(relatives, "", () => new Intl.RelativeTimeFormat(spoken(), { numeric: "auto" }));
}

function known<T>(all: Map<string, T>, name: string, make: () => T): T {
  const key = `${spoken()} ${name}`;
  const old = all.get(key);
  if (old) return old;
  const made = make();
  all.set(key, made);
  return made;
}
