import { chat } from "./chat";
import { faq } from "./faq";
import { forms } from "./forms";
import { mail } from "./mail";
import { ops } from "./ops";
import { rules } from "./rules";
import { settings } from "./settings";
import { shell } from "./shell";
import { tickets } from "./tickets";

/** Everything that staff read, by what it is about. `{name}` is a value; where there are several forms, the value `n` decides by the plural rules. */
export const parts = { shell, chat, settings, forms, faq, ops, mail, tickets, rules };
export const en = { ...shell, ...chat, ...settings, ...forms, ...faq, ...ops, ...mail, ...tickets, ...rules };
