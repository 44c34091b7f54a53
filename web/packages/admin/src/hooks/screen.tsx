import { uuid, type Webhook } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { SaveBar, useVersioned } from "../settings/versioned";
import { Confirm, Dialog } from "../shell/dialog";
import { FormDialog } from "../shell/form";
import { Icon } from "../shell/icon";
import { attempt, useDesk, useLoad } from "../shell/use";
import { t } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";
import { Deliveries } from "./deliveries";

/** The events that a webhook may be narrowed to; none of them stands for all. */
const EVENTS = [
  "chat.conversation_opened",
  "chat.message_sent",
  "chat.status_changed",
  "chat.conversation_assigned",
  "contacts.changed",
  "contacts.merged",
];

/** Where events are sent to, whether they arrive, and what to do when they do not. */
export default function Webhooks() {
  const desk = useDesk();
  const { data, error, reload } = useLoad("webhooks", () => desk.webhooks(), 15_000);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <main className="page" aria-labelledby="hooks-title">
      <header className="page-head">
        <h2 id="hooks-title">{t("nav.webhooks")}</h2>
        <button type="button" className="button is-chief" onClick={() => setAdding(true)}>
          <Icon name="plus" /> {t("hook.add")}
        </button>
      </header>
      <p className="quiet">{t("hook.hint")}</p>
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {data && data.webhooks.length === 0 && <p className="quiet card-empty">{t("hook.none")}</p>}
      <ul className="cards">
        {data?.webhooks.map((one) => (
          <li key={one.id}>
            <Hook hook={one} reload={reload} tell={setSecret} />
          </li>
        ))}
      </ul>
      {adding && (
        <Add
          close={() => setAdding(false)}
          made={(told) => {
            setAdding(false);
            setSecret(told);
            reload();
          }}
        />
      )}
      {secret && <Secret secret={secret} close={() => setSecret(null)} />}
    </main>
  );
}

interface Draft {
  url: string;
  events: string[];
  description: string;
}

function Add({ close, made }: { close(): void; made(secret: string): void }) {
  const desk = useDesk();
  const [draft, setDraft] = useState<Draft>({ url: "", events: [], description: "" });
  const [key, setKey] = useState(uuid);
  return (
    <FormDialog
      title={t("hook.add")}
      yes={t("hook.add")}
      close={close}
      work={async () => made((await desk.addWebhook(draft, key)).secret)}
    >
      <Inputs
        draft={draft}
        set={(next) => {
          setDraft(next);
          // Another webhook than the one that was tried: another key.
          setKey(uuid());
        }}
      />
    </FormDialog>
  );
}

function Inputs({ draft, set }: { draft: Draft; set(draft: Draft): void }) {
  return (
    <>
      <label className="field">
        <span>{t("hook.url")}</span>
        <input
          type="url"
          dir="ltr"
          placeholder="https://"
          maxLength={2_048}
          value={draft.url}
          onChange={(event) => set({ ...draft, url: event.currentTarget.value })}
        />
      </label>
      <label className="field">
        <span>{t("hook.description")}</span>
        <input
          dir="auto"
          maxLength={200}
          value={draft.description}
          onChange={(event) => set({ ...draft, description: event.currentTarget.value })}
        />
      </label>
      <fieldset className="options">
        <legend>{t("hook.events")}</legend>
        <p className="quiet">{t("hook.events.hint")}</p>
        {[...new Set([...EVENTS, ...draft.events])].map((event) => (
          <label key={event} className="check">
            <input
              type="checkbox"
              checked={draft.events.includes(event)}
              onChange={({ currentTarget: { checked } }) =>
                set({
                  ...draft,
                  events: checked ? [...draft.events, event] : draft.events.filter((one) => one !== event),
                })
              }
            />
            <code>{event}</code>
          </label>
        ))}
      </fieldset>
    </>
  );
}

