const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A number of bytes as people read it here. */
export function bytes(size: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, size)) / Math.log(1_000)));
  const language = document.documentElement.lang || "en";
  const value = size / 1_000 ** step;
  const digits = value < 10 && step > 0 ? 1 : 0;
  const unit = UNITS[step] ?? "byte";
  return value.toLocaleString(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits });
}
