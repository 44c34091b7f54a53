import type { Client, State } from "@engage/client";
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import { english, type Strings } from "./strings";

interface Engage {
  client: Client;
  strings: Strings;
  locale: string | undefined;
}

const Context = createContext<Engage | null>(null);

export interface EngageProviderProps {
  client: Client;
  /** What people read, in place of the English. */
  strings?: Partial<Strings>;
  /** For dates and times; without it the browser's own. */
  locale?: string;
  children?: ReactNode;
}

/** Gives the hooks and components below it their client. It neither starts nor stops it. */
export function EngageProvider({ client, strings, locale, children }: EngageProviderProps) {
  const value = { client, strings: { ...english, ...strings }, locale };
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** The client, the words and the locale. Throws outside an `EngageProvider`. */
export function useEngage(): Engage {
  const engage = useContext(Context);
  if (!engage) throw new Error("there is no <EngageProvider> above this component");
  return engage;
}

/** The client's whole state, anew on each change. */
export function useEngageState(): State {
  const { client } = useEngage();
  return useSyncExternalStore(client.subscribe, client.getSnapshot, client.getSnapshot);
}
