import { type Canned, uuid } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { useKnown } from "../shell/known";
import { More, SearchField, usePaged } from "../shell/paged";
import { attempt, useAdmin, useCalm, useDesk, useMe } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { SaveBar, useVersioned } from "./versioned";

const VARIABLES = ["{{contact.name|there}}", "{{contact.email}}", "{{agent.name}}", "{{site}}"];

/** The texts that agents find with `/`. */
export default function CannedReplies() {
  const desk = useDesk();
  const [text, setText] = useState("");
  const sought = useCalm(text.trim().toLowerCase(), 200);
  const found = usePaged(`canned ${sought}`, "replies", (after) => desk.canned(sought, after, 100), 20_000);
  const { data, error, reload } = found;
  const [open, setOpen] = useState<string | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <p className="quiet">{t("canned.hint")}</p>
      <div className="page-tools">
        <SearchField label={t("canned.find")} most={50} value={text} set={setText} />
        <button type="button" className="button is-chief" onClick={() => setOpen("")}>
          <Icon name="plus" /> {t("canned.add")}
        </button>
      </div>
      {open === "" && <Edit reply={null} done={reload} close={close} />}
      <ul className="cards">
        {data?.replies.map((one) => (
          <li key={one.id}>
            {open === one.id ? (
              <Edit reply={one} done={reload} close={close} />
            ) : (
              <div className="card-line">
                <kbd>/{one.shortcode}</kbd>
                <span className="cut-text" dir="auto">
                  {plain(one.text)}
                </span>
                {one.team && <span className="badge">{plain(one.team)}</span>}
                <button
                  type="button"
                  className="tool is-small"
                  aria-label={t("edit.what", { name: one.shortcode })}
                  onClick={() => setOpen(one.id)}
                >
                  <Icon name="edit" />
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {data && data.replies.length === 0 && <p className="quiet card-empty">{t("canned.none")}</p>}
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      <More of={found} />
    </>
  );
}

type Draft = Pick<Canned, "shortcode" | "text" | "team">;

function Edit({ reply, done, close }: { reply: Canned | null; done(): void; close(): void }) {
  const desk = useDesk();
  const admin = useAdmin();
  const me = useMe();
  const { teams } = useKnown();
  const [key] = useState(uuid);
  const [asking, setAsking] = useState(false);
  const kept = (one: Canned) => ({
    value: { shortcode: one.shortcode, text: one.text, team: one.team },
    version: one.version,
  });
  const mine = admin ? teams : (me?.teams ?? []);
  const of = useVersioned<Draft>({
    kept: reply
      ? kept(reply)
      : { value: { shortcode: "", text: "", team: admin ? null : (mine[0] ?? null) }, version: 0 },
    save: async (draft, version) =>
      kept(reply ? await desk.setCanned(reply.id, draft, version) : await desk.addCanned(draft, key)),
    fetch: async () => {
      if (!reply) throw new Error("it is new");
      return kept(await desk.getCanned(reply.id));
    },
    saved: () => {
      done();
      close();
    },
  });
  const { draft } = of;
  const drop = async () => {
    if (reply && (await attempt(desk.dropCanned(reply.id)))) {
      done();
      close();
    }
  };
  return (
    <form
      className="card-form"
      aria-label={reply ? reply.shortcode : t("canned.add")}
      onSubmit={(event) => {
        event.preventDefault();
        if (of.dirty) of.save();
      }}
    >
      <div className="form-row">
        <label className="field">
          <span>{t("canned.code")}</span>
          <input
            // biome-ignore lint/a11y/noAutofocus: it was just asked for
            autoFocus
            required
            maxLength={50}
            autoCapitalize="off"
            value={draft.shortcode}
            onChange={(event) => of.set({ ...draft, shortcode: event.currentTarget.value.toLowerCase() })}
          />
        </label>
        <label className="field">
          <span>{t("filter.team")}</span>
          <select
            value={draft.team ?? ""}
            onChange={(event) => of.set({ ...draft, team: event.currentTarget.value || null })}
          >
            <option value="">{t("canned.all")}</option>
            {[...new Set([...mine, ...(draft.team ? [draft.team] : [])])].map((team) => (
              <option key={team} value={team}>
                {plain(team)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label className="field">
        <span>{t("canned.text")}</span>
        <textarea
          dir="auto"
          rows={4}
          required
          maxLength={10_000}
          value={draft.text}
          onChange={(event) => of.set({ ...draft, text: event.currentTarget.value })}
        />
      </label>
      <div className="variables">
        <span className="quiet">{t("canned.variables")}</span>
        {VARIABLES.map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            dir="ltr"
            onClick={() => of.set({ ...draft, text: `${draft.text}${one}` })}
          >
            {one}
          </button>
        ))}
      </div>
      <div className="actions">
        {reply && (
          <button type="button" className="button is-bad" onClick={() => setAsking(true)}>
            {t("delete")}
          </button>
        )}
        <button type="button" className="button" onClick={close}>
          {t("close")}
        </button>
      </div>
      <SaveBar of={of} show={(value) => `/${value.shortcode}: ${plain(value.text)}`} />
      {asking && (
        <Confirm
          title={t("canned.drop", { name: reply?.shortcode ?? "" })}
          yes={t("delete")}
          act={drop}
          close={() => setAsking(false)}
        >
          <p>{t("no-undo")}</p>
        </Confirm>
      )}
    </form>
  );
}
