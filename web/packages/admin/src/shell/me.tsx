import { plain, useConnection, useEngage } from "@engage/react";
import { LOCALES, t } from "../words";
import { Avatar } from "./avatar";
import { useMailChoice } from "./mails";
import { type Choice, Menu } from "./menu";
import { allowed, ask } from "./notify";
import { setPref, usePrefs } from "./prefs";
import { attempt, useAgents, useDesk, useMe } from "./use";

const THEMES = ["auto", "light", "dark"] as const;

/** Who I am here, whether I take conversations now, and what I have chosen for myself. */
export function Me({ help }: { help(): void }) {
  const { client } = useEngage();
  const desk = useDesk();
  const me = useMe();
  const agents = useAgents();
  const { state } = useConnection();
  const prefs = usePrefs();
  const mails = useMailChoice();
  const mine = agents.find((agent) => agent.id === me?.id);
  if (!me) return <div className="me" />;
  const name = plain(me.name ?? "") || t("me");
  const online = mine?.status === "online";
  const connected = state === "online";
  const status = !connected ? t("me.cut") : online ? t("me.online") : t("me.away");
  const available = (next: "online" | "away") => void attempt(client.setAvailable(next));
  const leave = async () => {
    if (await attempt(desk.leave(true), t("me.handed"))) await attempt(client.refreshAgents());
  };

  const choices: Choice[] = [
    { key: "online", group: t("me.presence"), name: t("me.online"), chosen: online, act: () => available("online") },
    { key: "away", name: t("me.away"), chosen: !online, act: () => available("away") },
    { key: "leave", name: t("me.leave"), act: leave },
    {
      key: "desktop",
      group: t("me.notify"),
      name: t("me.desktop"),
      on: prefs.desktop && allowed(),
      act: () => (prefs.desktop && allowed() ? setPref("desktop", false) : void ask()),
    },
    { key: "sound", name: t("me.sound"), on: prefs.sound, act: () => setPref("sound", !prefs.sound) },
    ...(mails.choice ? [mails.choice] : []),
    ...THEMES.map((theme, index) => ({
      key: theme,
      ...(index === 0 && { group: t("me.theme") }),
      name: t(`me.theme.${theme}`),
      chosen: prefs.theme === theme,
      act: () => setPref("theme", theme),
    })),
    ...Object.entries(LOCALES).map(([key, language], index) => ({
      key,
      ...(index === 0 && { group: t("me.language") }),
      name: <span lang={key}>{language}</span>,
      chosen: document.documentElement.lang === key,
      act: () => setPref("language", key),
    })),
    { key: "help", group: t("me.more"), name: t("key.help"), act: help },
  ];
  return (
    <div className="me">
      <Menu label={t("me.menu")} choices={choices} look="me-button" opened={() => void mails.look()} up>
        <span className="aside">{t("me.menu")}: </span>
        <Avatar name={name} status={connected ? (mine?.status ?? "offline") : "offline"} />
        <span className="me-text">
          <span className="name" dir="auto">
            {name}
          </span>
          <span className="state">{status}</span>
        </span>
      </Menu>
      <span className="aside" role="status">
        {status}
      </span>
    </div>
  );
}
