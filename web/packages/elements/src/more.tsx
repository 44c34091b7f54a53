import { transcriptOf } from "@engage/client";
import { useEngage } from "@engage/react";
import formsCss from "@engage/react/forms.css?inline";
import { type ReactNode, useId, useState } from "react";
import moreCss from "./more.css?inline";
import { read, write } from "./store";

export const css = formsCss + moreCss;

interface MoreProps {
  /** The conversation that was shown, if it exists. */
  conversation: string | null;
  /** Called when the visitor has been forgotten. */
  forgotten(): void;
}

/** What a visitor may choose, and take along. */
export function More({ conversation, forgotten }: MoreProps) {
  const { client, strings } = useEngage();
  const [trouble, setTrouble] = useState("");
  const key = (name: string) => `engage:${client.base}:${name}`;
  const [sound, setSound] = useState(() => read("localStorage", key("sound")) !== "");
  const [notes, setNotes] = useState(() => read("localStorage", key("notify")) !== "" && allowed() === "granted");

  const turnSound = async (on: boolean) => {
    setSound(on);
    write("localStorage", key("sound"), on ? "1" : "");
    // Heard at once, so that one knows what was chosen.
    if (on) (await import("./bell")).ring().catch(() => {});
  };
  const turnNotes = async (on: boolean) => {
    const may = !on || (await Notification.requestPermission()) === "granted";
    setTrouble(may ? "" : strings.notifyDenied);
    setNotes(on && may);
    write("localStorage", key("notify"), on && may ? "1" : "");
  };
  const forget = () => client.forget().then(forgotten, () => setTrouble(strings.forgetFailed));

  return (
    <div className="more">
      <Switch on={sound} turn={turnSound}>
        {strings.sound}
      </Switch>
      {allowed() && (
        <Switch on={notes} turn={turnNotes}>
          {strings.notify}
        </Switch>
      )}
      {conversation && (
        <a className="wide" part="button" href={transcriptOf(client, conversation)} download="">
          {strings.transcript}
        </a>
      )}
      <button type="button" className="wide" part="button" onClick={forget}>
        {strings.forget}
        <small>{strings.forgetHint}</small>
      </button>
      <p className="e-fault" role="alert">
        {trouble}
      </p>
    </div>
  );
}

function Switch({ on, turn, children }: { on: boolean; turn(on: boolean): void; children: ReactNode }) {
  const id = useId();
  return (
    <div className="e-field e-check">
      <input id={id} type="checkbox" checked={on} onInput={(event) => turn(event.currentTarget.checked)} />
      <label htmlFor={id}>{children}</label>
    </div>
  );
}

/** Whether this site may notify; undefined where the browser knows of no such thing. */
function allowed(): NotificationPermission | undefined {
  return typeof Notification === "undefined" ? undefined : Notification.permission;
}
