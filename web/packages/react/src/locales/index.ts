import type { Later, Translation } from "../strings";

/** Each language is fetched only where it is read, and in two parts: the second is of what few visitors get to see. */
const CATALOGUES: Record<string, [() => Promise<{ texts: Translation }>, () => Promise<{ texts: Later }>]> = {
  en: [() => import("./en"), () => import("./en-later")],
  de: [() => import("./de"), () => import("./de-later")],
  fr: [() => import("./fr"), () => import("./fr-later")],
  es: [() => import("./es"), () => import("./es-later")],
  ar: [() => import("./ar"), () => import("./ar-later")],
  ja: [() => import("./ja"), () => import("./ja-later")],
};

/** The languages that engage speaks. */
export const LOCALES = Object.keys(CATALOGUES);

/** The first part of the texts of `language`, which is one of `LOCALES`. */
export async function texts(language: string): Promise<Translation> {
  const [load] = CATALOGUES[language] ?? [];
  return (await (load ?? (() => import("./en")))()).texts;
}

/** The rest of them. */
export async function laterTexts(language: string): Promise<Later> {
  const [, load] = CATALOGUES[language] ?? [];
  return (await (load ?? (() => import("./en-later")))()).texts;
}

/** `de` of `de-AT`; `en` of what engage does not speak. */
export function languageOf(locale: string): string {
  const language = locale.toLowerCase().split("-")[0] ?? "";
  return Object.hasOwn(CATALOGUES, language) ? language : "en";
}
