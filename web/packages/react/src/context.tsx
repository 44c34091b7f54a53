import type { Client, State } from "@engage/client";
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from "react";
import type { Strings } from "./strings";

interface Engage {
  client: Client;
  strings: Strings;
  locale: string | undefined;
}

const Context = createContext<Engage | null>(null);

export interface EngageRootProps {
  client: Client;
  strings: Strings;
  locale?: string;
  children?: ReactNode;
}

/** The provider without any texts of its own, for who brings all of them. */
export function EngageRoot({ client, strings, locale, children }: EngageRootProps) {
  const value = useMemo(() => ({ client, strings, locale }), [client, strings, locale]);
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
