import type { Field as Asked, Self, Site } from "@engage/client";

/** What somebody typed, by the name of the field. */
export type Answers = Readonly<Record<string, string>>;

/** What a visitor is asked before a conversation begins. What is known of them is not asked again. */
export function askedOf(site: Site | null, self: Self | null, label: string): readonly Asked[] {
  if (!site) return [];
  const needed = site.needsEmail && !site.fields.some((field) => field.name === "email");
  const email: Asked = { name: "email", label, kind: "email", required: true, choices: [], max_length: 254 };
  return [...site.fields, ...(needed ? [email] : [])]
    .filter(({ name }) => !((name === "name" && self?.name) || (name === "email" && self?.email)))
    .map((field) => (field.name === "email" && site.needsEmail ? { ...field, required: true } : field));
}
