import { type HTMLAttributes, useId } from "react";
import { useEngage } from "./context";

export interface FieldProps {
  label: string;
  value: string;
  /** Not text but a choice, when there are any. */
  choices?: readonly string[];
  /** Yes or no. */
  checkbox?: boolean;
  required?: boolean;
  /** What is wrong with it. */
  fault: string | undefined;
  input(text: string): void;
  more?: HTMLAttributes<HTMLElement> & { autoComplete?: string };
}

/** One thing that is asked, with its name, and what is wrong with the answer. A checkbox is `"true"` or empty. */
export function Field({ label, value, choices, checkbox, required, fault, input, more }: FieldProps) {
  const { strings } = useEngage();
  const id = useId();
  const common = {
    id,
    part: "field",
    "aria-invalid": fault !== undefined,
    "aria-required": required,
    "aria-describedby": fault ? `${id}fault` : undefined,
  };
  const name = (
    <label htmlFor={id}>
      {label}
      {required === false && <span> {strings.optional}</span>}
    </label>
  );
  return (
    <div className={checkbox ? "e-field e-check" : "e-field"}>
      {!checkbox && name}
      {checkbox ? (
        <input
          type="checkbox"
          checked={value === "true"}
          onInput={(event) => input(event.currentTarget.checked ? "true" : "")}
          {...common}
        />
      ) : choices?.length ? (
        <select value={value} onInput={(event) => input(event.currentTarget.value)} {...common}>
          <option value="">{strings.choose}</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input dir="auto" value={value} onInput={(event) => input(event.currentTarget.value)} {...common} {...more} />
      )}
      {checkbox && name}
      {fault && (
        <p id={`${id}fault`} className="e-fault">
          {fault}
        </p>
      )}
    </div>
  );
}

// No `type="email"`: what a browser makes of an address there is not always what was typed.
export const EMAIL: FieldProps["more"] = {
  autoComplete: "email",
  inputMode: "email",
  autoCapitalize: "none",
  spellCheck: "false" as unknown as boolean,
};
export const NAME: FieldProps["more"] = { autoComplete: "name" };
