import { plain } from "@engage/react";
import type { ReactNode } from "react";
import { Dialog } from "../shell/dialog";
import { t } from "../words";
import { diff, type Line } from "./diff";

export interface Past {
  number: number;
  name: string;
  badge?: ReactNode;
}

interface VersionsProps {
  /** The newest first. */
  all: readonly Past[];
  chosen: number | null;
  choose(number: number): void;
  /** Shows those that are older. */
  more?: (() => void) | undefined;
  /** What is said of the difference. */
  label: string;
  /** The texts that are compared: the chosen one and the newest. Null: not known yet. */
  past: string | null;
  now: string | null;
  /** What is said meanwhile. */
  waiting: string;
  /** Takes the chosen text into the editor, where it is saved as the next version; null where there is nothing to take. */
  revert: (() => void) | null;
  close(): void;
}

/** Every version of a text, and what has changed between one and the newest. */
export function Versions(props: VersionsProps) {
  const { all, chosen, choose, more, label, past, now, waiting, revert, close } = props;
  return (
    <Dialog title={t("faq.versions.title")} close={close} look="is-wide">
      <div className="versions">
        <ul className="cards">
          {all.map(({ number, name, badge }) => (
            <li key={number}>
              <button
                type="button"
                className="link version"
                aria-pressed={number === chosen}
                onClick={() => choose(number)}
              >
                {name}
                {badge}
              </button>
            </li>
          ))}
          {more && (
            <li>
              <button type="button" className="link" onClick={more}>
                {t("more")}
              </button>
            </li>
          )}
        </ul>
        <section className="difference" aria-label={label}>
          <h3>{label}</h3>
          {past !== null && now !== null ? (
            <pre dir="auto">
              {diff(past, now).map((line, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not move
                <Changed key={at} {...line} />
              ))}
            </pre>
          ) : (
            <p className="quiet">{waiting}</p>
          )}
          <div className="actions">
            <button
              type="button"
              className="button is-chief"
              disabled={!revert}
              onClick={() => {
                revert?.();
                close();
              }}
            >
              {t("faq.revert")}
            </button>
          </div>
        </section>
      </div>
    </Dialog>
  );
}

function Changed({ kind, text }: Line) {
  const shown = `${plain(text)}\n`;
  if (kind === "gone") return <del>{`− ${shown}`}</del>;
  if (kind === "new") return <ins>{`+ ${shown}`}</ins>;
  return <span>{`  ${shown}`}</span>;
}