function Hook({ hook, reload, tell }: { hook: Webhook; reload(): void; tell(secret: string): void }) {
  const desk = useDesk();
  const [open, setOpen] = useState<"edit" | "deliveries" | null>(null);
  const [asking, setAsking] = useState<"drop" | "rotate" | null>(null);
  const [turn, setTurn] = useState(0);
  const name = plain(hook.description) || plain(hook.url);
  const toggle = (part: "edit" | "deliveries") => setOpen(open === part ? null : part);
  const test = async () => {
    if (!(await attempt(desk.test(hook.id), t("hook.tested")))) return;
    setOpen("deliveries");
    setTurn((old) => old + 1);
  };
  const enable = async (enabled: boolean) => {
    if (await attempt(desk.setWebhook(hook.id, { enabled }, hook.version))) reload();
  };
  const rotate = async () => {
    const answer = desk.rotate(hook.id, hook.version, uuid());
    if (!(await attempt(answer))) return;
    tell((await answer).secret);
    reload();
  };
  const drop = async () => {
    if (await attempt(desk.dropWebhook(hook.id), t("hook.dropped"))) reload();
  };
  return (
    <article className="card-form" aria-label={name}>
      <div className="hook-top">
        <div className="hook-who">
          <h3 dir="auto">{name}</h3>
          {hook.description && <code dir="ltr">{hook.url}</code>}
          <p className="quiet">
            {hook.events.length > 0 ? hook.events.join(", ") : t("hook.all-events")}
            {hook.previous_secret_until && ` · ${t("hook.both", { when: full(hook.previous_secret_until) })}`}
          </p>
        </div>
        {hook.disabled ? (
          <span className="badge is-bad">{t(`hook.${hook.disabled}`)}</span>
        ) : hook.failing_since ? (
          <span className="badge is-warn">{t("hook.since", { when: full(hook.failing_since) })}</span>
        ) : (
          <span className="badge is-good">{t("hook.on")}</span>
        )}
      </div>
      <div className="actions is-start">
        <button
          type="button"
          className="button is-small"
          aria-expanded={open === "deliveries"}
          onClick={() => toggle("deliveries")}
        >
          {t("hook.deliveries")}
        </button>
        <button type="button" className="button is-small" disabled={hook.disabled !== null} onClick={test}>
          {t("hook.test")}
        </button>
        <button
          type="button"
          className="button is-small"
          aria-expanded={open === "edit"}
          onClick={() => toggle("edit")}
        >
          {t("edit")}
        </button>
        <button type="button" className="button is-small" onClick={() => setAsking("rotate")}>
          {t("hook.rotate")}
        </button>
        <button type="button" className="button is-small" onClick={() => enable(hook.disabled !== null)}>
          {hook.disabled ? t("hook.enable") : t("hook.disable")}
        </button>
        <button type="button" className="button is-small is-bad" onClick={() => setAsking("drop")}>
          {t("delete")}
        </button>
      </div>
      {open === "edit" && <Edit hook={hook} saved={reload} />}
      {open === "deliveries" && <Deliveries hook={hook.id} turn={turn} />}
      {asking === "rotate" && (
        <Confirm title={t("hook.rotate")} yes={t("hook.rotate")} act={rotate} close={() => setAsking(null)}>
          <p>{t("hook.rotate.text")}</p>
        </Confirm>
      )}
      {asking === "drop" && (
        <Confirm title={t("hook.drop", { name })} yes={t("delete")} act={drop} close={() => setAsking(null)}>
          <p>{t("hook.drop.text")}</p>
        </Confirm>
      )}
    </article>
  );
}

function Edit({ hook, saved }: { hook: Webhook; saved(): void }) {
  const desk = useDesk();
  const kept = (one: Webhook) => ({
    value: { url: one.url, events: one.events, description: one.description },
    version: one.version,
  });
  const of = useVersioned<Draft>({
    kept: kept(hook),
    save: async (draft, version) => kept(await desk.setWebhook(hook.id, draft, version)),
    fetch: async () => kept(await desk.webhook(hook.id)),
    saved,
  });
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (of.dirty) of.save();
      }}
    >
      <Inputs draft={of.draft} set={of.set} />
      <SaveBar
        of={of}
        show={(value) => `${plain(value.description)} ${value.url} ${value.events.join(", ") || t("hook.all-events")}`}
      />
    </form>
  );
}

/** The secret is told once, to whoever made it; nobody can look it up later. */
function Secret({ secret, close }: { secret: string; close(): void }) {
  return (
    <Dialog title={t("secret.title")} close={close}>
      <p>{t("secret.text")}</p>
      <div className="secret">
        <code dir="ltr">{secret}</code>
        <button
          type="button"
          className="button"
          onClick={() => void attempt(navigator.clipboard.writeText(secret), t("copied"))}
        >
          <Icon name="copy" /> {t("copy")}
        </button>
      </div>
      <div className="actions">
        <button type="button" className="button is-chief" onClick={close}>
          {t("secret.done")}
        </button>
      </div>
    </Dialog>
  );
}
