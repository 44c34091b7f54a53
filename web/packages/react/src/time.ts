/** Times as people read them, in `locale` or the browser's own. */
export function clock(at: string, locale?: string): string {
  return format({ hour: "2-digit", minute: "2-digit" }, locale).format(new Date(at));
}

/** Today, yesterday, or the date; with its year where that is another one. */
export function day(at: string, locale?: string, now = Date.now()): string {
  const then = new Date(at);
  const days = Math.round((startOf(then) - startOf(new Date(now))) / 86_400_000);
  if (days === 0 || days === -1) return capital(relative(locale).format(days, "day"), locale);
  const year = then.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return format({ weekday: "long", day: "numeric", month: "long", year }, locale).format(then);
}

/** A moment to come: within a week its day and time, after that its date. */
export function soon(at: string, now: number, locale?: string): string {
  const days = (startOf(new Date(at)) - startOf(new Date(now))) / 86_400_000;
  const date = days < 1 ? {} : days < 7 ? ({ weekday: "long" } as const) : ({ day: "numeric", month: "long" } as const);
  return format({ ...date, hour: "2-digit", minute: "2-digit" }, locale).format(new Date(at));
}

export function sameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function startOf(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function capital(text: string, locale?: string): string {
  const [first = "", ...rest] = text;
  return first.toLocaleUpperCase(locale) + rest.join("");
}

const formats = new Map<string, Intl.DateTimeFormat>();
const relatives = new Map<string | undefined, Intl.RelativeTimeFormat>();

/** Making a formatter is slow, and a long conversation wants many. */
export function format(options: Intl.DateTimeFormatOptions, locale?: string): Intl.DateTimeFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  let known = formats.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(locale, options);
    formats.set(key, known);
  }
  return known;
}

function relative(locale?: string): Intl.RelativeTimeFormat {
  const known = relatives.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  relatives.set(locale, known);
  return known;
}
