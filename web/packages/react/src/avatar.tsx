import { Icon } from "./icons";
import { initials } from "./text";

/** A name's letters in a circle; without a name, the sign of the chat. Beside a name that is read, so never read itself. */
export function Avatar({ name }: { name: string | null | undefined }) {
  return (
    <span className="e-avatar" part="avatar" aria-hidden="true">
      {(name && initials(name)) || <Icon name="chat" />}
    </span>
  );
}
