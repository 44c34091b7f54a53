import { createFaqDesk, type FaqDesk, type FaqName } from "@engage/client";
import { useEngage } from "@engage/react";
import { useMemo } from "react";
import { spoken } from "../words";

/** What is asked of the help centre. */
export function useFaq(): FaqDesk {
  const { client } = useEngage();
  return useMemo(() => createFaqDesk(client.api), [client]);
}

/** A category's name in the language of who reads, else in any. */
export function nameOf(names: Record<string, FaqName>): string {
  return (names[spoken()] ?? names.en ?? Object.values(names)[0])?.title ?? "";
}

/** A language by its own name in the language of who reads. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([spoken()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
