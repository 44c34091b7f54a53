import type { Field as Asked, Fault } from "@engage/client";
import type { Answers } from "./asked";
import { useEngage } from "./context";
import { EMAIL, Field, NAME } from "./field";

export interface AskedFieldsProps {
  fields: readonly Asked[];
  answers: Answers;
  faults: readonly Fault[];
  input(name: string, text: string): void;
}

/** The fields. They are no form of their own: they go with the first message. */
export function AskedFields({ fields, answers, faults, input }: AskedFieldsProps) {
  const { strings } = useEngage();
  return (
    <div className="e-fields" part="form">
      {fields.map(({ name, label, kind, required, choices }) => {
        const fault = faults.find(({ field }) => field === `/answers/${name}`);
        return (
          <Field
            key={name}
            label={label}
            value={answers[name] ?? ""}
            choices={kind === "select" ? choices : []}
            checkbox={kind === "checkbox"}
            required={required}
            fault={fault && strings.fault(fault.code)}
            input={(text) => input(name, text)}
            more={kind === "email" ? EMAIL : name === "name" ? NAME : {}}
          />
        );
      })}
    </div>
  );
}
