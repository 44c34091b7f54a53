import { texts } from "./locales/en";
import { texts as later } from "./locales/en-later";
import { staff } from "./locales/staff";
import { compile, type Strings } from "./strings";

export const english = compile({ ...texts, ...later, ...staff }, "en") as Strings;
