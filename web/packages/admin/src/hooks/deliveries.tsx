import { useEffect } from "react";
import { More, usePaged } from "../shell/paged";
import { useDesk } from "../shell/use";
import { t, told } from "../words";
import { ago, full } from "../words/time";
import { trouble } from "../words/trouble";

/** What was sent to a webhook lately, and what became of it. Looked at again while it is open. */
export function Deliveries({ hook, turn }: { hook: string; turn: number }) {
  const desk = useDesk();
  const found = usePaged(hook, "deliveries", (before) => desk.deliveries(hook, before), 3_000);
  const { data, error, reload } = found;
  useEffect(() => {
    if (turn > 0) reload();
  }, [turn, reload]);
  if (!data) return <p className="quiet">{error ? trouble(error) : t("loading")}</p>;
  if (data.deliveries.length === 0) return <p className="quiet">{t("delivery.none")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="table-frame" tabIndex={0} aria-label={t("hook.deliveries")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("delivery.event")}</th>
            <th scope="col">{t("delivery.result")}</th>
            <th scope="col">{t("delivery.attempts")}</th>
            <th scope="col">{t("delivery.took")}</th>
            <th scope="col">{t("delivery.last")}</th>
          </tr>
        </thead>
        <tbody>
          {data.deliveries.map((one) => (
            <tr key={one.id}>
              <td>
                <code>{one.event}</code>
              </td>
              <td>
                <span className={one.delivered ? "badge is-good" : "badge is-bad"}>
                  {one.delivered
                    ? t("delivery.ok")
                    : told("delivery", one.error ?? "", one.error ?? t("delivery.failed"))}
                  {one.status !== null && ` ${one.status}`}
                </span>
              </td>
              <td>{one.attempts}</td>
              <td>{t("ms", { n: one.took_ms })}</td>
              <td>
                <time dateTime={one.last_at} title={full(one.last_at)}>
                  {ago(one.last_at)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More of={found} />
    </section>
  );
}
