import type { ReactNode } from "react";
import { Icon } from "../shell/icon";
import { type Choice, Menu } from "../shell/menu";
import { t } from "../words";
import type { Picking } from "./pick";

export interface BulkProps extends Pick<Picking, "picked" | "pick"> {
  all: readonly string[];
}

interface BulkBarProps extends BulkProps {
  label: string;
  /** What is said while it is done. */
  busy: string | null;
  more: readonly Choice[];
  children: ReactNode;
}

/** What can be done with all that was picked; behind it, what is seldom done, and a way out. */
export function BulkBar({ label, busy, more, children, picked, all, pick }: BulkBarProps) {
  const rest: Choice[] = [
    ...more,
    { key: "all", group: t("bulk.selection"), name: t("bulk.all", { n: all.length }), act: () => pick(all, true) },
  ];
  return (
    <section className="bulk" aria-label={label}>
      <span className="bulk-count" role="status">
        {busy ?? t("bulk.count", { n: picked.size })}
      </span>
      {children}
      <Menu label={t("bulk.more")} look="tool" title={t("bulk.more")} choices={rest}>
        <Icon name="more" />
        <span className="aside">{t("bulk.more")}</span>
      </Menu>
      <button
        type="button"
        className="tool"
        aria-label={t("bulk.none")}
        title={t("bulk.none")}
        onClick={() => pick([...picked], false)}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}
