import type { Client, Conversation, ServerFrame } from "@engage/client";
import { plain } from "@engage/react";
import { t } from "../words";
import { contactName } from "./names";
import { prefs, setPref } from "./prefs";
import { go, href, parse } from "./route";

/** Whether the browser lets us notify. */
export function allowed(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "granted";
}

/** Asks the browser; only ever because somebody pressed something. */
export async function ask(): Promise<void> {
  if (typeof Notification === "undefined") return;
  setPref("desktop", (await Notification.requestPermission()) === "granted");
}

/** Tells of what comes in while nobody looks at it, as far as it was chosen. Gives back how to stop that. */
export function notify(client: Client): () => void {
  const told = new Map<string, string>();
  return client.hear((frame: ServerFrame) => {
    if (frame.type !== "inbox") return;
    for (const conversation of frame.conversations) {
      const why = reason(client, conversation);
      const at = conversation.last_message?.at ?? "";
      if (!why || told.get(conversation.id) === at) continue;
      told.set(conversation.id, at);
      if (looks(conversation.id)) continue;
      if (prefs().sound) chime();
      if (prefs().desktop && allowed()) show(conversation, why);
    }
  });
}

/** Why this concerns me: a visitor wrote in mine or in nobody's, or a note asks me to look. Null when it does not. */
function reason(client: Client, { assignee, last_message: last, unread, mentioned }: Conversation): string | null {
  const { self } = client.getSnapshot();
  if (!last || !self || unread === 0) return null;
  if (last.type === "note") return mentioned && last.author.id !== self.id ? t("notify.mention") : null;
  if (last.author.kind !== "visitor") return null;
  if (assignee === null) return t("notify.waiting");
  return assignee.id === self.id ? t("notify.mine") : null;
}

function looks(id: string): boolean {
  const { screen, id: open } = parse(location.hash);
  return document.visibilityState === "visible" && screen === "c" && open === id;
}

function show(conversation: Conversation, why: string): void {
  const shown = new Notification(`${contactName(conversation.contact)} · ${why}`, {
    body: plain(conversation.last_message?.excerpt ?? ""),
    tag: conversation.id,
  });
  shown.onclick = () => {
    focus();
    go(href("c", conversation.id));
    shown.close();
  };
}

let audio: AudioContext | null = null;

/** Two soft tones, made here: no file to fetch. */
function chime(): void {
  try {
    audio ??= new AudioContext();
    const now = audio.currentTime;
    for (const [pitch, at] of [
      [660, 0],
      [880, 0.12],
    ] as const) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.06, now + at);
      volume.gain.exponentialRampToValueAtTime(0.0001, now + at + 0.25);
      tone.connect(volume).connect(audio.destination);
      tone.start(now + at);
      tone.stop(now + at + 0.3);
    }
  } catch {
    // No sound is no harm.
  }
}
