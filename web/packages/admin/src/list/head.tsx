import { type ReactNode, type RefObject, useState } from "react";
import { Icon } from "../shell/icon";
import { type Choice, Menu } from "../shell/menu";
import { SearchField } from "../shell/paged";
import { t } from "../words";

export interface Seeking {
  text: string;
  search(text: string): void;
  field: RefObject<HTMLInputElement | null>;
}

interface ListHeadProps extends Seeking {
  /** The views, and the name of the one that is shown. */
  views: readonly Choice[];
  title: string;
  /** What else can be done, before the button of the filter. */
  tools?: ReactNode;
  /** By how many parts the filter narrows the list. */
  narrowed: number;
  /** What a search seeks, and what the field says while it is empty. */
  label: string;
  hint?: string;
  /** The filter. */
  children: ReactNode;
}

/** What stands above a list: which view it is, how to find something, and how to narrow it. */
export function ListHead({ views, title, tools, narrowed, children, text, search, field, ...words }: ListHeadProps) {
  const [open, setOpen] = useState(false);
  return (
    <div className="inbox-head">
      <div className="inbox-title">
        <h2>
          <Menu label={t("view.label")} choices={views} look="view-button">
            <span className="cut-text" dir="auto">
              {title}
            </span>
            <Icon name="down" />
          </Menu>
        </h2>
        {tools}
        <button
          type="button"
          className="tool"
          aria-expanded={open}
          aria-label={t("filter.label")}
          title={t("filter.label")}
          onClick={() => setOpen(!open)}
        >
          <Icon name="filter" />
          {narrowed > 0 && (
            <span className="tool-count" aria-hidden="true">
              {narrowed}
            </span>
          )}
        </button>
      </div>
      <SearchField {...words} value={text} set={search} field={field} leave={() => field.current?.blur()} />
      {open && <div className="filters">{children}</div>}
    </div>
  );
}
