import { type TicketMacro, uuid } from "@engage/client";
import { plain } from "@engage/react";
import { useId, useState } from "react";
import { FormDialog } from "../shell/form";
import { toast } from "../shell/toast";
import { useLoad } from "../shell/use";
import { useTickets } from "../tickets/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { readAction } from "./model";
import { own, sayAction, useNames } from "./said";

/** So many the server takes at once. */
const AT_ONCE = 100;

interface RunMacroProps {
  tickets: readonly string[];
  close(): void;
  /** Hears to which it was applied. */
  done?(ids: string[]): void;
}

/** Chooses a macro, says what it will do, and does it. */
export default function RunMacro({ tickets, close, done }: RunMacroProps) {
  const desk = useTickets();
  const names = useNames();
  const id = useId();
  // The same attempt is the same to the server, however often its answer is lost.
  const [key] = useState(uuid);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error } = useLoad("macros", () => desk.macros());
  const sought = text.trim().toLowerCase();
  const fitting = (data?.macros ?? []).filter((one) => one.name.toLowerCase().includes(sought));
  const one: TicketMacro | undefined = fitting.find(({ name }) => name === chosen) ?? fitting[0];
  const run = async () => {
    if (!one) return;
    const good: string[] = [];
    let why = "";
    for (let from = 0; from < tickets.length; from += AT_ONCE) {
      const { results } = await desk.runMacro(one.name, tickets.slice(from, from + AT_ONCE), `${key}.${from}`);
      good.push(...results.filter((each) => each.ticket).map((each) => each.id));
      why ||= results.find((each) => !each.ticket)?.code ?? "";
    }
    desk.changed(tickets.length === 1 ? (tickets[0] ?? null) : null);
    done?.(good);
    if (good.length > 0) toast(t("macro.done", { name: own(one.name) }));
    if (good.length === tickets.length) return;
    const failed = t("ticket.bulk.failed", { n: tickets.length - good.length });
    toast.bad(`${failed} ${trouble({ failure: { code: why } })}`);
  };
  return (
    <FormDialog
      title={t("macro.apply.one")}
      yes={t("macro.apply")}
      doing={t("saving")}
      ready={one !== undefined}
      close={close}
      work={run}
    >
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {data && data.macros.length === 0 && <p className="quiet">{t("macro.none")}</p>}
      {data && data.macros.length > 0 && (
        <>
          <label className="field">
            <span>{t("macro.choose")}</span>
            <input
              // biome-ignore lint/a11y/noAutofocus: it comes after what it is chosen from, and was just asked for
              autoFocus
              type="search"
              dir="auto"
              maxLength={60}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <fieldset className="options rule-tickets" aria-describedby={id}>
            <legend className="aside">{t("macro.title")}</legend>
            {fitting.map(({ name, team }) => (
              <label key={name} className="option">
                <input type="radio" name="macro" checked={name === one?.name} onChange={() => setChosen(name)} />
                <span dir="auto">{plain(name)}</span>
                {team && <span className="badge">{plain(team)}</span>}
              </label>
            ))}
            {fitting.length === 0 && <p className="quiet">{t("ticket.found", { n: 0 })}</p>}
          </fieldset>
        </>
      )}
      {one && (
        <div id={id}>
          <p>{t("macro.apply.to", { n: tickets.length })}</p>
          <ol className="macro-does">
            {one.then.map(readAction).map((action, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they never change
              <li key={at}>{sayAction(action, names)}</li>
            ))}
          </ol>
        </div>
      )}
    </FormDialog>
  );
}
