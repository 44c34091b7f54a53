import type { FormDefinition } from "@engage/client";
import { buildForm, formWords } from "@engage/react";
import { useEffect, useRef } from "react";
import { spoken, t } from "../words";

/** The form as people will see it, with what is typed here and not yet saved: drawn by what draws the widget. */
export function FormPreview({ form }: { form: FormDefinition }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = JSON.stringify(form);
  useEffect(() => {
    const { intro = "", button = "", consent = "", fields }: FormDefinition = JSON.parse(drawn);
    const named = fields.map((field) => ({ ...field, label: field.label || field.name }));
    place.current?.replaceChildren(buildForm({ intro, button, consent, fields: named }, formWords(spoken())));
  }, [drawn]);
  return (
    <figure className="preview">
      <figcaption className="quiet">{t("form.preview")}</figcaption>
      <div className="preview-panel form-preview" inert>
        <div className="preview-top" dir="auto">
          {form.title || "…"}
        </div>
        <div className="preview-body" ref={place} />
      </div>
    </figure>
  );
}
