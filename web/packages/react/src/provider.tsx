import type { Client } from "@engage/client";
import { type ReactNode, useMemo } from "react";
import { EngageRoot } from "./context";
import { english } from "./english";
import { SentFiles } from "./files";
import type { Strings } from "./strings";

export interface EngageProviderProps {
  client: Client;
  /** What people read, in place of the English; `compile()` makes it of a catalogue. */
  strings?: Partial<Strings>;
  /** For dates and times; without it the browser's own. */
  locale?: string;
  children?: ReactNode;
}

/** Gives the hooks and components below it their client. It neither starts nor stops it. */
export function EngageProvider({ client, strings, locale, children }: EngageProviderProps) {
  const all = useMemo(() => ({ ...english, ...strings }), [strings]);
  return (
    <EngageRoot client={client} strings={all} locale={locale} files={SentFiles}>
      {children}
    </EngageRoot>
  );
}
