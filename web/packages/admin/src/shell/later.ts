import { type ComponentType, lazy } from "react";

/** How often a part is fetched while there is a connection, and how long is waited in between, in milliseconds. */
const TRIES = 3;
const PAUSE = 1_000;

/**
 * A part of the panel that is loaded when it is first shown. One that does not come because the connection is gone is waited for
 * until it is back: what stands beside it goes on meanwhile.
 */
export function later<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(() => persistent(load));
}

async function persistent<T>(load: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      if (!navigator.onLine) {
        await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
        tries = 0;
      } else if (tries >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
