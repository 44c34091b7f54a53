import { plain } from "@engage/react";
import { useState } from "react";
import { Confirm } from "../shell/dialog";
import { attempt, useDesk, useLoad } from "../shell/use";
import { t } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";

/** Promises that were given up after many attempts: what they were, why, another try, or their end. */
export default function Outbox() {
  const desk = useDesk();
  const { data, error, reload, set } = useLoad("dead", () => desk.dead(), 15_000);
  const [busy, setBusy] = useState<string | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const end = async (id: string, work: () => Promise<unknown>, told: string) => {
    if (busy) return;
    setBusy(id);
    const done = await attempt(work(), told);
    if (done && data) set({ letters: data.letters.filter((one) => one.id !== id) });
    else reload();
    setBusy(null);
  };
  const release = (id: string) => end(id, () => desk.release(id), t("dead.released"));
  const all = async () => {
    for (const { id } of data?.letters ?? []) {
      if (!(await attempt(desk.release(id)))) break;
    }
    reload();
  };
  const letters = data?.letters ?? [];
  return (
    <main className="page" aria-labelledby="dead-title">
      <header className="page-head">
        <h2 id="dead-title">{t("nav.outbox")}</h2>
        {letters.length > 1 && (
          <button type="button" className="button" onClick={all}>
            {t("dead.all")}
          </button>
        )}
      </header>
      <p className="quiet">{t("dead.hint")}</p>
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {data && letters.length === 0 && <p className="quiet card-empty">{t("dead.none")}</p>}
      <ul className="cards">
        {letters.map((one) => (
          <li key={one.id} className="card-form">
            <div className="hook-top">
              <div className="hook-who">
                <h3>
                  <code>{plain(one.topic)}</code>
                </h3>
                <p className="fault" dir="auto">
                  {plain(one.error)}
                </p>
                <p className="quiet">
                  {t("dead.attempts", { n: one.attempts })} · {full(one.due)}
                </p>
              </div>
              <div className="actions">
                <button type="button" className="button" disabled={busy !== null} onClick={() => release(one.id)}>
                  {t("dead.release")}
                  <span className="aside"> {one.topic}</span>
                </button>
                <button
                  type="button"
                  className="button is-bad"
                  disabled={busy !== null}
                  onClick={() => setAsking(one.id)}
                >
                  {t("dead.discard")}
                  <span className="aside"> {one.topic}</span>
                </button>
              </div>
            </div>
            <details>
              <summary>{t("dead.payload")}</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
              <pre dir="ltr" tabIndex={0}>
                {JSON.stringify(one.payload, null, 2)}
              </pre>
            </details>
          </li>
        ))}
      </ul>
      {asking !== null && (
        <Confirm
          title={t("dead.discard.title")}
          yes={t("dead.discard")}
          act={() => void end(asking, () => desk.discard(asking), t("dead.discarded"))}
          close={() => setAsking(null)}
        >
          <p>{t("dead.discard.text")}</p>
        </Confirm>
      )}
    </main>
  );
}
