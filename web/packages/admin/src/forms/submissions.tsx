import type { Submission, SubmissionState } from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { useState } from "react";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { More, usePaged } from "../shell/paged";
import { href } from "../shell/route";
import { attempt, useDesk, useLoad } from "../shell/use";
import { t, told } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";

/** Where each state leads on to. */
const NEXT: Record<SubmissionState, readonly SubmissionState[]> = {
  inbox: ["done", "spam"],
  quarantine: ["inbox", "spam"],
  done: ["inbox"],
  spam: ["inbox"],
};

/** What was sent and lies in `state`, the latest first. */
export default function Submissions({ state }: { state: SubmissionState }) {
  const desk = useDesk();
  const { client } = useEngage();
  const [form, setForm] = useState("");
  const forms = useLoad("forms", () => desk.forms());
  const found = usePaged(
    `sent ${state} ${form}`,
    "submissions",
    (before) => desk.submissions(state, form, before),
    20_000,
  );
  const { data, error, reload } = found;
  const names = forms.data?.forms.map(({ form }) => form.name) ?? [];
  return (
    <>
      {state === "quarantine" && <p className="quiet">{t("sent.quarantine.hint")}</p>}
      <div className="page-tools">
        <label className="field is-inline">
          <span>{t("sent.form")}</span>
          <select value={form} onChange={(event) => setForm(event.currentTarget.value)}>
            <option value="">{t("sent.every")}</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {form &&
          (["csv", "json"] as const).map((format) => (
            <a key={format} className="button" download href={`${client.base}${desk.exportOf(form, format, state)}`}>
              <Icon name="download" /> {format.toUpperCase()}
            </a>
          ))}
      </div>
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {data && data.submissions.length === 0 && <p className="quiet card-empty">{t("sent.none")}</p>}
      <ul className="cards">
        {data?.submissions.map((one) => (
          <li key={one.id}>
            <One of={one} changed={reload} />
          </li>
        ))}
      </ul>
      <More of={found} />
    </>
  );
}

function One({ of, changed }: { of: Submission; changed(): void }) {
  const desk = useDesk();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const title = plain(of.email ?? of.answers.find(({ name }) => name === "name")?.value?.toString() ?? of.form);
  const put = async (state: SubmissionState) => {
    setBusy(true);
    await attempt(desk.setSubmission(of.id, state, of.version), t("saved"));
    setBusy(false);
    changed();
  };
  const drop = async () => {
    await attempt(desk.dropSubmission(of.id));
    changed();
  };
  return (
    <article className="card-form" aria-label={title}>
      <div className="hook-top">
        <div className="hook-who">
          <h3 dir="auto">{title}</h3>
          <p className="quiet">
            <code>{of.form}</code> · <time dateTime={of.created_at}>{full(of.created_at)}</time>
            {of.repeats > 0 && ` · ${t("sent.repeats", { n: of.repeats })}`}
          </p>
        </div>
        <div className="actions">
          {of.became?.conversation && (
            <a className="button is-small" href={href("c", of.became.conversation)}>
              {t("sent.chat")}
            </a>
          )}
          {of.became?.ticket && (
            <a className="button is-small" href={href("t", of.became.ticket)}>
              {t("sent.ticket", { number: String(of.became.number ?? "") })}
            </a>
          )}
          {NEXT[of.state].map((state) => (
            <button key={state} type="button" className="button is-small" disabled={busy} onClick={() => put(state)}>
              {t(of.state === "quarantine" && state === "inbox" ? "sent.let" : `sent.to.${state as "inbox"}`)}
              <span className="aside"> {title}</span>
            </button>
          ))}
          <button
            type="button"
            className="tool is-small"
            aria-label={t("remove", { name: title })}
            onClick={() => setAsking(true)}
          >
            <Icon name="trash" />
          </button>
        </div>
      </div>
      {of.reasons.length > 0 && (
        <ul className="reasons" aria-label={t("sent.why")}>
          {of.reasons.map((reason) => (
            <li key={JSON.stringify(reason)} className="badge is-warn" dir="auto">
              {told("reason", reason.kind, reason.kind)} {plain(String(seen(reason)))}
            </li>
          ))}
        </ul>
      )}
      <dl className="answers">
        {of.answers.map(({ name, label, value }) => (
          <div key={name}>
            <dt dir="auto">{plain(label)}</dt>
            <dd dir="auto">{shown(value)}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">
        {of.consent && t("sent.consent", { at: full(of.consent.at) })} {of.page && <bdi>{plain(of.page)}</bdi>}
      </p>
      {asking && (
        <Confirm title={t("sent.drop")} yes={t("delete")} act={drop} close={() => setAsking(false)}>
          <p>{t("no-undo")}</p>
        </Confirm>
      )}
    </article>
  );
}

/** What the guard saw, beside what it calls it. */
function seen({ word, domain, address, count, others, seconds }: Submission["reasons"][number]) {
  return word ?? domain ?? address ?? count ?? others ?? (seconds === undefined ? "" : `${seconds} s`);
}

function shown(value: unknown): string {
  if (typeof value === "boolean") return value ? "✓" : "✗";
  return plain(Array.isArray(value) ? value.join(", ") : String(value));
}
