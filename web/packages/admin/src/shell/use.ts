import { type Client, createDesk, type Desk, type State } from "@engage/client";
import { useEngage } from "@engage/react";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { codeOf } from "../words/trouble";
import { toast } from "./toast";

/** A part of the client's state; the component is rendered anew only when that part is another. */
export function useSelect<T>(select: (state: State) => T): T {
  const { client } = useEngage();
  return useSyncExternalStore(client.subscribe, () => select(client.getSnapshot()));
}

export const useMe = () => useSelect((state) => state.self);
export const useAdmin = () => useSelect((state) => state.self?.role === "admin");
export const useAgents = () => useSelect((state) => state.agents);
export const useOnline = () => useSelect((state) => state.link.phase === "ready");

const desks = new WeakMap<Client, Desk>();

/** The requests of the panel. The same object as long as the client is. */
export function useDesk(): Desk {
  const { client } = useEngage();
  const known = desks.get(client);
  if (known) return known;
  const desk = createDesk(client.api);
  desks.set(client, desk);
  return desk;
}

export interface Loaded<T> {
  data: T | null;
  /** Why the last attempt failed; what was there before stays. */
  error: unknown;
  loading: boolean;
  reload(): void;
  set(data: T): void;
}

/**
 * Fetches something when `key` changes, when the connection is back, when the page is looked at again, and every `every` ms: what
 * somebody else changed shows without a reload. An answer to an older question is dropped. A null key asks nothing.
 */
export function useLoad<T>(key: string | null, load: () => Promise<T>, every = 0): Loaded<T> {
  const [state, setState] = useState<{ key: string | null; data: T | null; error: unknown; loading: boolean }>({
    key: null,
    data: null,
    error: null,
    loading: false,
  });
  const [turn, setTurn] = useState(0);
  const online = useOnline();
  const asked = useRef(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    if (key === null) return;
    asked.current += 1;
    const mine = asked.current;
    const answer = (next: { data?: T; error: unknown }) =>
      mine === asked.current &&
      setState((old) => ({
        key,
        data: next.data ?? (old.key === key ? old.data : null),
        error: next.error,
        loading: false,
      }));
    setState((old) => ({ key, data: old.key === key ? old.data : null, error: null, loading: true }));
    latest.current().then(
      (data) => answer({ data, error: null }),
      (error) => answer({ error }),
    );
    return () => {
      asked.current += 1;
    };
  }, [key, turn, online]);

  useEffect(() => {
    const again = () => document.visibilityState === "visible" && setTurn((old) => old + 1);
    document.addEventListener("visibilitychange", again);
    const timer = every > 0 ? setInterval(again, every) : undefined;
    return () => {
      document.removeEventListener("visibilitychange", again);
      clearInterval(timer);
    };
  }, [every]);

  const shown = state.key === key ? state : { data: null, error: null, loading: key !== null };
  return {
    data: shown.data,
    error: shown.error,
    loading: shown.loading,
    reload: useCallback(() => setTurn((old) => old + 1), []),
    set: useCallback((data: T) => {
      // What was set is newer than any answer under way.
      asked.current += 1;
      setState((old) => ({ ...old, data, error: null, loading: false }));
    }, []),
  };
}

/** Whether the server has no such thing: it is older, or this person may not have it. */
export function isAbsent(error: unknown): boolean {
  return ["not_found", "method_not_allowed", "http_404"].includes(codeOf(error));
}

/** Does something, and says when it did not work. Gives whether it did. */
export async function attempt(work: Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work;
    if (done) toast(done);
    return true;
  } catch (error) {
    toast.failed(error);
    return false;
  }
}

/** The time, anew every `every` ms: for what shows how long something lasts. */
export function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** `value`, once it has not changed for `ms`. */
export function useCalm<T>(value: T, ms: number): T {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return calm;
}
