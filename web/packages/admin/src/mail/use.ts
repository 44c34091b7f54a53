import { createMailDesk, type MailDesk } from "@engage/client";
import { useEngage } from "@engage/react";
import { useMemo } from "react";
import { told } from "../words";

/** What is asked of mail. */
export function useMail(): MailDesk {
  const { client } = useEngage();
  return useMemo(() => createMailDesk(client.api), [client]);
}

/** What a template is called; one that a newer server brings, by the server's name for it. */
export function templateName(name: string): string {
  return told("mail.template", name, name);
}
