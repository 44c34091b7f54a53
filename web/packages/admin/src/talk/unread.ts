import type { Client, Conversation, Desk } from "@engage/client";
import { useEngage } from "@engage/react";
import { useEffect, useRef } from "react";
import { useDesk } from "../shell/use";

/** Shows a conversation as unread, to me alone, until I open it. */
export function markUnread(client: Client, desk: Desk, id: string): Promise<void> {
  return client.command(id, { marked_unread: true }, () => desk.unread(id));
}

/** Whoever opens a conversation has read what they had marked as unread: once for each time that it is opened. */
export function useOpened(conversation: Conversation | null, watch: boolean): void {
  const { client } = useEngage();
  const desk = useDesk();
  const opened = useRef("");
  const id = conversation?.id ?? "";
  const marked = conversation?.marked_unread ?? false;
  const seq = conversation?.seq ?? 0;
  useEffect(() => {
    if (!id || watch || opened.current === id) return;
    opened.current = id;
    // Should it fail, the mark stays, and is gone with the next time.
    if (marked) client.command(id, { marked_unread: false }, () => desk.read(id, seq)).catch(() => {});
  }, [client, desk, id, marked, seq, watch]);
}
