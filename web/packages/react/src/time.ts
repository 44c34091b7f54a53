/** Times as people read them, in `locale` or the browser's own. */
export function clock(at: string, locale?: string): string {
  return format({ hour: "2-digit", minute: "2-digit" }, locale).format(new Date(at));
}

export function day(at: string, locale?: string): string {
  return format({ weekday: "long", day: "numeric", month: "long" }, locale).format(new Date(at));
}

/** Today the time, before that the date. */
export function short(at: string, now: number, locale?: string): string {
  if (sameDay(at, new Date(now).toISOString())) return clock(at, locale);
  return format({ day: "numeric", month: "short" }, locale).format(new Date(at));
}

export function sameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter is slow, and a long conversation wants many. */
function format(options: Intl.DateTimeFormatOptions, locale?: string): Intl.DateTimeFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  let known = formats.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(locale, options);
    formats.set(key, known);
  }
  return known;
}
