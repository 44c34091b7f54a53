import { plain } from "@engage/react";
import { useState } from "react";
import { useLoad } from "../shell/use";
import { type Key, t } from "../words";
import { trouble } from "../words/trouble";
import { useFaq } from "./use";

const FIGURES = [
  ["searches", "faq.searches"],
  ["without_result", "faq.without-result"],
  ["without_click", "faq.without-click"],
  ["ended", "faq.ended"],
  ["suggested", "faq.suggested"],
  ["deflected", "faq.deflected"],
] as const satisfies readonly (readonly [string, Key])[];

/** What people searched for, and what they did not find. */
export default function Report() {
  const faq = useFaq();
  const [days, setDays] = useState(30);
  const [order, setOrder] = useState<"gaps" | "popular">("gaps");
  const { data, error } = useLoad(`faq report ${days} ${order}`, () => faq.report(days, order), 60_000);
  return (
    <>
      <div className="page-tools">
        <select
          aria-label={t("faq.days")}
          value={days}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        >
          {[7, 30, 90].map((n) => (
            <option key={n} value={n}>
              {t("faq.days.last", { n })}
            </option>
          ))}
        </select>
        {(["gaps", "popular"] as const).map((one) => (
          <button key={one} type="button" className="chip" aria-pressed={one === order} onClick={() => setOrder(one)}>
            {t(`faq.order.${one}`)}
          </button>
        ))}
      </div>
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {data && (
        <>
          <dl className="figures">
            {FIGURES.map(([name, key]) => (
              <div key={name}>
                <dt>{t(key)}</dt>
                <dd>{data[name]}</dd>
              </div>
            ))}
          </dl>
          {data.words.length === 0 ? (
            <p className="quiet card-empty">{t("faq.searched.none")}</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
            <section className="table-frame" aria-label={t("faq.report")} tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t("faq.words")}</th>
                    {FIGURES.slice(0, 4).map(([name, key]) => (
                      <th key={name} scope="col">
                        {t(key)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {data.words.map((one) => (
                    <tr key={one.words}>
                      <td dir="auto">{plain(one.words)}</td>
                      <td>{one.searches}</td>
                      <td>{one.without_result}</td>
                      <td>{one.without_click}</td>
                      <td>{one.ended}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
        </>
      )}
    </>
  );
}
