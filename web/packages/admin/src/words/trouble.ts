import { t, told } from "./index";

interface Said {
  failure?: { code: string };
  problem?: { errors?: { field: string; code: string; detail: string }[] } | null;
}

/** The stable code of what went wrong; empty when it is nothing that the server or the network said. */
export function codeOf(error: unknown): string {
  return (error as Said | null)?.failure?.code ?? "";
}

/** What went wrong with a command, for people, and what to do about it. */
export function trouble(error: unknown): string {
  const code = codeOf(error);
  const detail = (error as Said | null)?.problem?.errors?.[0];
  if (code === "invalid" && detail) return fault(detail);
  return told("trouble", code, t("trouble.other", { code: code || "?" }));
}

/** What is wrong with each field of a form, by its JSON pointer without the slash: `email`, `value/week/mon`. */
export function faults(error: unknown): Record<string, string> {
  const errors = (error as Said | null)?.problem?.errors ?? [];
  return Object.fromEntries(errors.map((one) => [one.field.replace(/^\//, ""), fault(one)]));
}

function fault({ code, detail }: { code: string; detail: string }): string {
  return told("fault", code, detail || t("fault.other"));
}
