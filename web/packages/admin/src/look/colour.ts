/** What the server asks of an accent: see `look.rs` of engage-core, with which a test holds this together. */
export const LEAST = 4.5;
const TINT = 0.08;

export type Ground = "light" | "dark";
type Rgb = [number, number, number];

/** The tokens `bg` and `bubble`. */
export const GROUNDS: Record<Ground, [bg: string, bubble: string]> = {
  light: ["#fefefc", "#f0f1ec"],
  dark: ["#141816", "#232a26"],
};

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** The least contrast of `colour` to what it is written on, 1 to 21. */
export function contrast(colour: string, ground: Ground): number {
  const [bg, bubble] = GROUNDS[ground].map(rgb) as [Rgb, Rgb];
  const own = luminance(rgb(colour));
  return Math.min(...[mixed(bg, rgb(colour), TINT), bubble].map((on) => ratio(own, luminance(on))));
}

/** The colour nearest to `colour` that can be read: darker on light ground, lighter on dark. */
export function readable(colour: string, ground: Ground): string {
  const end: Rgb = ground === "light" ? [0, 0, 0] : [255, 255, 255];
  for (let part = 0; part < 1; part += 0.02) {
    const next = hex(mixed(rgb(colour), end, part));
    if (contrast(next, ground) >= LEAST) return next;
  }
  return hex(end);
}

function rgb(colour: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Rgb;
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function mixed(a: Rgb, b: Rgb, part: number): Rgb {
  return a.map((value, at) => value * (1 - part) + (b[at] as number) * part) as Rgb;
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
