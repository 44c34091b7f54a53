import type { Field as Asked, Fault } from "@engage/client";
import type { Answers } from "./asked";

/** What is wrong with `answers`, by the rules that the server has too. */
export function check(fields: readonly Asked[], answers: Answers): Fault[] {
  return fields.flatMap(({ name, kind, required, max_length }) => {
    const text = (answers[name] ?? "").trim();
    const code =
      text === ""
        ? required && "required"
        : Array.from(text).length > (max_length ?? 500)
          ? "too_long"
          : kind === "email" && !/^[^\s@]+@[^\s@]+$/.test(text) && "not_an_address";
    return code ? [{ field: `/answers/${name}`, code }] : [];
  });
}

/** As the server takes them: of a checkbox true or false, and nothing of what was left empty. */
export function given(fields: readonly Asked[], answers: Answers): Record<string, string | boolean> {
  const pairs = fields.map(({ name, kind }) => {
    const text = (answers[name] ?? "").trim();
    return [name, kind === "checkbox" ? text === "true" : text] as const;
  });
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}
