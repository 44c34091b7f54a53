import { plain } from "@engage/react";
import { useState } from "react";
import { agentName } from "../shell/names";
import { More, SearchField, usePaged } from "../shell/paged";
import { useAgents, useDesk } from "../shell/use";
import { t } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";

/** Who did what to what, the latest first. */
export default function Audit() {
  const desk = useDesk();
  const agents = useAgents();
  const [text, setText] = useState("");
  const found = usePaged("audit", "entries", (before) => desk.audit(before), 30_000);
  const { data, error } = found;
  const who = (actor: string) => {
    const agent = agents.find((one) => actor === `staff:${one.id}`);
    return agent ? agentName(agent) : actor === "system" ? t("author.system") : plain(actor);
  };
  const sought = text.trim().toLowerCase();
  const shown = (data?.entries ?? []).filter((one) =>
    `${who(one.actor)} ${one.action} ${one.target}`.toLowerCase().includes(sought),
  );
  return (
    <main className="page" aria-labelledby="audit-title">
      <header className="page-head">
        <h2 id="audit-title">{t("nav.audit")}</h2>
        <SearchField label={t("audit.find")} most={100} value={text} set={setText} />
      </header>
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="table-frame" tabIndex={0} aria-label={t("nav.audit")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("audit.at")}</th>
                <th scope="col">{t("audit.who")}</th>
                <th scope="col">{t("audit.what")}</th>
                <th scope="col">{t("audit.target")}</th>
                <th scope="col">{t("audit.detail")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <tr key={one.id}>
                  <td>
                    <time dateTime={one.at}>{full(one.at)}</time>
                  </td>
                  <td dir="auto">{who(one.actor)}</td>
                  <td>
                    <code>{one.action}</code>
                  </td>
                  <td>
                    <code className="cut-text" title={one.target}>
                      {one.target}
                    </code>
                  </td>
                  <td>
                    {Object.keys(one.detail ?? {}).length > 0 && (
                      <details>
                        <summary>{t("audit.show")}</summary>
                        <pre dir="ltr">{JSON.stringify(one.detail, null, 2)}</pre>
                      </details>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {shown.length === 0 && <p className="quiet card-empty">{t("audit.none")}</p>}
        </section>
      )}
      <More of={found} />
    </main>
  );
}
