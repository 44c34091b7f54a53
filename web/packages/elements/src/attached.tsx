import type { Chat, Client, SentFile, Uploads } from "@engage/client";
import {
  Icon,
  UploadButton,
  UploadList,
  type UploadLook,
  uploadLook,
  uploadsOf,
  useEngage,
  useUploads,
} from "@engage/react";
import { useEffect } from "react";

interface AttachProps {
  chat: Chat;
  /** Whether there is something to send, or something to wait for. */
  tell(beside: "ready" | "busy" | null): void;
}

/** What is being sent, with what can be done about it. Takes what is pasted and dropped where it stands. */
export function Attached({ chat, tell }: AttachProps) {
  const { client } = useEngage();
  const look = useLook();
  const uploads = of(client, chat);
  const { shown, beside } = useUploads(uploads);
  useEffect(() => tell(beside), [beside]);
  useEffect(() => (uploads ? chat.onBack(uploads.put) : undefined), [chat, uploads]);
  return <UploadList uploads={uploads} shown={shown} look={look} frame=".talk" />;
}

/** The paper clip. */
export function Clip({ chat }: { chat: Chat }) {
  const { client } = useEngage();
  return <UploadButton look={useLook()} add={(files) => of(client, chat)?.add(files)} />;
}

/** What goes with the message that is sent now; null while something is on its way. */
export function take(client: Client, chat: Chat): SentFile[] | null {
  return of(client, chat)?.take() ?? null;
}

function of(client: Client, chat: Chat): Uploads | null {
  // Of a conversation that is not yet, as of its draft, there is one at a time.
  return uploadsOf(client, chat.name, () => `files:${chat.getSnapshot().id ?? ""}`);
}

function useLook(): UploadLook {
  const { strings, locale } = useEngage();
  return uploadLook(strings, locale, { tool: "tool", icon: (name) => <Icon name={name} /> });
}
