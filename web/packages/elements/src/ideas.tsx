import type { Chat } from "@engage/client";
import { type Suggestions, suggest, useEngage } from "@engage/react";
import { useEffect, useRef } from "react";

/** What may answer the first message of a conversation, while it is written. */
export function Ideas({ chat, text }: { chat: Chat; text: string }) {
  const { client, locale = "en" } = useEngage();
  const place = useRef<HTMLDivElement>(null);
  const ideas = useRef<Suggestions | null>(null);
  useEffect(() => {
    if (!place.current) return;
    const mine = suggest(place.current, { base: client.base, locale, source: "chat" });
    ideas.current = mine;
    return () => {
      if (chat.getSnapshot().items.length > 0) mine.ended("conversation");
      else mine.release();
    };
  }, [client, chat, locale]);
  useEffect(() => ideas.current?.typed(text), [text]);
  return <div ref={place} />;
}
