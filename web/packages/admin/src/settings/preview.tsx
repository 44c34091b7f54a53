import { plain } from "@engage/react";
import { Icon } from "../shell/icon";
import { t } from "../words";
import { readFields } from "./fields";

/** How a conversation begins for a visitor, with what is typed here and not yet saved. */
export function Preview({ site, greeting, fields }: { site: string; greeting: string; fields: unknown }) {
  return (
    <figure className="preview">
      <figcaption className="quiet">{t("set.look")}</figcaption>
      <div className="preview-panel" inert>
        <div className="preview-top" dir="auto">
          {site}
        </div>
        <div className="preview-body">
          {greeting.trim() && (
            <p className="preview-line" dir="auto">
              {plain(greeting)}
            </p>
          )}
          {readFields(fields).map((field) => (
            <div key={field.name} className="field" dir="auto">
              <span>
                {plain(field.label || field.name)}
                {field.required && <span aria-hidden="true"> *</span>}
              </span>
              {field.kind === "select" ? (
                <span className="preview-input">
                  {plain(field.choices[0] ?? "")} <Icon name="down" />
                </span>
              ) : field.kind === "checkbox" ? (
                <span className="preview-box" />
              ) : (
                <span className="preview-input" />
              )}
            </div>
          ))}
        </div>
        <div className="preview-write">
          <span className="quiet">{t("set.look.write")}</span>
          <Icon name="send" />
        </div>
      </div>
    </figure>
  );
}
