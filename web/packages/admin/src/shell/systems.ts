import type { ComponentType } from "react";
import Inbox from "../inbox/screen";
import type { Key } from "../words";
import type { IconName } from "./icon";
import { later } from "./later";

/** A screen of the panel. What a later system adds is a line here, and its folder. */
export interface Screen {
  /** As in the address. */
  key: string;
  name: Key;
  icon: IconName;
  /** Only for admins; the server holds to that, this only shows it. */
  admin?: boolean;
  /** Further screens that are part of it. */
  also?: readonly string[];
  /** At the end of the navigation, behind what is used all day. */
  apart?: boolean;
  /** On a phone, where there is room for few, it stands behind the others. */
  seldom?: boolean;
  view: ComponentType;
}

export const SCREENS: readonly Screen[] = [
  { key: "mine", name: "nav.mine", icon: "check", view: later(() => import("../mine/screen")) },
  { key: "inbox", name: "nav.inbox", icon: "inbox", also: ["c"], view: Inbox },
  { key: "tickets", name: "nav.tickets", icon: "ticket", also: ["t"], view: later(() => import("../tickets/screen")) },
  { key: "board", name: "nav.board", icon: "board", seldom: true, view: later(() => import("../board/screen")) },
  { key: "forms", name: "nav.forms", icon: "form", seldom: true, view: later(() => import("../forms/screen")) },
  { key: "people", name: "nav.people", icon: "people", view: later(() => import("../people/screen")) },
  { key: "faq", name: "nav.faq", icon: "help", seldom: true, view: later(() => import("../faq/screen")) },
  {
    key: "settings",
    name: "nav.settings",
    icon: "settings",
    apart: true,
    view: later(() => import("../settings/screen")),
  },
  {
    key: "mail",
    name: "nav.mail",
    icon: "mail",
    admin: true,
    apart: true,
    view: later(() => import("../mail/screen")),
  },
  {
    key: "webhooks",
    name: "nav.webhooks",
    icon: "hook",
    admin: true,
    apart: true,
    view: later(() => import("../hooks/screen")),
  },
  {
    key: "outbox",
    name: "nav.outbox",
    icon: "outbox",
    admin: true,
    apart: true,
    view: later(() => import("../ops/outbox")),
  },
  { key: "audit", name: "nav.audit", icon: "log", admin: true, apart: true, view: later(() => import("../ops/audit")) },
];

/** The screens that somebody is shown. */
export function screensOf(admin: boolean): Screen[] {
  return SCREENS.filter((screen) => admin || !screen.admin);
}

export function screenAt(route: string): Screen | undefined {
  return SCREENS.find((screen) => screen.key === route || screen.also?.includes(route));
}
