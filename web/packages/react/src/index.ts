export { Composer, type ComposerProps } from "./composer";
export { EngageProvider, type EngageProviderProps, useEngage, useEngageState } from "./context";
export { useChat, useChatStore, useConnection, useInbox, useSeen, useSelf, useVisible } from "./hooks";
export { Icon } from "./icons";
export { Log, nameOf } from "./log";
export { ConnectionNotice } from "./notice";
export { english, type Strings } from "./strings";
export { clock, day, short } from "./time";
