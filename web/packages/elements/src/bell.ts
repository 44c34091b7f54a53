import type { ChatState } from "./chat-element";

/** Sound and notification for a new message. Both are off until the visitor turns them on. */
let audio: AudioContext | null = null;

/** Two soft notes. Browsers stay silent on a page where nobody has pressed anything yet. */
export async function ring(): Promise<void> {
  audio ??= new AudioContext();
  await audio.resume();
  const start = audio.currentTime;
  for (const [index, pitch] of [659.3, 880].entries()) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    const at = start + index * 0.12;
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.12, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.5);
  }
}

/** Tells of a new message, in one of this site's open tabs only. `open` is called when the notification is pressed. */
export function announce(news: ChatState["news"], sound: boolean, notes: boolean, open: () => void): void {
  once(() => {
    if (sound) ring().catch(() => {});
    if (notes && document.visibilityState !== "visible") notify(news.from, news.excerpt, open);
  });
}

function notify(title: string, text: string, open: () => void): void {
  try {
    const shown = new Notification(title, { body: text, tag: "engage-chat", silent: true });
    shown.onclick = () => {
      window.focus();
      shown.close();
      open();
    };
  } catch {
    // Some browsers only let service workers notify.
  }
}

function once(what: () => void): void {
  if (!navigator.locks) {
    what();
    return;
  }
  navigator.locks
    .request("engage:bell", { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      what();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    })
    .catch(() => {});
}
