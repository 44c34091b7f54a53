import { type Chat, type ChatView, type Connection, connectionOf, type Inbox, type Self } from "@engage/client";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useEngage, useEngageState } from "./context";

/** The store of a conversation, or of a new one when `id` is undefined. The same until `id` changes. */
export function useChatStore(id?: string): Chat {
  const { client } = useEngage();
  return useMemo(() => client.chat(id), [client, id]);
}

/** A conversation as it should be shown; followed as long as the component is there. */
export function useChat(chat: Chat): ChatView {
  return useSyncExternalStore(chat.subscribe, chat.getSnapshot, chat.getSnapshot);
}

/** The list of conversations, with the filter that is set by `client.list()`. */
export function useInbox(): Inbox {
  return useEngageState().inbox;
}

/** How it stands with the server. */
export function useConnection(): Connection {
  return connectionOf(useEngageState());
}

/** Who this client speaks for; null until the server has said so. */
export function useSelf(): Self | null {
  return useEngageState().self;
}

/** Whether the page is before somebody's eyes. */
export function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}

/** Marks the conversation as read while `before the eyes` holds. */
export function useSeen(chat: Chat, view: ChatView, shown: boolean): void {
  const visible = useVisible();
  const last = view.conversation?.seq;
  useEffect(() => {
    if (shown && visible && last !== undefined) chat.seen();
  }, [chat, shown, visible, last]);
}
