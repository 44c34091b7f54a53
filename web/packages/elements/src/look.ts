/** How the site wants the launcher and the panel to look. Absent is as engage has it. */
export interface Look {
  /** A pair of `#rrggbb` from the settings; any colour of CSS from the page. */
  accent?: { light: string; dark: string } | string | null;
  theme?: string;
  position?: string;
  icon?: string;
  label?: string;
  title?: string;
  /** `false` hides the pictures beside messages. */
  avatars?: boolean | string;
  /** In place of engage's own, by language and name. */
  texts?: Record<string, object>;
}

const ICONS: Record<string, string> = {
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  question: "M8 9a4 4 0 1 1 6 3.5c-1.3.8-2 1.5-2 3M12 19v.01",
  mail: "M4 6h16v12H4zM4 7l8 6 8-6",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14a4 4 0 0 0 7 0M9 9v.01M15 9v.01",
};

/** What is drawn on the launcher. */
export function drawing(icon = "chat"): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", (Object.hasOwn(ICONS, icon) && ICONS[icon]) || (ICONS.chat as string));
  svg.append(line);
  return svg;
}

/** What follows from the accent, as the rules of a style sheet: in the host's own a token of the same name goes before. */
export function colours({ accent }: Look): string {
  if (!accent) return "";
  const { light, dark } = typeof accent === "string" ? { light: accent, dark: accent } : accent;
  const tint = (colour: string, ground: string) => `color-mix(in srgb,${colour} 8%,var(--engage-bg,${ground}))`;
  const both = `light-dark(${light},${dark})`;
  return `--engage-accent:${both};--engage-link:${both};--engage-focus:${both};--engage-picked:light-dark(${tint(light, "#fefefc")},${tint(dark, "#141816")})`;
}

/** Gives the launcher or the panel its theme and its place. */
export function dress(element: HTMLElement, { theme, position, avatars }: Look): void {
  const { dataset, style } = element;
  if (theme) dataset.theme = theme;
  if (position === "start") {
    dataset.position = position;
    style.insetInline = "var(--engage-inset,1.25em) auto";
  }
  if (String(avatars) === "false") style.setProperty("--engage-avatar", "none");
}
