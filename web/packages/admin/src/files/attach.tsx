import type { Upload, Uploads } from "@engage/client";
import { bytes, UploadButton, UploadList, type UploadLook, uploadsOf, useEngage, useUploads } from "@engage/react";
import { Icon } from "../shell/icon";
import { useSelect } from "../shell/use";
import { spoken, t, told } from "../words";

export interface Attaching {
  /** Null where the site takes no files. */
  uploads: Uploads | null;
  shown: readonly Upload[];
  /** Whether there is something to send, or something to wait for. */
  beside: "ready" | "busy" | null;
}

/** What is being sent in a conversation; what goes with a note is apart from what goes with a reply. */
export function useAttaching(conversation: string, note: boolean): Attaching {
  const { client } = useEngage();
  // The rules come with the site.
  useSelect((state) => state.site?.files ?? null);
  const name = `${conversation}${note ? "#note" : ""}`;
  const uploads = uploadsOf(client, name, () => `files:${name}`);
  return { uploads, ...useUploads(uploads) };
}

/** The paper clip. */
export function Attach({ attach: { uploads } }: { attach: Attaching }) {
  return uploads && <UploadButton look={LOOK} add={(files) => uploads.add(files)} />;
}

/** What is being sent. Takes what is pasted and dropped where one writes. */
export function Attached({ attach: { uploads, shown } }: { attach: Attaching }) {
  return <UploadList uploads={uploads} shown={shown} look={LOOK} frame=".compose" />;
}

const LOOK: UploadLook = {
  tool: "tool is-small",
  icon: (name) => <Icon name={name} />,
  get add() {
    return t("files.add");
  },
  get label() {
    return t("files.label");
  },
  pause: (name) => t("files.pause", { name }),
  resume: (name) => t("files.resume", { name }),
  remove: (name) => t("files.remove", { name }),
  said: (one) => {
    if (one.state === "failed") return told("file", one.code ?? "", t("file.failed"));
    if (one.state === "paused") return t("files.paused");
    if (one.state === "waiting") return t("files.waiting");
    if (one.state === "checking") return t("files.checking");
    return bytes(one.size, spoken());
  },
};
