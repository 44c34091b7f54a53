const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A number of bytes as people read it in `locale`, or in the browser's own. */
export function bytes(size: number, locale?: string): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, size)) / Math.log(1_000)));
  const value = size / 1_000 ** step;
  const digits = value < 10 && step > 0 ? 1 : 0;
  const unit = UNITS[step] ?? "byte";
  return value.toLocaleString(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits });
}
