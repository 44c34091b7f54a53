import type { Table } from "../index";
import { chat } from "./chat";
import { faq } from "./faq";
import { forms } from "./forms";
import { mail } from "./mail";
import { ops } from "./ops";
import { rules } from "./rules";
import { settings } from "./settings";
import { shell } from "./shell";
import { tickets } from "./tickets";

export const table: Table = { ...shell, ...chat, ...settings, ...forms, ...faq, ...ops, ...mail, ...tickets, ...rules };
