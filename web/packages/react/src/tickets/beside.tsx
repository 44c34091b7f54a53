import type { Client, SentFile, Tickets, Uploads } from "@engage/client";
import { type ReactNode, useEffect, useState } from "react";

/** What goes along with what is said in `name`, where the site takes files. */
export interface Beside {
  /** Where files are chosen, once it has been fetched. */
  choice: ReactNode;
  /** Whether there is something to send. */
  has: boolean;
  /** What goes along, when all of it is whole. */
  taken(): Promise<SentFile[]>;
  /** What was taken and not sent. */
  put(files: readonly SentFile[]): void;
}

export function useBeside(client: Client, tickets: Tickets, name: string, locale: string): Beside {
  const [part, setPart] = useState<[typeof import("./choose"), Uploads] | null>(null);
  const [beside, setBeside] = useState<"ready" | "busy" | null>(null);
  useEffect(() => {
    let live = true;
    const fetched = async () => {
      const rules = (await tickets.who()).site.files;
      if (!rules) return;
      const files = await import("./choose");
      const uploads = files.uploadsFor(client, name, rules);
      if (live && uploads) setPart([files, uploads]);
    };
    fetched().catch(() => {});
    return () => {
      live = false;
    };
  }, [client, tickets, name]);
  const [files, uploads] = part ?? [];
  const Files = files?.default;
  return {
    choice: Files && uploads && <Files tickets={tickets} uploads={uploads} locale={locale} tell={setBeside} />,
    has: beside !== null,
    taken: () =>
      new Promise((resolve) => {
        const release = uploads?.subscribe(look);
        look();
        function look() {
          if (uploads?.getSnapshot().some((one) => one.state !== "ready" && one.state !== "failed")) return;
          // Taking tells of a change too.
          release?.();
          resolve(uploads?.take() ?? []);
        }
      }),
    put: (back) => uploads?.put(back),
  };
}
