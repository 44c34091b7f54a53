import { ApiError, type Client, createTickets, type Tickets } from "@engage/client";
import { useEffect, useMemo, useRef, useState } from "react";

/** What may have changed is asked for again so often, in ms, should nobody tell of it. */
const AGAIN = 15_000;

const known = new WeakMap<Client, Tickets>();

/** What a requester does with their tickets. The same as long as the client is: changes are told through it. */
export function useTickets(client: Client): Tickets {
  return useMemo(() => {
    const tickets = known.get(client) ?? createTickets(client.api);
    known.set(client, tickets);
    return tickets;
  }, [client]);
}

/** Fetches something when `key` changes, when a ticket changed, when the page is looked at, and every few seconds. */
export function useFresh<T>(tickets: Tickets, key: string, load: () => Promise<T>) {
  const [state, setState] = useState<{ key: string; data: T | null; code: string | null }>({
    key,
    data: null,
    code: null,
  });
  const [turn, setTurn] = useState(0);
  const asked = useRef(0);
  const again = () => setTurn((old) => old + 1);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    const answer = (data: T | null, code: string | null) =>
      mine === asked.current && setState((old) => ({ key, data: data ?? (old.key === key ? old.data : null), code }));
    load().then(
      (data) => answer(data, null),
      (error) => answer(null, codeOf(error)),
    );
    return () => {
      asked.current += 1;
    };
  }, [tickets, key, turn]);
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && again();
    const timer = setInterval(look, AGAIN);
    document.addEventListener("visibilitychange", look);
    addEventListener("focus", look);
    const release = tickets.hear(again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      removeEventListener("focus", look);
      release();
    };
  }, [tickets]);
  const current = state.key === key ? state : { data: null, code: null };
  return {
    data: current.data,
    /** Why the last attempt failed; what was there before stays. */
    code: current.code,
    again,
    set(data: T) {
      // What was set is newer than any answer under way.
      asked.current += 1;
      setState({ key, data, code: null });
    },
  };
}

/** A text that outlives the page, in this browser only. Empty removes it. */
export function useKept(client: Client, name: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => client.memo(name));
  return [
    text,
    (next) => {
      setText(next);
      client.setMemo(name, next);
    },
  ];
}

export function codeOf(error: unknown): string {
  return error instanceof ApiError ? error.failure.code : "failed";
}
