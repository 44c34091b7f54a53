import type { Client, SentFile, State } from "@engage/client";
import { type ComponentType, createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from "react";
import type { Strings } from "./strings";

interface Engage {
  client: Client;
  strings: Strings;
  locale: string | undefined;
  files: FilesView | undefined;
}

/** What shows the files of a message. */
export type FilesView = ComponentType<{ files: readonly SentFile[] }>;

const Context = createContext<Engage | null>(null);

export interface EngageRootProps {
  client: Client;
  strings: Strings;
  locale?: string;
  files?: FilesView;
  children?: ReactNode;
}

/** The provider without any texts of its own, nor a view of files, for who brings all of them. */
export function EngageRoot({ client, strings, locale, files, children }: EngageRootProps) {
  const value = useMemo(() => ({ client, strings, locale, files }), [client, strings, locale, files]);
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
